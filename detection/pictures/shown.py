"""What the pictures of one listing show, put together for the judgement: rights, lines of text, codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.records import Region

if TYPE_CHECKING:
    from detection.pictures.register import Picture, Sighting


@dataclass(frozen=True, slots=True)
class Written:
    """A line of text in a picture, or the number of a bar code, and where it stands."""

    text: str
    region: Region


@dataclass(frozen=True, slots=True)
class Shown:
    """``sightings`` by the right's id; ``lines`` in reading order; ``numbers`` of bar codes, 13 or 14 digits;
    ``special_mark``: where the special mark of geographical indications (地理标志专用标志) stands."""

    sightings: Mapping[str, Sighting] = field(default_factory=dict)
    lines: Sequence[Written] = ()
    numbers: Sequence[Written] = ()
    special_mark: Region | None = None

    @property
    def text(self) -> str:
        """All lines, one after the other."""
        return "\n".join(line.text for line in self.lines) if self.lines else ""

    def line(self, verbatim: str) -> Region | None:
        """Where a stretch of :attr:`text` stands: the box of the first line that holds it, or where it begins."""
        for line in self.lines:
            if verbatim and verbatim in line.text:
                return line.region
        return next((line.region for line in self.lines if line.text and verbatim.startswith(line.text)), None)


NOTHING = Shown()


def numbers(pictures: Sequence[Picture]) -> tuple[Written, ...]:
    """The trade numbers in pictures, with their boxes."""
    return tuple(
        Written(code.text, _region(code.box, picture.digest or picture.url))
        for picture in pictures
        for code in picture.traits.codes
        if code.kind == "gtin"
    )


def _region(box: tuple[int, int, int, int], image: str) -> Region:
    return Region(x=box[0], y=box[1], width=box[2], height=box[3], image=image)
