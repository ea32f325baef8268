"""Names of which some characters are given as stars: 星* for 星澜, OS** for OSLO."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from detection.candidates.names import Name, Names, is_han
from detection.names.folding import align, fold, skeleton

_STARS = "*＊○〇●"
_STAR = re.compile(f"[{_STARS}]")
_MASK = re.compile(rf"(?<!\w)([\u4e00-\u9fff]{{1,3}}|[A-Za-z]{{2,5}})([{_STARS}]{{1,4}})(?![0-9{_STARS}])")
#: A mask fits many names: so many are given, in the order of the register.
_MOST = 64


class Masked:
    """Names of two to eight characters by their first one."""

    def __init__(self, names: Names) -> None:
        self._by_first: dict[str, list[tuple[str, Name]]] = {}
        for name, text in zip(names.names, names.skeletons, strict=True):
            if 2 <= len(text) <= 8 and name.role != "stem":
                self._by_first.setdefault(text[0], []).append((text, name))

    @staticmethod
    def possible(titles: Sequence[str]) -> set[int]:
        """The places of the titles in which there is a star at all."""
        if _STAR.search("\0".join(titles)) is None:
            return set()  # as most often
        return {place for place, title in enumerate(titles) if _STAR.search(title) is not None}

    def find(self, title: str) -> Iterator[tuple[Name, float, int, int]]:
        """The names that a masked stretch of a title could be: the name, how much of it is shown (0.5 to 0.85), and
        where in the title's skeleton the shown part stands. Only letters or only ideographs; as many stars as
        characters are missing."""
        for mask in _MASK.finditer(title[:200]):
            known = skeleton(fold(mask.group(1)))
            aligned = align(title)
            if not known or mask.start(1) not in aligned.starts:
                continue
            size, start = len(known) + len(mask.group(2)), aligned.starts.index(mask.start(1))
            fits = [
                name
                for text, name in self._by_first.get(known[0], ())
                if len(text) == size and text.startswith(known) and is_han(text) == is_han(known)
            ]
            for name in fits[:_MOST]:
                yield name, max(0.5, min(0.85, len(known) / size + 0.2)), start, start + len(known)
