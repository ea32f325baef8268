"""How a document is laid out in tantivy. A change of layout is a new :data:`VERSION`, and the index is rebuilt."""

from __future__ import annotations

from functools import cache

import tantivy

from indexer.documents import Document, characters_field, pairs_field
from indexer.fields import RANKS, TIMES, WORDS
from indexer.pictures import bands

VERSION = 1
DAYS: tuple[str, ...] = tuple(f"day_{name}" for name in TIMES)


@cache
def schema() -> tantivy.Schema:
    builder = _searched()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("source", stored=True)
    return builder.build()


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
    for name in (*RANKS, *DAYS):
        builder.add_integer_field(name, fast=True)
    builder.add_unsigned_field("group", fast=True, indexed=True)
    return builder


def stored(document: Document) -> tantivy.Document:
    """The document as tantivy takes it."""
    row = _row(document)
    row.add_bytes("source", document.source)
    return row


def passing_row(document: Document, place: int) -> tantivy.Document:
    """The document as :func:`passing` takes it."""
    row = _row(document)
    row.add_integer("place", place)
    return row


def _row(document: Document) -> tantivy.Document:
    row = tantivy.Document()
    row.add_text("key", document.key)
    row.add_text("chars", characters_field(document.segments))
    row.add_text("pairs", pairs_field(document.segments))
    if document.pictures:
        row.add_text("band", " ".join(bands(document.pictures)))
    for name, values in document.words.items():
        for value in values:
            row.add_text(name, value)
    for name, number in document.ranks.items():
        row.add_integer(name, number)
    for name, number in document.days.items():
        row.add_integer(name, number)
    row.add_unsigned("group", document.group)
    return row
