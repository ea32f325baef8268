"""Bytes out of the vault."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from console import picture, readable
from console.models import AuditEvent
from evidence.verify import verify
from qingyuan.workspace import Workspace
from tests.console import market

SVG = market.PICTURES["http://market.example/evil.svg"]


def digest(workspace: Workspace, url: str) -> str:
    found = workspace.vault.captured(market.RUN, url)
    assert found is not None
    return found.digest


def test_a_picture_by_its_digest(workspace: Workspace, as_: Callable[..., Client]) -> None:
    url = "http://market.example/rice-1.png"
    answer = as_("du", "查阅").get(f"/pictures/{digest(workspace, url)}")
    assert answer.status_code == 200
    assert answer.content == market.PICTURES[url]
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["evil.png", "evil.svg"])
def test_what_only_says_that_it_is_a_picture_is_not_served(
    workspace: Workspace, as_: Callable[..., Client], name: str
) -> None:
    answer = as_("du", "查阅").get(f"/pictures/{digest(workspace, f'http://market.example/{name}')}")
    assert answer.status_code == 404
    assert b"<script" not in answer.content.replace(b"<script src=", b"")


@pytest.mark.parametrize("path", ["/pictures/sha256:00", "/pictures/../../etc/passwd", "/captures/sha256:zz/raw"])
def test_only_digests_are_addresses(workspace: Workspace, as_: Callable[..., Client], path: str) -> None:
    assert as_("du", "查阅").get(path).status_code == 404


def test_a_capture_is_text_and_nothing_else(workspace: Workspace, as_: Callable[..., Client]) -> None:
    page = as_("du", "查阅").get(f"/captures/{workspace.catalog.entry(market.RICE).capture}").content.decode()
    assert "商品 1001 五常大米" in page
    assert "OWNED" not in page
    assert "onerror" not in page
    assert "下载原始内容" not in page
    assert AuditEvent.objects.get(action="capture").actor == "du"


def test_raw_content_is_a_file_to_save(workspace: Workspace, as_: Callable[..., Client]) -> None:
    capture = workspace.catalog.entry(market.RICE).capture
    answer = as_("ban", "办案").get(f"/captures/{capture}/raw")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer.content == workspace.vault.read(capture)
    assert AuditEvent.objects.get(action="raw").object == capture


@pytest.mark.parametrize("path", ["/etc/passwd", "../../secret_key", "", "rights.jsonl"])
def test_the_register_gives_only_pictures_that_a_right_names(
    workspace: Workspace, as_: Callable[..., Client], path: str
) -> None:
    answer = as_("du", "查阅").get("/marks", {"right": "gi-wuchang", "path": path})
    assert answer.status_code == 404


def test_a_pack_that_verifies(workspace: Workspace, as_: Callable[..., Client], tmp_path: Path) -> None:
    answer = as_("ban", "办案").post("/pack", {"key": market.RICE})
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content)  # type: ignore[arg-type]
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
    sent = tmp_path / "pack.zip"
    sent.write_bytes(body)
    report = verify(sent)
    assert report.ok, [check for check in report.checks if not check.ok]
    event = AuditEvent.objects.get(action="pack")
    assert (event.actor, event.object) == ("ban", market.RICE)


def test_a_pack_of_nothing_is_a_sentence(workspace: Workspace, as_: Callable[..., Client]) -> None:
    answer = as_("ban", "办案").post("/pack", {"key": "没有/1"})
    assert answer.status_code == 404


def test_media_types_by_the_bytes() -> None:
    assert picture.media_type(market.drawing("x", "#000")) == "image/png"
    assert picture.media_type(b"\xff\xd8\xff\xe0") == "image/jpeg"
    assert picture.media_type(b"RIFF....WEBPVP8 ") == "image/webp"
    for other in (SVG, b"<html>", b"", b"%PDF-1.7", b"RIFF....WAVE", b"\0" * 20):
        assert picture.media_type(other) == ""


def test_a_picture_that_would_fill_the_memory_is_not_drawn() -> None:
    bomb = bytearray(market.drawing("x", "#000", (60, 60)))
    bomb[16:24] = (60_000).to_bytes(4) * 2  # width and height in the header
    assert picture.size(bytes(bomb)) is None
    assert picture.size(b"\x89PNG\r\n\x1a\n broken") is None
    assert picture.size(market.drawing("x", "#000", (60, 40))) == (60, 40)


def test_text_of_a_page_in_gbk_that_says_utf8() -> None:
    body = "<html><body><p>五常大米</p><script>x</script></body></html>".encode("gbk")
    assert readable.text_of(body, "text/html; charset=utf-8") == ("五常大米", False)


def test_text_of_other_content_stays_as_it_is() -> None:
    assert readable.text_of('{"标题": "<b>大米</b>"}'.encode(), "application/json") == (
        '{"标题": "<b>大米</b>"}',
        False,
    )


def test_long_text_is_cut() -> None:
    text, cut = readable.text_of(b"a" * 5_000_000, "text/plain")
    assert cut
    assert len(text) == readable.MAX_TEXT


def test_deep_markup_is_survived() -> None:
    text, _ = readable.text_of(b"<html>" + b"<div>" * 100_000 + "底".encode(), "text/html")
    assert "底" in text
