"""A photo in, listings with that photo or that mark out: the same over both engines, from real bytes to the answer."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.changes import CHANGES
from domain.records import Finding, ListingRef, Signal, finding_id
from indexer.backend import SearchBackend
from qingyuan.settings import Settings
from qingyuan.stages import copies, index, listings
from qingyuan.workspace import Workspace
from tests.detection.pictures.drawn import jpeg, scene

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path, backend: SearchBackend, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Four imported listings with real photos, indexed into the backend under test."""
    rng = np.random.default_rng(2)
    smooth = np.asarray(cv2.GaussianBlur(scene(9), (61, 61), 0), np.uint8)  # no corner left: few points or none
    photos = {"a": scene(1), "b": CHANGES["re-encoded"](scene(1), scene(1), rng), "c": scene(5), "d": smooth}
    lines = []
    for ref, pixels in photos.items():
        (tmp_path / f"{ref}.jpg").write_bytes(jpeg(pixels))
        row = {"platform": "shop", "ref": ref, "url": f"https://shop.example/{ref}", "title": "收纳筐"}
        lines.append(json.dumps({**row, "observed_at": NOW.isoformat(), "images": [f"{ref}.jpg"]}, ensure_ascii=False))
    (tmp_path / "listings.jsonl").write_text("\n".join(lines), encoding="utf-8")
    opened = Workspace(Settings(home=tmp_path / "home"))
    monkeypatch.setattr(opened, "_backend", backend)
    monkeypatch.setattr(opened, "open_judgements", lambda: None)
    listings.import_file(opened, tmp_path / "listings.jsonl", now=NOW)
    return opened


def found(workspace: Workspace, pixels: np.ndarray) -> dict[str, set[str]]:
    answer = copies.find(workspace, jpeg(np.asarray(pixels, np.uint8)))
    assert answer["notices"] == []
    return {name: {str(each["listing"]) for each in answer[name]} for name in ("copies", "near")}


def test_a_photo_finds_its_listings_changed_or_not(workspace: Workspace) -> None:
    index.index(workspace)
    cropped = CHANGES["cropped to 70 %"](scene(1), scene(1), np.random.default_rng(3))
    assert found(workspace, scene(1)) == {"copies": {"shop/a", "shop/b"}, "near": set()}
    assert found(workspace, cropped) == {"copies": {"shop/a", "shop/b"}, "near": set()}
    assert found(workspace, scene(700)) == {"copies": set(), "near": set()}


def test_a_photo_without_points_is_found_by_its_hash(workspace: Workspace) -> None:
    index.index(workspace)
    smooth = np.asarray(cv2.GaussianBlur(scene(9), (61, 61), 0), np.uint8)
    small = np.asarray(cv2.resize(smooth, (240, 200)), np.uint8)
    answer = found(workspace, small)
    assert answer["copies"] | answer["near"] == {"shop/d"}


def test_a_rebuild_and_a_second_look_change_nothing(workspace: Workspace) -> None:
    index.rebuild(workspace)
    first = found(workspace, scene(1))
    assert first["copies"] == {"shop/a", "shop/b"}
    index.rebuild(workspace)
    assert copies.keep(workspace) == {"pictures": 4, "added": 0}
    assert found(workspace, scene(1)) == first


def test_a_mark_leads_to_the_listings_that_show_it(workspace: Workspace) -> None:
    shown = {"shop/a": "tm-1", "shop/c": "tm-2", "shop/b": "tm-4"}
    for (key, right), signal in zip(shown.items(), ("logo_seen", "unnamed", "belied"), strict=True):
        entry = workspace.catalog.entry(key)
        here = ListingRef(key=key, capture=entry.capture)
        finding = Finding(
            id=finding_id(key, right),
            listing=here,
            right=right,
            score=0.9,
            tier="高",
            signals=(Signal(name=signal, score=1.0, detail="有图形标识"),),
        )
        other = Finding(id=finding_id(key, "tm-3"), listing=here, right="tm-3", score=0.5, tier="中")
        workspace.catalog.screened("test", [(entry, [finding, other])])
    index.index(workspace)
    for key, right in shown.items():
        assert [hit.key for hit in workspace.backend().search(copies.marked(right)).hits] == [key]


def test_a_store_that_was_never_complete_says_so_and_the_next_index_run_completes_it(workspace: Workspace) -> None:
    index.index(workspace)
    shutil.rmtree(copies._folder(workspace))  # what a new version of the traits amounts to
    assert copies.find(workspace, jpeg(scene(1)))["notices"][0].startswith("图片库还没有建全")
    index.index(workspace)
    assert found(workspace, scene(1)) == {"copies": {"shop/a", "shop/b"}, "near": set()}
