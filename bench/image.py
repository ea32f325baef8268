"""Marks in photos and copied photos: how many are found, how fast, beside the peers, in one run.

Needs a bank (``python -m scripts.marks.build_bank``): ``--bank FOLDER`` or QINGYUAN_MARK_BANK. Marks and photographs
are those that training never saw. Nothing is written but ``--sheet FOLDER``: pages of pictures with the boxes drawn,
to be looked at.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from bench import image_copies, image_marks, image_night
from bench.table import Row, text
from detection.marks.networks import shipped
from scripts.marks.bank import Pixels, load


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.image", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--bank", type=Path, default=Path(os.environ.get("QINGYUAN_MARK_BANK", "var/marks/bank")))
    parser.add_argument("--models", type=Path, help="a folder of other ONNX files than those shipped")
    parser.add_argument("--pictures", type=int, default=1000, help="composites; as many clean pictures")
    parser.add_argument("--peer", type=int, default=20, help="pictures for brute-force SIFT (5 s each); 0: none")
    parser.add_argument("--steps", action="store_true", help="also what each step of the search brings")
    parser.add_argument("--no-marks", action="store_true", help="copies and the night only")
    parser.add_argument("--sheet", type=Path, help="draw pages of pictures with boxes into this folder")
    parser.add_argument(
        "--copies", type=int, default=20_000, help="distractors among which copies are looked for; 0: none"
    )
    chosen = parser.parse_args()
    if not (chosen.bank / "items.json").is_file():
        print(f"no bank of marks in {chosen.bank}: see docs/marks-card.md", file=sys.stderr)
        return 2
    rows: list[Row] = []
    if chosen.no_marks:
        pass
    elif chosen.models or shipped():
        rows += image_marks.measure(
            chosen.bank,
            models=chosen.models,
            pictures=chosen.pictures,
            peer=chosen.peer,
            steps=chosen.steps,
            sheet=chosen.sheet,
        )
    else:
        print("no networks are shipped: marks are not measured (--models FOLDER)", file=sys.stderr)
    if chosen.copies:
        bank = load(chosen.bank, longest=500)
        asked = [photo for photo in image_marks.held_photos(chosen.bank, bank) if max(photo.shape[:2]) <= 480]
        partners = [photo for photo in bank.photos if max(photo.shape[:2]) <= 480][: image_copies.PARTNERS]
        masks, strangers = [bank.mask(int(row)) for row in bank.test[:100]], bank.held_photos
        del bank  # the photographs of training are no part of what a search needs, so their memory is given back
        gc.collect()
        if sys.platform == "linux":
            ctypes.CDLL(None).malloc_trim(0)

        def others() -> list[Pixels]:
            """All but those beside the copies in collages."""
            photos = load(chosen.bank, longest=1000).photos
            sides = [max(photo.shape[:2]) for photo in photos]
            small = [place for place, side in enumerate(sides) if side <= 480][: image_copies.PARTNERS]
            return [photo for place, photo in enumerate(photos) if place not in small]

        rows += image_night.measure(asked[:129], masks)
        rows += image_copies.measure(asked, partners, strangers, others, distractors=chosen.copies)
    if chosen.json:
        for row in rows:
            print(json.dumps({**asdict(row), "ratio": row.ratio}, ensure_ascii=False))
    else:
        print(text(rows))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
