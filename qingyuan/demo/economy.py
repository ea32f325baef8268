"""One economy: who there is, what they offer, what the registers say, and the truth.

:func:`generate` is deterministic: the same arguments give the same economy, byte for byte; another seed gives another
one that is put together from other marks, firms, words and pictures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from random import Random

from domain.records import Case, Company, Right, Trade
from qingyuan.demo import cast as casting
from qingyuan.demo import crooked, crooked_fields, honest, honest_fields, logos, nights, papers, photos
from qingyuan.demo.cast import Cast
from qingyuan.demo.desk import Desk
from qingyuan.demo.values import Mark, Offer, Picture

CHINA = timezone(timedelta(hours=8))
#: The evening the economy is observed on; the truth carries it, captures carry their own.
EVENING = datetime(2026, 11, 24, 20, 0, tzinfo=CHINA)
#: Name of each site and its Chinese title.
SITES = {"baiji": "百集网（演示）", "kuaixuan": "快选商城（演示）", "huoyuan": "货源大市场（演示）"}


@dataclass(frozen=True, kw_only=True)
class Economy:
    """A market with everything behind it. ``photographs`` are recipes by file name, drawn when asked for."""

    seed: int
    scale: float
    browser_site: bool
    night: int
    cast: Cast
    offers: tuple[Offer, ...]
    photographs: Mapping[str, Picture]
    rights: tuple[Right, ...]
    companies: tuple[Company, ...]
    trades: tuple[Trade, ...]

    @property
    def sites(self) -> tuple[str, ...]:
        """Names of the sites that exist in this economy."""
        return tuple(name for name in SITES if self.browser_site or name != "kuaixuan")

    @cached_property
    def marks(self) -> Mapping[str, Mark]:
        """The made-up trademarks, by id."""
        return {mark.id: mark for mark in self.cast.marks}

    def picture(self, name: str) -> bytes:
        """The JPEG of that file name. KeyError when there is none."""
        return photos.jpeg(self.photographs, name, self.marks)

    def logo(self, name: str) -> bytes:
        """The PNG of that file name (as in ``Trademark.logos``, without the folder). KeyError when there is none."""
        return logos.png(self.marks, name)

    def cases(self, bases: Mapping[str, str]) -> list[Case]:
        """The truth about every offer, with the addresses it has under those base URLs."""
        return [papers.case(offer, bases, EVENING) for offer in self.offers]

    def write(self, folder: Path, bases: Mapping[str, str]) -> None:
        """Writes what a bureau has (rights, registers, platforms) and the truth (truth, sources) into ``folder``."""
        papers.write(self, folder, bases, EVENING)


def generate(seed: int = 7, scale: float = 1.0, *, browser_site: bool = True, night: int = 0) -> Economy:
    """An economy of about ``310 * scale`` offers. ``night`` counts the nights that have passed since it was written.

    Without the site that needs a browser its shops sell on the other retail site.
    """
    if not 0.05 <= scale <= 20:
        raise ValueError("scale 只能在 0.05 与 20 之间")
    rng = Random(f"economy/{seed}")  # noqa: S311 - a market is drawn, nothing is kept secret with it
    retail = ("baiji", "kuaixuan") if browser_site else ("baiji",)
    cast = casting.assemble(rng, scale, retail)
    desk = Desk(rng, cast)
    shares = {**crooked.SHARES, **crooked_fields.SHARES, **honest.SHARES, **honest_fields.SHARES}
    for kind, count in _counts({kind: share for kind, (_, share) in shares.items()}, scale).items():
        for _ in range(count):
            shares[kind][0](desk)
    for mark in cast.marks:
        for ware in mark.wares[:2]:
            desk.stock(mark, ware)
    stock = {key: value[0] for key, value in desk.stock_goods.items()}
    photographs = {picture.name: picture for offer in desk.offers for picture in offer.pictures}
    photographs |= {picture.name: picture for picture in stock.values()}
    return Economy(
        seed=seed,
        scale=scale,
        browser_site=browser_site,
        night=night,
        cast=cast,
        offers=nights.later(tuple(sorted(desk.offers, key=lambda offer: offer.key)), seed, night),
        photographs=photographs,
        rights=papers.rights(rng, cast, stock, {mark.id: desk.reference_price(mark) for mark in cast.marks}),
        companies=papers.companies(rng, cast),
        trades=papers.trades(rng, cast),
    )


def _counts(shares: Mapping[str, int], scale: float) -> dict[str, int]:
    """So many of each kind, by largest remainder, so that the total is right at every scale."""
    exact = {kind: share * scale for kind, share in shares.items()}
    counts = {kind: int(value) for kind, value in exact.items()}
    missing = round(sum(exact.values())) - sum(counts.values())
    for kind in sorted(exact, key=lambda kind: counts[kind] - exact[kind])[:missing]:
        counts[kind] += 1
    return counts
