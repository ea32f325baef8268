"""What a picture costs at night: one never seen before, and one that is known, through the very store of a HOME."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from bench.changes import Pixels
from bench.table import Row
from detection.pictures.register import Picture, RightPictures
from detection.pictures.stored import pack, unpack
from detection.pictures.traits import VERSION, traits
from domain.records import Trademark
from indexer.traits import TraitStore

#: Milliseconds a picture that a night may cost on average.
AIM = 12.0
_LOGOS, _PHOTOS = 34, 29


def measure(photos: Sequence[Pixels], masks: Sequence[Pixels]) -> Iterator[Row]:
    """``photos``: the first are reference photos of the register, the rest come in at night; ``masks``: its logos."""
    cv2.setNumThreads(1)
    files = {f"photos/{number}.jpg": _coded(photo, ".jpg") for number, photo in enumerate(photos[:_PHOTOS])}
    logos = {f"logos/{number}.png": _coded(255 - mask, ".png") for number, mask in enumerate(masks[:_LOGOS])}
    right = Trademark(id="t", sign="青竹", classes=(21,), logos=tuple(logos), photos=tuple(files))
    coming = [_coded(photo, ".jpg") for photo in photos[_PHOTOS:]]
    with tempfile.TemporaryDirectory() as folder:
        store = TraitStore(Path(folder) / "traits.sqlite3")
        new, first = _night(store, right, files | logos, coming)
        known, second = _night(store, right, files | logos, coming)
        store.close()
    assert first == second, "a known picture shows something else than it did"
    share = (AIM - known) / (new - known) if new > known else 1.0
    yield Row("night", "CPU ms a picture never seen", new, note=f"n {len(coming)}, {_LOGOS} logos, {_PHOTOS} photos")
    yield Row("night", "CPU ms a known picture", known, note=f"the same findings in {sum(map(bool, first))} of them")
    yield Row("night", "CPU ms a picture, 1 in 10 new", known * 0.9 + new * 0.1,
              note=f"{AIM:.0f} ms are kept while less than {min(1.0, max(0.0, share)):.0%} are new")  # fmt: skip


def _night(
    store: TraitStore, right: Trademark, files: dict[str, bytes], coming: Sequence[bytes]
) -> tuple[float, list[object]]:
    """CPU milliseconds a picture, and what was found; the register is compiled anew, as every night does."""
    register = RightPictures([right], files, kept=store)
    found: list[object] = []
    began = time.process_time()
    for number, data in enumerate(coming):
        kept = store.get(f"sha256:{number}", VERSION)
        seen = unpack(kept) if kept is not None else None
        if seen is None:
            seen = traits(data)
            store.put(f"sha256:{number}", VERSION, pack(seen))
        found.append(register.sightings([Picture(url="", digest=f"sha256:{number}", traits=seen)]))
    return (time.process_time() - began) * 1000 / len(coming), found


def _coded(pixels: Pixels, form: str) -> bytes:
    return bytes(cv2.imencode(form, np.ascontiguousarray(pixels))[1])
