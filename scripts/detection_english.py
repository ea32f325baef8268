"""Rebuild detection/names/english.txt.gz: ordinary English words, so that casino is no imitation of CASIO.

Input: the word list of Debian's package wamerican-small (SCOWL by Kevin Atkinson; free to use and redistribute).

    python -m scripts.detection_english /usr/share/dict/american-english-small
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

OUT = Path(__file__).parent.parent / "detection" / "names" / "english.txt.gz"


def main() -> None:
    words = {word.strip() for word in Path(sys.argv[1]).read_text("utf-8").splitlines()}
    # a capital marks a name (Nike, Mercedes): names are no ordinary words
    kept = sorted(word for word in words if word.isascii() and word.isalpha() and word.islower() and len(word) > 2)
    OUT.write_bytes(gzip.compress("\n".join(kept).encode(), 9, mtime=0))
    print(f"{OUT.name}: {len(kept)} words")


if __name__ == "__main__":
    main()
