"""A photo looked for among listings: changed copies are found, and whose logo it shows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from bench.changes import CHANGES
from domain.errors import PictureError
from qingyuan.cli import app
from qingyuan.settings import Settings
from qingyuan.workspace import Workspace
from tests.detection.pictures.drawn import jpeg, scene


def test_changed_copies_are_found_and_a_second_look_adds_nothing(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    logo = scene(90, 160, 120)
    shown = scene(2)
    shown[60:300, 60:380] = cv2.resize(logo, (320, 240))
    pictures = {
        "a.jpg": scene(1),
        "b.jpg": CHANGES["mirrored"](scene(1), scene(1), rng),
        "c.jpg": scene(5),
        "d.jpg": shown,
    }
    for name, pixels in pictures.items():
        (tmp_path / name).write_bytes(jpeg(pixels))
    (tmp_path / "logo.png").write_bytes(cv2.imencode(".png", logo)[1].tobytes())
    right = {"id": "tm-1", "kind": "trademark", "sign": "青竹", "logos": ["logo.png"]}
    (tmp_path / "rights.jsonl").write_text(json.dumps(right, ensure_ascii=False), encoding="utf-8")
    row = {"platform": "shop", "title": "收纳筐", "observed_at": datetime(2026, 11, 23, tzinfo=UTC).isoformat()}
    lines = [
        json.dumps({**row, "ref": name[0], "url": f"https://shop.example/{name}", "images": [name]}, ensure_ascii=False)
        for name in pictures
    ]
    (tmp_path / "listings.jsonl").write_text("\n".join(lines), encoding="utf-8")

    def run(*words: str) -> dict[str, list[dict[str, object]]]:
        done = CliRunner().invoke(app, ["--home", str(tmp_path / "var"), *words, "--json"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        answer: dict[str, list[dict[str, object]]] = json.loads(done.stdout.splitlines()[-1])
        return answer

    run("rights", "import", str(tmp_path / "rights.jsonl"))
    run("listings", "import", str(tmp_path / "listings.jsonl"))
    (tmp_path / "asked.jpg").write_bytes(jpeg(CHANGES["cropped to 70 %"](scene(1), scene(1), rng)))
    for _ in range(2):
        found = run("images", "find", str(tmp_path / "asked.jpg"))
        copies = {str(one["listing"]): str(one["change"]) for one in found["copies"]}
        assert set(copies) == {"shop/a", "shop/b"}
        assert "镜像" in copies["shop/b"] and "镜像" not in copies["shop/a"]
        assert "裁剪" in copies["shop/a"]
    (mark,) = run("images", "find", str(tmp_path / "d.jpg"))["marks"]
    assert mark["right"] == "tm-1"
    region = mark["region"]
    assert isinstance(region, dict)
    assert abs(region["x"] - 60) < 15 and abs(region["width"] - 320) < 30


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"%PDF-1.7\n", "格式不受支持"), (jpeg(scene(1))[:300], "损坏或不完整")],
    ids=["another format", "cut short"],
)
def test_a_file_that_cannot_be_read_is_named_with_what_is_wrong(tmp_path: Path, data: bytes, says: str) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(data)
    with pytest.raises(PictureError, match=f"photo.jpg：.*{says}"):
        CliRunner().invoke(app, ["--home", str(tmp_path / "var"), "images", "find", str(photo)], catch_exceptions=False)


def test_a_picture_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "var"
    first = Workspace(Settings(home=home))
    at = datetime(2026, 11, 23, tzinfo=UTC)
    digest = first.vault.put_file(jpeg(scene(1)), name="a.jpg", media_type="image/jpeg", at=at).digest
    seen = first.traits(digest)
    first.close()
    second = Workspace(Settings(home=home))
    monkeypatch.setattr(second.vault, "read", None)  # another process needs the bytes no more
    again = second.traits(digest)
    assert again.hash == seen.hash and np.array_equal(again.spots.bits, seen.spots.bits)
