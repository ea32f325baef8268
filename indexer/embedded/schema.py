"""How a document is laid out in tantivy. A change of layout is a new :data:`VERSION`, and the index is rebuilt."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path

import msgspec
import tantivy

from indexer.documents import Document, text_fields
from indexer.embedded.levels import LEVEL, level
from indexer.embedded.places import PLACE
from indexer.fields import RANKS, WORDS
from indexer.pictures import bands
from indexer.ranks import many_ranks

VERSION = 5
_BATCH = 256
#: Bytes of facts that are packed together.
_BLOCK = 4_096


@cache
def schema() -> tantivy.Schema:
    builder = _searched()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("source", stored=True)
    builder.add_unsigned_field(LEVEL, indexed=True)
    builder.add_tie_breaker_field(PLACE)
    return builder.build()


def create(path: Path) -> None:
    """An empty index in an empty folder; it is opened from there, not by :func:`schema`, which it is not quite.

    Three settings that tantivy keeps in its ``meta.json`` have no argument in its Python binding. Facts are stored in
    small blocks, because a page of results unpacks one for every row; they are packed by the thread that writes,
    because another that is handed every block costs more than it helps where one core does it all; and how long a
    field is in each document, which only scores need, is not kept.
    """
    tantivy.Index(schema(), path=str(path))
    meta = path / "meta.json"
    data = msgspec.json.decode(meta.read_bytes())
    data["index_settings"] |= {"docstore_blocksize": _BLOCK, "docstore_compress_dedicated_thread": False}
    for field in data["schema"]:
        options = field.get("options", {})
        for holder in (options, options.get("indexing")):
            if holder and "fieldnorms" in holder:
                holder["fieldnorms"] = False
    part = path / "meta.json.part"
    with part.open("wb") as file:  # lasting before anything points to the index
        file.write(msgspec.json.encode(data))
        file.flush()
        os.fsync(file.fileno())
    part.rename(meta)


@cache
def passing() -> tantivy.Schema:
    """Of an index that watches run over and that nobody reads from: ``place`` is the document's place in its batch."""
    builder = _searched()
    builder.add_text_field("key", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("place", fast=True)
    return builder.build()


def _searched() -> tantivy.SchemaBuilder:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("chars", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("pairs", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("band", tokenizer_name="whitespace", index_option="basic")
    for name in WORDS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in RANKS:
        builder.add_integer_field(name, fast=True)
    builder.add_unsigned_field("group", fast=True)
    return builder


def rows(documents: Iterable[Document]) -> Iterator[tuple[Document, tantivy.Document]]:
    """The documents with what tantivy takes of each; drawn a batch ahead, because many are cut up at less cost."""
    for document, row in _rows(documents):
        row.add_unsigned(LEVEL, level(document.numbers.get("suspicion", 0)))
        row.add_bytes("source", document.source)
        yield document, row


def passing_rows(documents: Iterable[Document]) -> Iterator[tantivy.Document]:
    """The documents as :func:`passing` takes them."""
    for place, (_, row) in enumerate(_rows(documents)):
        row.add_integer("place", place)
        yield row


def _rows(documents: Iterable[Document]) -> Iterator[tuple[Document, tantivy.Document]]:
    for batch in _batches(documents):
        ranks = many_ranks([each.key for each in batch], [each.numbers for each in batch])
        for document, (characters, pairs), numbers in zip(batch, text_fields(batch), ranks, strict=True):
            yield document, _row(document, characters, pairs, numbers)


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    rest = iter(documents)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _row(document: Document, characters: str, pairs: str, ranks: Sequence[int]) -> tantivy.Document:
    row = tantivy.Document()
    text, integer = row.add_text, row.add_integer
    text("key", document.key)
    text("chars", characters)
    text("pairs", pairs)
    if document.pictures:
        text("band", " ".join(bands(document.pictures)))
    for name, values in document.words.items():
        for value in values:
            text(name, value)
    for name, number in zip(RANKS, ranks, strict=True):
        integer(name, number)
    row.add_unsigned("group", document.group)
    return row
