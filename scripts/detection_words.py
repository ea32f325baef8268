"""Rebuild detection/names/words.txt.gz, ordinary Chinese words and how common they are, and transcribing.txt, the
characters that foreign names are written with.

    pip download jieba==0.42.1 --no-deps --no-binary :all:       (MIT; not a dependency)
    python scripts/detection_words.py PATH/TO/jieba/dict.txt

A word is kept when it has two to five characters, is no personal name and was counted at least eight times (three,
when it is longer than two); one character is kept always. A line is ``word count`` and, for a proper noun, ``*``.
Sorted, compressed without a time. A character transcribes when two foreign names of three characters and more hold it
(jieba's kind nrt), and these are at least one in two hundred of all words that hold it.
"""

from __future__ import annotations

import gzip
import sys
from collections import Counter
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "detection" / "names" / "words.txt.gz"
TRANSCRIBING = OUT.with_name("transcribing.txt")
PROPER = {"nz", "nt", "nrt", "nrfg", "ns"}


def main(source: Path) -> None:
    lines = []
    foreign: Counter[str] = Counter()
    held: Counter[str] = Counter()
    for line in source.read_text("utf-8").splitlines():
        word, count, kind = line.split(" ")
        held.update(word)
        if kind == "nrt" and len(word) > 2:
            foreign.update(word)
        if not all("\u4e00" <= character <= "\u9fff" for character in word) or kind == "nr":
            continue
        if len(word) == 1 or (len(word) <= 5 and int(count) >= (8 if len(word) == 2 else 3)):
            lines.append(f"{word} {count}{' *' if kind in PROPER else ''}")
    packed = gzip.compress(("\n".join(sorted(lines)) + "\n").encode("utf-8"), 9, mtime=0)
    OUT.write_bytes(packed)
    usual = sorted(one for one, times in foreign.items() if times > 1 and times * 200 >= held[one])
    TRANSCRIBING.write_text("".join(usual) + "\n", "utf-8")
    print(f"{OUT.name}: {len(lines)} words, {len(packed)} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
