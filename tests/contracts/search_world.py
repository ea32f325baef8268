"""Listings to search, and what a plain scan over them says: the truth that both engines must agree with."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.records import Finding, GeographicalIndication, Listing, ListingRef, Right, Seller, Signal, Trademark
from domain.records import finding_id as make_id
from domain.text import fold
from indexer.conditions import matches
from indexer.documents import Document, build
from indexer.fields import FIELDS
from indexer.query import Query

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
RIGHTS: dict[str, Right] = {
    "gi-wuchang": GeographicalIndication(id="gi-wuchang", sign="五常大米", product="大米", area=("黑龙江五常",)),
    "gi-xinyang": GeographicalIndication(id="gi-xinyang", sign="信阳毛尖", product="绿茶", area=("河南信阳",)),
    "tm-moutai": Trademark(id="tm-moutai", sign="贵州茅台", classes=(33,), goods=("白酒",)),
    "tm-nike": Trademark(id="tm-nike", sign="NIKE", classes=(25,), goods=("鞋",)),
}
# Chinese, Latin, full width, Cyrillic, Arabic, Hangul, kana, accents (composed and not), ligatures, emoji, spaces of
# several kinds, and the characters that the tokenisation and the query language use themselves.
ALPHABET = [*"五常大米茅台酒nikeNIKEＮｉ１2кйالسحب가나ｶﾞガé", "e\u0301", "ﬁ", "㎏", "😀", "👨\u200d👩\u200d👧", "İ", "ß"]
SIGNS = [*'-:*?"\\|␞␣_.,（【', "\u200b", "\u00a0", "\u3000", " ", "\t", "\n", "\u2028", "\x1c", "\x00"]
PLATFORMS = ("淘宝", "天猫", "京东", "pdd")
SELLERS = ("五常大米旗舰店", "NIKE 官方", "茅台*酒?庄", "a|b:c", "")
PLACES = ("河南郑州", "黑龙江哈尔滨", "")


def text(rng: random.Random, longest: int, *, strange: bool = True) -> str:
    pool = ALPHABET + SIGNS if strange else ALPHABET
    return "".join(rng.choice(pool) for _ in range(rng.randint(1, longest)))


def document(rng: random.Random, number: int) -> Document:
    """A document of random texts and values."""
    title = text(rng, 14) if rng.random() < 0.9 else rng.choice(("五常大米 正品", "正品【五常大米】", "大米五常品正"))
    if not title.strip("\x00"):
        title = "米"
    listing = Listing(
        platform=rng.choice(PLATFORMS),
        ref=f"{number}",
        url=f"https://shop.example/{number}",
        title=title,
        observed_at=NOW,
        description=text(rng, 20) if rng.random() < 0.5 else "",
        price=rng.choice((None, Decimal("9.9"), Decimal("10"), Decimal("0.0035"), Decimal("128.00"), Decimal("5000"))),
        sales=rng.choice((None, 0, 1, 7, 100, 20_000)),
        claims={text(rng, 3): text(rng, 8) for _ in range(rng.randint(0, 2))},
        seller=Seller(name=rng.choice(SELLERS), company=text(rng, 5), location=rng.choice(PLACES)),
        ships_from=rng.choice(PLACES),
        category=rng.choice(((), ("食品",), ("食品", "大米"))),
    )
    findings = [_finding(rng, listing.key, right) for right in RIGHTS if rng.random() < 0.3]
    first = NOW - timedelta(days=rng.randint(0, 400), milliseconds=rng.choice((0, 1, 14_400_000, 43_199_999)))
    return build(
        listing,
        findings=findings,
        rights=RIGHTS,
        subject_id=rng.choice(("", "s1", "s2")),
        picture_text=text(rng, 8) if rng.random() < 0.3 else "",
        pictures={"a.jpg": f"{rng.getrandbits(64):016x}"} if rng.random() < 0.5 else {},
        first_seen=first,
        last_seen=rng.choice((NOW, first)),
        run=rng.choice(("2026-11-23", "2026-11-24")),
        verdicts={finding.id: "成立" for finding in findings if rng.random() < 0.4},
        gone=rng.random() < 0.2,
    )


def _finding(rng: random.Random, key: str, right: str) -> Finding:
    score = rng.choice((0.2, 0.55, 0.9, rng.random()))
    return Finding(
        id=make_id(key, right),
        listing=ListingRef(key=key),
        right=right,
        score=score,
        tier="高" if score > 0.8 else "中" if score > 0.5 else "低",
        signals=tuple(
            Signal(name=name, score=1.5, detail=f"{name}可疑", listing_value="五常大米")
            for name in ("名称", "产地", "价格")
            if rng.random() < 0.5
        ),
    )


def documents(seed: int, count: int) -> list[Document]:
    rng = random.Random(seed)
    return [document(rng, number) for number in range(count)]


def some_query(rng: random.Random, world: Sequence[Document]) -> Query:
    """A query over everything the language has, most often of pieces that occur."""
    parts = []
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        segment = rng.choice(rng.choice(world).segments)
        start = rng.randrange(len(segment))
        piece = segment[start : start + rng.choice((1, 1, 2, 2, 3, 4, 5, 9))]
        kind = rng.random()
        escaped = piece.replace("\\", "\\\\").replace('"', '\\"')
        if kind < 0.55:
            part = f'"{escaped}"'
        elif kind < 0.75:
            word = "".join(char for char in piece if char.isalnum()) or "五"
            cut = rng.randint(1, len(word))
            part = word[:cut] + rng.choice(("?", "*", "??", "")) + word[cut:]
        else:
            part = rng.choice(_FILTERS)
        parts.append(("-" if rng.random() < 0.2 else "") + part)
    where = {}
    if rng.random() < 0.4:
        where["platform"] = rng.sample(PLATFORMS, rng.randint(1, 3))
    if rng.random() < 0.2:
        where["verdict"] = ["未判"]
    ranges: dict[str, Any] = {"price": (rng.choice(("", "1", "9.9")), "100")} if rng.random() < 0.2 else {}
    return Query(
        " ".join(parts),
        where=where,
        ranges=ranges,
        facets=rng.sample([name for name in FIELDS if not name.endswith("_seen")], 3),
        facet_size=rng.choice((2, 20)),
        histogram=(rng.choice(("first_seen", "last_seen")), rng.choice(("day", "week", "month", "year"))),
        sort=rng.choice(("suspicion", "newest", "recent", "sales", "turnover", "price", "price_desc")),
        size=rng.choice((1, 7, 60)),
        collapse=rng.random() < 0.3,
    )


_FILTERS = (
    "tier:高|中",
    "等级:*",
    "权利:gi-*",
    "seller:*酒*",
    'seller:"茅台*酒?庄"',
    "卖家:NIKE?官方",
    "price:>10",
    "价格:9.9",
    "sales:1..100",
    "turnover:*",
    "score:0.5..",
    "first_seen:2026-06-01..",
    "last_seen:<2026-01-01",
    "gone:true",
    "category:大米",
    "signal:名称|产地",
)

# The plain scan.

Sorted = tuple[Callable[[Document], Any], str]


def scan(world: Iterable[Document], query: Query) -> list[Document]:
    """The hits of a query, in order."""
    found = [each for each in world if matches(query.condition, each)]
    return sorted(found, key=lambda each: (-each.ranks[query.rank], each.key))


def contains(doc: Document, term: str) -> bool:
    """The meaning of a term, straight from the record and sharing nothing with the index."""
    listing, seller = doc.listing, doc.listing.seller
    texts = [listing.title, listing.description, *listing.claims, *listing.claims.values(), doc.facts.picture_text]
    texts += [seller.name, seller.company, seller.uscc, seller.location, *seller.contacts]
    return any(fold(term) in fold(each) for each in texts)


def facet(found: Iterable[Document], name: str, size: int) -> list[tuple[str, int]]:
    counts = Counter(value for each in found for value in each.words[name])
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:size]


def collapsed(found: Sequence[Document]) -> list[Document]:
    """The first of each group."""
    seen: set[int] = set()
    return [each for each in found if not (each.group in seen or seen.add(each.group))]
