"""Copied photos: each of the eight changes among many pictures, on disk, with the hash as the peer."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from bench.changes import CHANGES, Pixels
from bench.table import Row
from detection.pictures.copies import entries
from detection.pictures.finding import copies_of
from detection.pictures.traits import Traits, distance, traits
from indexer.copies import CopyStore

SEED = 33


def _jpeg(pixels: Pixels) -> bytes:
    return bytes(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 88])[1])


def _crops(photos: Sequence[Pixels], count: int) -> Iterator[bytes]:
    """Crops of 20–45 % of the sides, each somewhere else, of photographs that are not asked about."""
    rng = np.random.default_rng(SEED)
    for number in range(count):
        photo = photos[number % len(photos)]
        rows, columns = photo.shape[:2]
        share = rng.uniform(0.2, 0.45)
        down, across = int(rows * share), int(columns * share)
        y, x = int(rng.integers(0, rows - down)), int(rng.integers(0, columns - across))
        piece = photo[y : y + down, x : x + across]
        scale = 320 / max(piece.shape[:2])
        yield _jpeg(np.asarray(cv2.resize(piece, None, fx=scale, fy=scale), np.uint8))


def measure(asked: Sequence[Pixels], others: Sequence[Pixels], *, distractors: int) -> Iterator[Row]:
    """``asked``: photographs that are known and come back changed; ``others``: photographs of the distractors."""
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        store = CopyStore(Path(folder) / "copies")
        known: dict[str, Traits] = {
            f"asked-{number}": traits(_jpeg(photo), marks=False) for number, photo in enumerate(asked)
        }
        store.add((name, *_parts(one)) for name, one in known.items())
        began = time.process_time()
        batch: list[tuple[str, Traits]] = []
        for number, data in enumerate(_crops(others, distractors)):
            batch.append((f"other-{number}", traits(data, marks=False)))
            if len(batch) == 10_000 or number == distractors - 1:
                store.add((name, *_parts(one)) for name, one in batch)
                batch.clear()
                print(f"copies: {number + 1} kept", file=sys.stderr, flush=True)
        spent = (time.process_time() - began) * 1000 / max(1, distractors)
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        yield Row(
            "copies", "CPU ms to keep a picture", spent, note=f"{size / max(1, len(store)):.0f} bytes a picture on disk"
        )
        total, count = 0.0, 0
        for name, change in CHANGES.items():
            rng = np.random.default_rng(SEED + 1)
            right = hashed = 0
            for number, photo in enumerate(asked):
                data = _jpeg(change(photo, others[number % len(others)], rng))
                began = time.process_time()
                seen = traits(data, marks=False)
                found = copies_of(seen, store.lookup, thorough=False)
                total += time.process_time() - began
                count += 1
                first = store.name(found[0].picture) if found else ""
                right += first == f"asked-{number}"
                nearest = min(known, key=lambda each: distance(known[each].hash, seen.hash))
                hashed += nearest == f"asked-{number}" and distance(known[nearest].hash, seen.hash) <= 10
            yield Row("copies", f"top-1, {name}", right / len(asked), "pHash ≤ 10", hashed / len(asked),
                      note=f"n {len(asked)} among {len(store)}")  # fmt: skip
        yield Row("copies", "CPU ms a picture", total * 1000 / count, note="decoding, points, search, proof")
        wrong = times = 0
        for number in range(min(200, len(others))):
            rows = others[number].shape[0]
            fresh = traits(_jpeg(others[number][rows // 2 :, :]), marks=False)
            # a part of a photograph of which the store has small crops: these are copies too, so only the asked ones
            # count
            wrong += any(store.name(one.picture).startswith("asked") for one in copies_of(fresh, store.lookup))
            times += 1
        yield Row("copies", "false matches of strangers", wrong / max(1, times), note=f"n {times}")


def _parts(one: Traits) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    made = entries(one.spots)
    return made.words, made.signatures, made.geometry
