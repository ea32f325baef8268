"""What changes from one night to the next: prices move and offers go. Night 0 is the market as it was first written.

Outages, redesigns and new sellers belong here too when they come: a function from offers and night to offers.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

from qingyuan.demo.values import Offer

_GONE = 0.02
_MOVED = 0.06


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
    return offers


def _moved(offer: Offer, rng: Random) -> Offer:
    if offer.price is None:
        return offer
    price = (offer.price * Decimal(rng.choice(("0.8", "0.9", "1.1", "1.25")))).quantize(Decimal("0.01"))
    return replace(offer, price=price, high_price=None, price_text=f"¥{price:.2f}")
