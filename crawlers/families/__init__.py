"""Shapes that several marketplaces share. A family is a pure function ``read(page) -> Reading``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from crawlers.families import jsonld, microdata, opengraph
from crawlers.offer import Reading
from crawlers.page import Page

Family = Callable[[Page], Reading]


def auto(page: Page) -> Reading:
    """The first of JSON-LD, microdata and OpenGraph that states a product; notes of those before it are kept."""
    notes: tuple[str, ...] = ()
    for family in (jsonld.read, microdata.read, opengraph.read):
        reading = family(page)
        notes += reading.notes
        if reading.offers:
            return Reading(offers=reading.offers, links=reading.links, notes=notes)
    return Reading(notes=notes)


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {"auto": auto, "jsonld": jsonld.read, "microdata": microdata.read, "opengraph": opengraph.read}
)
