"""How a document is laid out in Elasticsearch: a strict mapping, the version in the index name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from indexer.documents import Document
from indexer.fields import RANKS, WORDS
from indexer.pictures import bands

VERSION = 3
_ENCODER = msgspec.json.Encoder()


#: Of an index that watches run over and that is thrown away: nothing of it has to survive.
PASSING: dict[str, Any] = {
    "number_of_shards": 1,
    "number_of_replicas": 0,
    "refresh_interval": "-1",
    "translog.durability": "async",
}


def passing() -> dict[str, Any]:
    """Its mapping: no facts, and the document's ``place`` in its batch."""
    whole = mappings()
    properties = {name: each for name, each in whole["properties"].items() if name != "source"}
    return {**whole, "_source": {"enabled": False}, "properties": {**properties, "place": {"type": "long"}}}


def passing_row(document: Document, texts: tuple[str, str], place: int, needed: Collection[str]) -> bytes:
    """The document as :func:`passing` takes it, only what is ``needed`` of it; ``texts`` are its
    :func:`indexer.documents.text_fields`."""
    row = {name: value for name, value in _row(document, texts).items() if name in needed}
    return _ENCODER.encode({**row, "place": place})


def mappings() -> dict[str, Any]:
    """Text is split at spaces only; ``source`` is kept as it is and neither indexed nor parsed."""
    keyword, whole = {"type": "keyword"}, {"type": "long"}
    places = {"type": "text", "analyzer": "whitespace", "norms": False, "index_options": "positions"}
    return {
        "dynamic": "strict",
        # What was only tokenised is not stored again.
        "_source": {"includes": ["key", "source"]},
        "properties": {
            "key": keyword,
            "chars": places,
            "pairs": places,
            "band": keyword,
            **dict.fromkeys(WORDS, keyword),
            **dict.fromkeys(RANKS, whole),
            "group": {"type": "long"},
            "source": {"type": "keyword", "index": False, "doc_values": False},
        },
    }


def settings(*, shards: int, building: bool = False) -> dict[str, Any]:
    """``building``: nobody searches it yet, so it is neither refreshed nor copied until it is complete."""
    return {
        "number_of_shards": shards,
        "auto_expand_replicas": "false" if building else "0-1",
        "number_of_replicas": 0,
        "refresh_interval": "-1" if building else "1s",
    }


#: What turns an index that was being built into one that serves.
SERVING = {"index": {"auto_expand_replicas": "0-1", "refresh_interval": "1s"}}


def stored(document: Document, texts: tuple[str, str]) -> bytes:
    """The document as one line of JSON; ``texts`` are its :func:`indexer.documents.text_fields`."""
    return _ENCODER.encode({**_row(document, texts), "source": document.source.decode()})


def _row(document: Document, texts: tuple[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {"key": document.key, "chars": texts[0], "pairs": texts[1], "group": document.group}
    if document.pictures:
        row["band"] = bands(document.pictures)
    row.update((name, values) for name, values in document.words.items() if values)
    row.update(document.ranks)
    return row
