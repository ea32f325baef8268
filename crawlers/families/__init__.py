"""Shapes that several marketplaces share. A family is a pure function ``read(page) -> Reading``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from crawlers import links
from crawlers.families import agreement, dom, jsonld, microdata, opengraph, state
from crawlers.offer import Reading
from crawlers.page import Page

Family = Callable[[Page], Reading]


def auto(page: Page) -> Reading:
    """The first of JSON-LD, microdata, OpenGraph, embedded state and the visible page that states a product.

    Where it states exactly one, the other structured sources of the page are compared with it: what they say
    differently is kept under claims and noted with both values. Notes of sources that gave nothing are kept as well.
    """
    notes: tuple[str, ...] = ()
    for family in (jsonld.read, microdata.read, opengraph.read, state.read, dom.read):
        reading = family(page)
        notes += reading.notes
        if not reading.offers:
            continue
        if len(reading.offers) > 1:
            return Reading(offers=reading.offers, links=reading.links, notes=notes)
        offer, said = agreement.compare(reading.offers[0], page)
        if not offer.url and (own := links.canonical(page)):
            offer = replace(offer, url=own)
        return Reading(offers=(offer,), links=reading.links, notes=notes + said)
    return Reading(notes=notes)


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "auto": auto,
        "jsonld": jsonld.read,
        "microdata": microdata.read,
        "opengraph": opengraph.read,
        "state": state.read,
        "dom": dom.read,
    }
)
