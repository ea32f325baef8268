"""Logos of the register, titles of platforms, what a signal is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from django.test import Client

from console import platforms, reasons
from domain import codec
from qingyuan import rights
from qingyuan.workspace import Workspace
from tests.console import market

SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def with_logos(workspace: Workspace, folder: Path) -> tuple[str, ...]:
    """Give the trademark a PNG and an SVG logo and a file that is neither; the paths in the register."""
    folder.mkdir()
    (folder / "a.png").write_bytes(market.drawing("KSF", "#a00"))
    (folder / "b.svg").write_bytes(SVG)
    (folder / "c.png").write_bytes(b"<html><script>alert(1)</script></html>")
    right = replace(market.RIGHTS[1], logos=("a.png", "b.svg", "c.png"))  # type: ignore[call-arg]
    (folder / "rights.jsonl").write_bytes(codec.encode(right) + b"\n")
    rights.import_file(folder / "rights.jsonl", home=workspace.home, now=market.NOW)
    return workspace.rights()["tm-ksf"].logos  # type: ignore[union-attr]


def test_logos_stand_beside_the_listing(workspace: Workspace, as_: Callable[..., Client], tmp_path: Path) -> None:
    paths = with_logos(workspace, tmp_path / "register")
    client = as_("du", "查阅")
    page = client.get("/listing", {"key": market.NOODLE}).content.decode()
    assert page.count('src="/marks?') == 3
    png, svg, neither = (client.get("/marks", {"right": "tm-ksf", "path": path}) for path in paths)
    assert (png.status_code, png["Content-Type"]) == (200, "image/png")
    assert (svg.status_code, svg["Content-Type"]) == (200, "image/svg+xml")
    assert "sandbox" in svg["Content-Security-Policy"]
    assert "script" not in svg["Content-Security-Policy"]
    assert neither.status_code == 404


def test_a_logo_of_another_right_is_not_given(workspace: Workspace, as_: Callable[..., Client], tmp_path: Path) -> None:
    paths = with_logos(workspace, tmp_path / "register")
    assert as_("du", "查阅").get("/marks", {"right": "gi-wuchang", "path": paths[0]}).status_code == 404


def test_platforms_by_their_titles(workspace: Workspace) -> None:
    assert platforms.title("taobao") == "淘宝"
    assert platforms.title("集市") == "集市"
    folder = workspace.home / "platforms"
    folder.mkdir(exist_ok=True)
    (folder / "broken.toml").write_text("name = ", encoding="utf-8")
    assert platforms.title("taobao") == "taobao"


def test_every_signal_of_the_detector_has_a_chinese_title() -> None:
    from detection.features.registry import GI_FEATURES, MARK_FEATURES

    for feature in (*MARK_FEATURES, *GI_FEATURES):
        title = reasons.signal_title(feature.__name__)
        assert title != feature.__name__
        assert not title.isascii(), title
    assert reasons.signal_title("unheard") == "unheard"
