"""The trace of a listing as the page draws it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from console import platforms

if TYPE_CHECKING:
    from tracing.graph import Graph

#: A source at or above this is named as the source (DESIGN.md, ``trace``).
NAMED = 0.5
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)


def drawn(trace: Mapping[str, Any], graph: Graph) -> dict[str, Any]:
    """``trace`` in the shape of the design, for the template: names for nodes, proofs that can be opened."""
    names = _Names(graph, trace)
    hops = [
        {
            **hop,
            "from": names.of(hop["source"]),
            "to": names.of(hop["target"]),
            "proofs": [proof(capture) for capture in hop["captures"]],
        }
        for hop in trace["hops"]
    ]
    sources = [
        {
            **source,
            "named": source["score"] >= NAMED,
            "title": names.of(source["subject"]["id"]),
            "steps": [names.of(step) for step in source["path"]],
        }
        for source in trace["sources"]
    ]
    breaks = [{**gap, "title": names.of(gap["after"])} for gap in trace["breaks"]]
    return {**trace, "hops": hops, "sources": sources, "breaks": breaks}


class _Names:
    """What a node of the trace is called: the listing, a subject, a shop."""

    def __init__(self, graph: Graph, trace: Mapping[str, Any]) -> None:
        self._graph = graph
        subjects = (trace["subject"], *(source["subject"] for source in trace["sources"]))
        self._known = {subject["id"]: str(subject["name"]) for subject in subjects}
        self._known[trace["listing"]] = "本商品"

    def of(self, node: str) -> str:
        """Its name; the node itself when nothing is known of it."""
        if node in self._known:
            return self._known[node]
        label = self._graph.party_label.get(node)
        if label is not None:
            return self._graph.subject_of(label).name
        shops = self._graph.shops
        place = bisect_left(shops, node, key=lambda shop: shop.key)
        if place < len(shops) and shops[place].key == node:
            return f"{shops[place].name or node}（{platforms.title(shops[place].platform)}）"
        return node


def proof(capture: str) -> dict[str, Any]:
    """A capture as ``digest``, ``row`` of an imported file, and whether it can be opened."""
    digest, _, row = capture.partition("#")
    return {"digest": digest, "row": row, "linked": bool(_DIGEST.fullmatch(digest))}
