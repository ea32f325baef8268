"""Search by picture in the console: bounded, decoded safely, recorded, and not kept."""

from __future__ import annotations

import io
import json
import re
import struct
import zlib
from collections.abc import Callable
from html import unescape

import cv2
import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from bench.changes import CHANGES
from console import audit
from console.models import AuditEvent
from domain.errors import BackendError
from qingyuan.stages import copies
from qingyuan.workspace import Workspace
from tests.console import market
from tests.detection.pictures.drawn import jpeg, scene


@pytest.fixture
def reader(workspace: Workspace, as_: Callable[..., Client]) -> Client:
    copies.keep(workspace)
    return as_("du", "查阅")


def send(client: Client, data: bytes, name: str = "photo.jpg") -> tuple[int, str]:
    answer = client.post("/photo", {"photo": SimpleUploadedFile(name, data, "image/jpeg")})
    return answer.status_code, answer.content.decode()


def found(page: str, title: str) -> list[str]:
    """The listings of one of the page's lists."""
    section = page.partition(f'aria-labelledby="{title}"')[2].partition("</section>")[0]
    return [unescape(part.partition('"')[0]) for part in section.split('data-key="')[1:]]


def add_photo(workspace: Workspace, pixels: np.ndarray) -> None:
    """The photo that the market's platform file names for its listing, into the vault and the index."""
    from qingyuan.stages import pictures
    from qingyuan.stages.index import index

    digest = workspace.vault.put_file(jpeg(pixels), name="7.png", media_type="image/jpeg", at=market.NOW).digest
    beside = workspace.home / "runs" / market.RUN / "import" / "pictures.jsonl"
    beside.parent.mkdir(parents=True, exist_ok=True)
    beside.write_text(json.dumps({"image": "pictures/7.png", "digest": digest}))
    pictures._beside.cache_clear()  # no process but this one's sees the file appear after it was looked for
    workspace.catalog.touch(market.FILED)
    index(workspace)


def test_a_changed_photo_finds_the_listing_and_says_what_was_changed(reader: Client, workspace: Workspace) -> None:
    add_photo(workspace, scene(1))
    cropped = CHANGES["cropped to 70 %"](scene(1), scene(1), np.random.default_rng(2))
    status, page = send(reader, jpeg(cropped))
    assert status == 200
    assert found(page, "t-copies") == [market.FILED]
    assert "裁剪" in page
    event = AuditEvent.objects.get(action="photo")
    assert event.actor == "du"
    assert re.fullmatch("sha256:[0-9a-f]{64}", event.object)
    assert audit.detail(event)["同一照片"] == "1"
    assert event.object not in {capture.digest for capture in workspace.vault.captures(event.object)}


def test_a_photo_that_nobody_uses_finds_nothing(reader: Client) -> None:
    status, page = send(reader, jpeg(scene(77)))
    assert status == 200
    assert "没有商品用了这张照片" in page
    assert "没有发现登记的标识" in page


def test_a_photo_with_few_points_is_found_by_its_hash_alone(reader: Client, workspace: Workspace) -> None:
    """A plain shape on a plain ground: points prove nothing, the hash is near, and the page says which it is."""
    shape = np.full((300, 300, 3), 255, np.uint8)
    cv2.ellipse(shape, (130, 160), (90, 60), 20, 0, 360, (60, 60, 160), -1)
    shape = np.asarray(cv2.GaussianBlur(shape, (41, 41), 0), np.uint8)
    add_photo(workspace, shape)
    status, page = send(reader, jpeg(np.asarray(cv2.resize(shape, (200, 200)), np.uint8)))
    assert status == 200
    assert market.FILED in found(page, "t-copies") + found(page, "t-near")
    if found(page, "t-near"):
        assert "64 位" in page


def test_an_index_that_is_away_leaves_what_points_prove(
    reader: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_photo(workspace, scene(1))

    def away(*_: object) -> None:
        raise BackendError("检索服务无法连接")

    monkeypatch.setattr(workspace.backend(), "search", away)
    status, page = send(reader, jpeg(scene(1)))
    assert status == 200
    assert found(page, "t-copies") == [market.FILED]
    assert "没有按图片指纹查找：检索服务无法连接" in page


def bomb() -> bytes:
    """A small PNG whose header promises 100,000 × 100,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def cut() -> bytes:
    out = io.BytesIO()
    Image.fromarray(scene(3)).save(out, "JPEG")
    return out.getvalue()[:300]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "无法识别为图片"),
        (b"hello", "无法识别为图片"),
        (b"", "这张有 0 字节"),
        (bomb(), "未解码"),
        (cut(), "图片已损坏"),
    ],
)
def test_what_is_no_picture_is_a_sentence(reader: Client, data: bytes, says: str) -> None:
    status, page = send(reader, data)
    assert status == 400
    problem = page.partition('role="alert"')[2].partition("</p>")[0]
    assert says in problem
    assert not AuditEvent.objects.filter(action="photo").exists()


def test_a_photo_over_the_limit_is_not_read(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from console.views import photo

    monkeypatch.setattr(photo, "MAX_PHOTO", 1_000)
    status, page = send(reader, jpeg(scene(1)))
    assert status == 400
    assert "不超过" in page


def test_a_form_without_a_photo_is_a_sentence(reader: Client) -> None:
    assert reader.post("/photo").status_code == 400
    assert reader.post("/photo", {"photo": "text"}).status_code == 400


def test_the_logo_of_a_right_leads_to_the_listings_that_show_it(
    reader: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from domain.records import Signal
    from qingyuan.stages.index import index

    entry = workspace.catalog.entry(market.NOODLE)
    (finding,) = workspace.findings(market.NOODLE)
    seen = replace(finding, signals=(*finding.signals, Signal(name="logo_seen", score=1.0, detail="有图形标识")))
    workspace.catalog.screened("test", [(entry, [seen])])
    index(workspace)
    logo = scene(90, 160, 120)
    shown = scene(2)
    shown[60:300, 60:380] = cv2.resize(logo, (320, 240))
    logos = {"logo.png": jpeg(logo)}
    register = [replace(each, logos=tuple(logos)) if each.id == "tm-ksf" else each for each in market.RIGHTS]
    monkeypatch.setattr(workspace, "rights", lambda: {each.id: each for each in register})
    monkeypatch.setattr("qingyuan.rights.pictures", lambda *_: logos)
    copies._register.cache_clear()
    status, page = send(reader, jpeg(shown))
    copies._register.cache_clear()
    assert status == 200
    marks = page.partition('aria-labelledby="t-marks"')[2].partition("</section>")[0]
    assert "康师傅" in marks
    address = unescape(marks.rpartition('<a href="')[2].partition('"')[0])
    assert marks.rpartition("<a href")[2].partition("</a>")[0].endswith(">1 件")
    listed = reader.get(address).content.decode()
    assert f'data-key="{market.NOODLE}"' in listed
