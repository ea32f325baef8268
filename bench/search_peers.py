"""What the search benchmark measures against: tantivy used directly, and SQLite's FTS5."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import tantivy

from indexer.documents import Document

FACETS = ("platform", "tier", "district", "kind")


@dataclass(frozen=True, slots=True)
class Asked:
    """One query of the mix: terms of two and more characters, and what narrows it."""

    terms: tuple[str, ...]
    platform: str = ""
    tier: str = ""
    prices: tuple[int, int] | None = None  # yuan

    @property
    def text(self) -> str:
        return " ".join(self.terms)


def bigrams(text: str) -> str:
    return " ".join(map("".join, pairwise(text)))


class RawTantivy:
    """An index of space-joined bigrams, filters, price, score and the facts; the texts stored for its snippets."""

    def __init__(self, path: Path) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", stored=True, tokenizer_name="whitespace", index_option="position")
        builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
        for name in ("platform", "tier", "district", "kind", "seller", "right", "category"):
            builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
        for name in ("price", "score", "sales"):
            builder.add_float_field(name, fast=True)
        builder.add_bytes_field("source", stored=True)
        self.schema = builder.build()
        path.mkdir(parents=True, exist_ok=True)
        self.index = tantivy.Index(self.schema, path=str(path))  # opens what is there
        self.searcher = self.index.searcher()

    def build(self, documents: Iterable[Document], heap: int) -> None:
        writer = self.index.writer(heap, 1)
        for document in documents:
            row = tantivy.Document()
            row.add_text("text", bigrams("\n".join(document.segments).replace(" ", "_").replace("\n", "|")))
            row.add_text("key", document.key)
            for name in ("platform", "tier", "district", "kind", "seller", "right", "category"):
                for value in document.words[name]:
                    row.add_text(name, value)
            for name in ("price", "score", "sales"):
                row.add_float(name, float(document.numbers.get(name, 0)))
            row.add_bytes("source", document.source)
            writer.add_document(row)
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()

    def query(self, asked: Asked) -> tantivy.Query:
        clauses = []
        for term in asked.terms:
            words: list[str | tuple[int, str]] = list(bigrams(term).split(" "))
            if len(words) > 1:
                clauses.append((tantivy.Occur.Must, tantivy.Query.phrase_query(self.schema, "text", words)))
            else:
                clauses.append((tantivy.Occur.Must, tantivy.Query.term_query(self.schema, "text", words[0])))
        for name in ("platform", "tier"):
            if value := getattr(asked, name):
                clauses.append((tantivy.Occur.Must, tantivy.Query.term_query(self.schema, name, value)))
        if asked.prices:
            low, high = (float(price * 10_000) for price in asked.prices)
            span = tantivy.Query.range_query(self.schema, "price", tantivy.FieldType.Float, low, high)
            clauses.append((tantivy.Occur.Must, span))
        return tantivy.Query.boolean_query(clauses)

    def search(self, asked: Asked) -> int:
        """Twenty rows by score with their facts and snippets, the exact count, four facets."""
        query = self.query(asked)
        result = self.searcher.search(query, limit=20, count=True, order_by_field="score")
        self.searcher.aggregate(query, {name: {"terms": {"field": name, "size": 20}} for name in FACETS})
        snippets = tantivy.SnippetGenerator.create(self.searcher, query, self.schema, "text")
        for _, address in result.hits:
            document = self.searcher.doc(address)
            document.get_first("source")
            snippets.snippet_from_doc(document).highlighted()
        return int(result.count)  # type: ignore[attr-defined]


class Fts5:
    """A full-text table of space-joined bigrams beside a table of filters."""

    def __init__(self, path: Path) -> None:
        there = path.exists()
        self.base = sqlite3.connect(path)
        if there:
            return
        self.base.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE listing (id INTEGER PRIMARY KEY, key, platform, tier, district, kind, price, score, source);"
            "CREATE VIRTUAL TABLE text USING fts5 (body, content = '', tokenize = \"unicode61 tokenchars '|_'\");"
        )

    def build(self, documents: Iterable[Document]) -> None:
        texts, rows = "INSERT INTO text (rowid, body) VALUES (?, ?)", "INSERT INTO listing VALUES (?,?,?,?,?,?,?,?,?)"
        for number, document in enumerate(documents, start=1):
            body = bigrams("\n".join(document.segments).replace(" ", "_").replace("\n", "|"))
            words = [next(iter(document.words[name]), None) for name in ("platform", "tier", "district", "kind")]
            price, score = document.numbers.get("price", 0), document.numbers["score"]
            self.base.execute(texts, (number, body))
            self.base.execute(rows, (number, document.key, *words, price, score, document.source))
        self.base.commit()

    def search(self, asked: Asked) -> int:
        """The same as :meth:`RawTantivy.search`, without snippets (the table holds no text)."""
        match = " AND ".join(f'"{bigrams(term)}"' for term in asked.terms)
        where, values = ["text MATCH ?"], [match]
        for name in ("platform", "tier"):
            if value := getattr(asked, name):
                where.append(f"{name} = ?")
                values.append(value)
        if asked.prices:
            where.append("price BETWEEN ? AND ?")
            values += [price * 10_000 for price in asked.prices]  # type: ignore[misc]
        hits = f"SELECT listing.* FROM text JOIN listing ON listing.id = text.rowid WHERE {' AND '.join(where)}"
        self.base.execute(f"{hits} ORDER BY score DESC LIMIT 20", values).fetchall()
        for name in FACETS:
            counts = f"SELECT {name}, count(*) FROM ({hits}) GROUP BY {name} ORDER BY 2 DESC LIMIT 20"
            self.base.execute(counts, values).fetchall()
        return int(self.base.execute(f"SELECT count(*) FROM ({hits})", values).fetchone()[0])


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
