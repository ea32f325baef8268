"""What changes from one night to the next: prices move, offers go, some are away for a night. Night 0 is the first.

And what happens to a whole site in a night: :data:`TROUBLES`.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

from qingyuan.demo.sites.markup import Answer, page
from qingyuan.demo.values import Offer

_GONE = 0.02
_MOVED = 0.06
_AWAY = 0.04
#: Nothing answers; every page is a challenge; every page is a shell now that only a browser could fill.
TROUBLES = ("outage", "wall", "redesign")


def later(offers: tuple[Offer, ...], seed: int, night: int) -> tuple[Offer, ...]:
    """The offers that stand on that night, with the prices of that night. The same night is always the same."""
    for step in range(1, night + 1):
        kept = []
        for offer in offers:
            rng = Random(f"{seed}/{step}/{offer.key}")  # noqa: S311
            fate = rng.random()
            if fate < _GONE:
                continue
            kept.append(_moved(offer, rng) if fate < _GONE + _MOVED else offer)
        offers = tuple(kept)
    return tuple(offer for offer in offers if not (night and _away(offer, seed, night)))


def _away(offer: Offer, seed: int, night: int) -> bool:
    """Out of stock for this night only."""
    return Random(f"{seed}/away/{night}/{offer.key}").random() < _AWAY  # noqa: S311


def troubled(answer: Answer, trouble: str, target: str) -> Answer:
    """What a site in trouble sends in the place of ``answer``."""
    if trouble == "outage":
        return Answer(b"upstream unavailable", "text/plain", status=503)
    if target == "/robots.txt" or not answer.media_type.startswith("text/html"):
        return answer
    if trouble == "wall":
        return page("安全验证", '<div id="nc_1_nocaptcha">请按住滑块，拖动到最右边</div>')
    shell = page("全新改版", '<div id="app">正在加载…</div><script src="/static/app.js"></script>')
    return shell if answer.status == 200 else answer


def _moved(offer: Offer, rng: Random) -> Offer:
    if offer.price is None:
        return offer
    price = (offer.price * Decimal(rng.choice(("0.8", "0.9", "1.1", "1.25")))).quantize(Decimal("0.01"))
    return replace(offer, price=price, high_price=None, price_text=f"¥{price:.2f}")
