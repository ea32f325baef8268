"""Real titles, which nobody here wrote: everything that a query can count, order and collapse, over both engines."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest
from search_world import NOW, RIGHTS, _finding, collapsed, facet, scan

from domain.records import Listing, Seller
from indexer.backend import SearchBackend
from indexer.documents import Document, build
from indexer.fields import FIELDS, SORTS, WORDS
from indexer.language import quote
from indexer.query import Query

Make = Callable[[], SearchBackend]
TITLES = 1_500
#: One of every kind of filter.
FILTERS = (
    *('"手机壳"', "耐克 -童", "苹?", "i*e", "连衣裙 -夏", "seller:*旗舰店", "category:手机壳|连衣裙", "price:10..20"),
    *("sales:>100", "turnover:>=1000", "score:>0.5", "tier:高|中", "-tier:*", "gone:是", "subject:s1", "run:n2"),
    *("verdict:成立", "sign:NIKE", "right:tm-*", "kind:gi", "dispatch:广东深圳", "district:福建*", "signal:产地"),
    *("platform:京东 -seller:某*", "first_seen:2026-01-01..2026-06-30", "last_seen:2026-11-24"),
)


def world(path: Path) -> list[Document]:
    """The titles with their brands and products, and facts drawn at random."""
    rng, found = random.Random(3), []
    places = ("河南郑州", "黑龙江哈尔滨", "广东深圳", "福建泉州")
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(islice(lines, TITLES)):
            row = json.loads(line)
            listing = Listing(
                platform=rng.choice(("淘宝", "京东", "拼多多", "1688")),
                ref=str(number),
                url=f"https://x.example/{number}",
                title=row["title"],
                observed_at=NOW,
                price=Decimal(rng.randint(100, 99_999)) / 100 if rng.random() < 0.9 else None,
                sales=rng.choice((None, 0, 5, 300, 20_000)),
                claims={"品牌": "、".join(row["brands"])} if row["brands"] else {},
                seller=Seller(name=rng.choice(row["brands"] or ["某"]) + "旗舰店", location=rng.choice(places)),
                ships_from=rng.choice(places),
                category=tuple(row["products"][:2]),
            )
            findings = [_finding(rng, listing.key, right) for right in RIGHTS if rng.random() < 0.05]
            found.append(
                build(
                    listing,
                    findings=findings,
                    rights=RIGHTS,
                    subject_id=rng.choice(("", "s1", "s2")),
                    first_seen=NOW - timedelta(days=rng.randint(0, 400)),
                    last_seen=NOW,
                    run=rng.choice(("n1", "n2")),
                    gone=rng.random() < 0.1,
                    verdicts={each.id: "成立" for each in findings if rng.random() < 0.4},
                )
            )
    return found


@pytest.fixture(scope="module")
def titles(shared: Path) -> list[Document]:
    return world(shared / "data" / "titles.jsonl")


@pytest.fixture(scope="module")
def full(make: Make, titles: list[Document]) -> SearchBackend:
    backend = make()
    assert backend.rebuild(titles) == TITLES
    return backend


def pieces(titles: list[Document]) -> list[str]:
    rng, found = random.Random(5), []
    while len(found) < 60:
        title = rng.choice(titles).listing.title
        start = rng.randrange(len(title))
        if (piece := title[start : start + rng.choice((1, 2, 2, 3, 4))]).strip():
            found.append(quote(piece))
    return found


def test_every_filter_and_many_pieces_are_found_and_counted(full: SearchBackend, titles: list[Document]) -> None:
    for text in (*FILTERS, *pieces(titles)):
        query = Query(text, facets=WORDS, sort="price", size=30)
        expected = scan(titles, query)
        results = full.search(query)
        assert results.total == len(expected), text
        assert [hit.key for hit in results.hits] == [each.key for each in expected[:30]], text
        for name in WORDS:
            counts = [(count.value, count.count) for count in results.facets[name]]
            assert counts == facet(expected, name, 20), (text, name)
    assert {name for name in FIELDS if any(f"{name}:" in text for text in FILTERS)} == set(FIELDS)


def test_every_order_is_paged_to_its_end(full: SearchBackend, titles: list[Document]) -> None:
    for sort in SORTS:
        for query in (Query(sort=sort, size=400), Query("包", sort=sort, size=7, collapse=True)):
            shown, results = [], full.search(query)
            while True:
                shown += [hit.key for hit in results.hits]
                if not results.next:
                    break
                results = full.search(query.on_page(results.next))
            found = scan(titles, query)
            assert shown == [each.key for each in (collapsed(found) if query.collapse else found)]
