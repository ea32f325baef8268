"""Listings for the search benchmark, of a seeded vocabulary whose words and characters fall off as in language."""

from __future__ import annotations

import hashlib
import inspect
import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from domain.records import Finding, GeographicalIndication, Listing, ListingRef, Right, Seller, Signal, Trademark
from indexer import documents as documents_module
from indexer.documents import Document, build

#: Making a document costs ten times what reading it back does, so a corpus is made once.
CACHE = Path(__file__).resolve().parent.parent / ".cache" / "bench"
_BATCH = 1_000

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PLATFORMS = ("淘宝", "天猫", "京东", "拼多多", "1688", "闲鱼")
DISTRICTS = tuple(f"{province}{city}" for province in "豫鲁冀苏浙皖闽粤赣湘鄂川" for city in "甲乙丙丁戊己庚辛壬癸")
SIGNALS = ("名称", "近形", "同音", "产地", "价格", "卖家")
TIERS = ("高", "中", "低")


class Vocabulary:
    """``words``: 20,000 of one to four ideographs or of Latin letters; the frequent ones come first (Zipf)."""

    def __init__(self, seed: int = 7) -> None:
        rng = random.Random(seed)
        ideographs = [chr(code) for code in range(0x4E00, 0x4E00 + 3_500)]
        rng.shuffle(ideographs)
        weights = list(itertools.accumulate(1 / (rank + 20) for rank in range(len(ideographs))))

        def word() -> str:
            if rng.random() < 0.08:
                return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(2, 7)))
            return "".join(rng.choices(ideographs, cum_weights=weights, k=rng.choice((1, 2, 2, 2, 3, 3, 4))))

        self.words = list(dict.fromkeys(word() for _ in range(20_000)))
        self._weights = list(itertools.accumulate(1 / (rank + 30) ** 1.25 for rank in range(len(self.words))))
        self.rights: dict[str, Right] = {}
        for number, sign in enumerate(self.words[200:400]):
            right: Right
            if number % 3:
                right = Trademark(id=f"tm-{number}", sign=sign, classes=(30,))
            else:
                right = GeographicalIndication(id=f"gi-{number}", sign=sign)
            self.rights[right.id] = right

    def draw(self, rng: random.Random, count: int) -> list[str]:
        return rng.choices(self.words, cum_weights=self._weights, k=count)


def listings(count: int, seed: int = 1) -> Iterator[tuple[Listing, list[Finding]]]:
    """Two claims, a tenth with a finding, 20,000 sellers. Length and variety of the titles are those of real ones:
    29 characters on average, and a third as many distinct pairs of neighbours as pairs."""
    vocabulary, rng = Vocabulary(), random.Random(seed)
    rights = list(vocabulary.rights)
    for number in range(count):
        words = vocabulary.draw(rng, 15)
        title = "".join(words[:10]) + str(rng.randint(1, 999))
        seller = min(int(rng.expovariate(1 / 4_000)), 19_999)
        listing = Listing(
            platform=PLATFORMS[min(int(rng.expovariate(0.6)), 5)],
            ref=str(number),
            url=f"https://item.example/{number}.htm",
            title=title,
            observed_at=NOW,
            price=Decimal(rng.randint(100, 100_000)) / 100,
            sales=rng.randint(0, 5_000),
            claims={"品牌": words[10], "产地": words[11] + words[12]},
            seller=Seller(
                name=f"{vocabulary.words[seller % 9_000]}{seller}店", location=DISTRICTS[seller % len(DISTRICTS)]
            ),
            ships_from=DISTRICTS[(seller + number % 2) % len(DISTRICTS)],
            category=(words[13],),
            capture="sha256:" + hashlib.sha256(str(number).encode()).hexdigest(),
        )
        found = []
        if rng.random() < 0.1:
            right = rng.choice(rights)
            score = rng.random()
            found.append(
                Finding(
                    id=f"{number:032x}",
                    listing=ListingRef(key=listing.key, capture=listing.capture),
                    right=right,
                    score=score,
                    tier=TIERS[0 if score > 0.8 else 1 if score > 0.5 else 2],
                    signals=tuple(
                        Signal(name=name, score=1.0, detail=f"{name}与权利相近", listing_value=words[10])
                        for name in rng.sample(SIGNALS, 2)
                    ),
                    detector="bench",
                    model="bench",
                )
            )
        yield listing, found


def documents(count: int, seed: int = 1) -> Iterator[Document]:
    rights = Vocabulary().rights
    for number, (listing, findings) in enumerate(listings(count, seed)):
        seen = NOW - timedelta(hours=number % 9_000)
        yield build(listing, findings=findings, rights=rights, first_seen=seen, last_seen=NOW, run="2026-11-24")


def kept(count: int, seed: int = 1) -> Iterator[list[Document]]:
    """The same in batches, out of a file that is made the first time (1.3 kB a document)."""
    path = CACHE / f"listings-{count}-{seed}-{_digest()}.msgpack"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".part")
        with beside.open("wb") as out:
            source = documents(count, seed)
            while batch := list(itertools.islice(source, _BATCH)):
                data = msgspec.msgpack.encode(batch)
                out.write(len(data).to_bytes(8) + data)
        beside.rename(path)
    decoder = msgspec.msgpack.Decoder(list[Document])
    with path.open("rb") as file:
        while head := file.read(8):
            yield decoder.decode(file.read(int.from_bytes(head)))


def _digest() -> str:
    """Names what the documents are made by: a file made by other code is not read. They hold texts as they are before
    they are cut up, so how that is done does not matter here."""
    made_by: tuple[Any, ...] = (Vocabulary, listings, documents)
    kept = inspect.getsource(documents_module).partition("\n# Tokenisation.\n")[0]
    return hashlib.sha256("".join((*map(inspect.getsource, made_by), kept)).encode()).hexdigest()[:12]
