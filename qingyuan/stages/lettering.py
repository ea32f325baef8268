"""Text in pictures: read where it can change a verdict, within a bound, and kept by the picture's digest.

A picture takes about half a second. So only the first pictures of a listing are read, and only of a listing whose
verdict is open (:func:`doubtful`). Without the extra ``ocr`` nothing is read (``qingyuan doctor`` says so).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

import msgspec

from domain.errors import PictureError, VaultError
from domain.records import GeographicalIndication, Listing, Region
from qingyuan.catalog import Entry
from qingyuan.stages.pictures import digests

if TYPE_CHECKING:
    from detection.pictures.shown import Shown, Written
    from detection.screener import Assessment, Screener
    from qingyuan.workspace import Workspace

_log = logging.getLogger(__name__)
#: Raised when another reader, or another size, gives other lines.
VERSION = 2
#: Pictures of a listing that are read.
_FIRST = 2
#: Below this probability no reading is expected to make a finding: what is read has to bring as much as all else did.
_LEAST = 0.2
#: The tier from which on a listing is reported whatever its pictures say.
_SETTLED = ("高", "中")

_Line = tuple[str, int, int, int, int]


class Reader:
    """Reads at most ``most`` pictures that nobody has read before."""

    def __init__(self, workspace: Workspace, most: int) -> None:
        self._workspace = workspace
        self.left = most if find_spec("rapidocr") else 0
        self.passed = 0

    def lines(self, entry: Entry, listing: Listing, *, fresh: bool = True) -> tuple[Written, ...]:
        """What stands in the listing's first pictures; not ``fresh``: only what was read before."""
        from detection.pictures.shown import Written

        found: list[Written] = []
        for _, digest in list(digests(self._workspace, entry, listing))[:_FIRST]:
            for text, x, y, width, height in self._read(digest, fresh) or ():
                found.append(Written(text, Region(x=x, y=y, width=width, height=height, image=digest)))
        return tuple(found)

    def _read(self, digest: str, fresh: bool) -> Sequence[_Line] | None:
        kept = self._workspace.kept.get(f"text:{digest}", VERSION)
        if kept is not None:
            return msgspec.msgpack.decode(kept, type=list[_Line])
        if not fresh or not find_spec("rapidocr"):
            return None
        if not self.left:
            self.passed += 1
            return None
        self.left -= 1
        read = _lettering(self._workspace, digest)
        self._workspace.kept.put(f"text:{digest}", VERSION, msgspec.msgpack.encode(read))
        return read


def _lettering(workspace: Workspace, digest: str) -> list[_Line]:
    from detection.pictures import text
    from detection.pictures.decoding import decode

    try:
        pixels, (width, _) = decode(workspace.vault.read(digest), text.LONGEST)
    except (PictureError, VaultError):
        return []  # set aside with its reason when it was captured
    scale = width / pixels.shape[1]
    lines: list[_Line] = []
    for line in text.read(pixels):
        x, y, across, down = (round(side * scale) for side in line.box)
        lines.append((line.text, x, y, across, down))
    return lines


def doubtful(assessments: Iterable[Assessment]) -> bool:
    """Whether what is written in the pictures could change the verdict.

    Either nothing is reported beyond doubt and some right is likely enough that a word more may decide; or an
    indication is meant whose authorised users are known by their credit codes, and one in a picture would clear them.
    """
    found = list(assessments)
    top = max(found, key=lambda one: one.score, default=None)
    if top is None or top.score < _LEAST:
        return False
    return top.tier not in _SETTLED or _clears(top)


def _clears(one: Assessment) -> bool:
    """Whether the credit code of an authorised user, read in a picture, would speak for the seller."""
    right = one.right
    known = isinstance(right, GeographicalIndication) and any(user.uscc for user in right.authorised)
    return known and one.tier != "高"


def judged(
    judge: Screener, reader: Reader, batch: Sequence[tuple[Entry, Listing]], shown: Mapping[str, Shown]
) -> dict[str, tuple[Assessment, ...]]:
    """Assessments by the listing's key; what is in doubt is judged again with the text of its pictures."""
    least = min(_LEAST, judge.lowest)  # what scores less is no finding and opens no doubt
    titles = (listing for _, listing in batch)
    found = {listing.key: one for listing, one in judge.assess_many(titles, shown, at_least=least)}
    again: dict[str, Shown] = {}
    for entry, listing in batch:
        seen = shown.get(entry.key)
        if seen is not None and doubtful(found[entry.key]):
            lines = reader.lines(entry, listing)
            if lines:
                again[entry.key] = replace(seen, lines=lines)
    listings = [listing for entry, listing in batch if entry.key in again]
    found |= {listing.key: one for listing, one in judge.assess_many(listings, again, at_least=least)}
    return found


def text_of(workspace: Workspace, entry: Entry, listing: Listing) -> str:
    """What was read in a listing's pictures so far: for the index."""
    if not listing.images:
        return ""
    return "\n".join(line.text for line in Reader(workspace, 0).lines(entry, listing, fresh=False))


def say_what_was_passed(reader: Reader) -> None:
    if reader.passed:
        _log.warning("图中文字：另有 %d 张图片未读（一次研判的上限由 picture_texts 设定）", reader.passed)
