"""The trace of a listing as the page draws it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

#: A source at or above this is named as the source (DESIGN.md, ``trace``).
NAMED = 0.5
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)


def drawn(trace: Mapping[str, Any]) -> dict[str, Any]:
    """``trace`` in the shape of the design, for the template: names for nodes, proofs that can be opened."""
    hops = [
        {**hop, "from": hop["source"], "to": hop["target"], "proofs": list(map(proof, hop["captures"]))}
        for hop in trace["hops"]
    ]
    sources = [
        {**source, "named": source["score"] >= NAMED, "title": source["subject"], "steps": source["path"]}
        for source in trace["sources"]
    ]
    breaks = [{**gap, "title": gap["after"]} for gap in trace["breaks"]]
    return {**trace, "hops": hops, "sources": sources, "breaks": breaks}


def proof(capture: str) -> dict[str, Any]:
    """A capture as ``digest``, ``row`` of an imported file, and whether it can be opened."""
    digest, _, row = capture.partition("#")
    return {"digest": digest, "row": row, "linked": bool(_DIGEST.fullmatch(digest))}
