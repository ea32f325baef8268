"""Copied photos: each of the eight changes among many pictures, on disk, with the hash as the peer.

The store of distractors is built once (resumed when it is killed) and kept in ``.cache/bench``.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from bench.changes import CHANGES, Pixels
from bench.table import Row
from detection.pictures.copies import entries
from detection.pictures.finding import copies_of
from detection.pictures.points import LONGEST, Points, upright
from detection.pictures.traits import VERSION, Traits, distance, traits
from indexer.copies import CopyStore

SEED = 33
#: Kept between runs; named by what its content depends on.
FOLDER = Path(".cache/bench")
FORM = 2
_AT_ONCE = 5_000
#: Photographs that stand beside a copy in a collage; no distractor is cut from them, for it would be a copy too.
PARTNERS = 60
_STRANGERS = 200


def _jpeg(pixels: Pixels) -> bytes:
    return bytes(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 88])[1])


def crop(photos: Sequence[Pixels], number: int) -> Pixels:
    """Distractor ``number``: 20–45 % of the sides of a photograph, somewhere else each time, 320 pixels long."""
    rng = np.random.default_rng([SEED, number])
    photo = photos[number % len(photos)]
    rows, columns = photo.shape[:2]
    share = rng.uniform(0.2, 0.45)
    down, across = int(rows * share), int(columns * share)
    y, x = int(rng.integers(0, rows - down)), int(rng.integers(0, columns - across))
    piece = photo[y : y + down, x : x + across]
    scale = LONGEST / max(piece.shape[:2])
    return np.asarray(cv2.resize(piece, None, fx=scale, fy=scale), np.uint8)


def store_of(distractors: int, photos: Callable[[], Sequence[Pixels]]) -> CopyStore:
    """The store with so many distractors, or more when it has them; ``photos`` is called only when some are missing."""
    store = CopyStore(FOLDER / f"copies-{VERSION}-{FORM}")
    missing = [number for number in range(distractors) if f"other-{number}" not in store]
    others = photos() if missing else ()
    for start in range(0, len(missing), _AT_ONCE):
        part = missing[start : start + _AT_ONCE]
        store.add((f"other-{number}", *_parts(_points(crop(others, number)))) for number in part)
        print(f"copies: {len(store)} kept", file=sys.stderr, flush=True)
    return store


def measure(
    asked: Sequence[Pixels],
    partners: Sequence[Pixels],
    strangers: Sequence[Pixels],
    photos: Callable[[], Sequence[Pixels]],
    *,
    distractors: int,
) -> Iterator[Row]:
    """``asked``: photographs that are known and come back changed; ``photos`` gives those of the distractors."""
    cv2.setNumThreads(1)
    store = store_of(distractors, photos)
    began = time.process_time()
    known: dict[str, Traits] = {
        f"asked-{number}": traits(_jpeg(photo), marks=False) for number, photo in enumerate(asked)
    }
    spent = (time.process_time() - began) * 1000 / len(asked)
    store.add((name, *_parts(one.spots)) for name, one in known.items())
    size = sum(path.stat().st_size for path in store.folder.rglob("*") if path.is_file())
    note = f"{size / len(store):.0f} bytes a picture on disk"
    yield Row("copies", "CPU ms to look at a known picture, once", spent, note=note)
    took: list[float] = []
    for name, change in CHANGES.items():
        rng = np.random.default_rng(SEED + 1)
        right = listed = hashed = 0
        for number, photo in enumerate(asked):
            data = _jpeg(change(photo, partners[number % len(partners)], rng))
            began = time.process_time()
            seen = traits(data, marks=False)
            found = copies_of(seen, store, thorough=False)
            took.append((time.process_time() - began) * 1000)
            names = [store.name(one.picture) for one in found]
            right += names[:1] == [f"asked-{number}"]
            listed += f"asked-{number}" in names  # a twin photograph of the same shelf may stand before it
            nearest = min(known, key=lambda each: distance(known[each].hash, seen.hash))
            hashed += nearest == f"asked-{number}" and distance(known[nearest].hash, seen.hash) <= 10
        yield Row("copies", f"top-1, {name}", right / len(asked), "pHash ≤ 10 of the asked only", hashed / len(asked),
                  note=f"n {len(asked)} among {len(store)}; among the first ten {listed / len(asked):.3f}")  # fmt: skip
    yield Row("copies", "CPU ms a picture", float(np.mean(took)),
              note=f"decoding, points, search, proof; 99 % below {np.quantile(took, 0.99):.0f}")  # fmt: skip
    wrong: dict[int, int] = {}
    vain: list[float] = []
    for photo in strangers[:_STRANGERS]:
        data = _jpeg(photo)
        began = time.process_time()
        found = copies_of(traits(data, marks=False), store)
        vain.append((time.process_time() - began) * 1000)
        for one in found:
            if store.name(one.picture).startswith("asked"):
                wrong[one.points] = wrong.get(one.points, 0) + 1
    yield Row("copies", "false matches of strangers", sum(wrong.values()) / max(1, len(strangers[:_STRANGERS])),
              note=f"n {len(strangers[:_STRANGERS])}, by points that agree: {dict(sorted(wrong.items()))}")  # fmt: skip
    yield Row("copies", "CPU ms a picture that is no copy", float(np.mean(vain)),
              note=f"both ways round; 99 % below {np.quantile(vain, 0.99):.0f}")  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Row("copies", "peak memory, MB", peak, note="of the whole process, its photographs and mapped files included")


def _points(pixels: Pixels) -> Points:
    coded = np.frombuffer(_jpeg(pixels), np.uint8)
    return upright(np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8))


def _parts(spots: Points) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    made = entries(spots)
    return made.words, made.signatures, made.geometry, made.bits
