"""The order in which suspicions are looked at: how strong the evidence is, then how much was sold, then the key.

A probability near 1 says nothing to the eye: 0.998 and 0.99999 both read ">99.8 %". So the evidence is also shown in
decibans (证据强度), ten times the common logarithm of the odds, the unit of I. J. Good's weight of evidence: 10 points
more are odds ten times as high, 0 is even odds.
"""

from __future__ import annotations

import math
from decimal import Decimal

from domain.records import Finding, Listing

#: Odds of 10^15 to one; a double tells probabilities apart up to there.
STRONGEST = 150.0
#: What an unbounded price may claim: more than this was never sold by one offer, in yuan.
_MOST = Decimal(10) ** 13


def strength(probability: float) -> float:
    """Evidence in decibans, within ±STRONGEST; monotone in the probability.

    >>> strength(0.5), round(strength(0.9), 2), round(strength(0.999), 1), strength(1.0), strength(0.0)
    (0.0, 9.54, 30.0, 150.0, -150.0)
    """
    if not 0 < probability < 1:
        return STRONGEST if probability >= 1 else -STRONGEST
    decibans = 10 * math.log10(probability / (1 - probability))
    return min(max(decibans, -STRONGEST), STRONGEST)


def harm(listing: Listing) -> Decimal:
    """What was sold for, in the listing's currency: price times sales. What is not shown counts as one piece, or one
    yuan, so that of two offers without sales the dearer comes first; 0 when neither is shown.

    It orders what is equally suspected; it is no estimate of a case's value (that is ``turnover`` of the trace).
    """
    if listing.price is None and not listing.sales:
        return Decimal(0)
    price = max(listing.price if listing.price is not None else Decimal(1), Decimal(0))
    return min(price * max(listing.sales or 1, 1), _MOST)


def precedence(finding: Finding, listing: Listing) -> tuple[float, Decimal, str, str]:
    """The sort key of a finding: smallest first is most urgent first. No two findings have the same one."""
    return (-finding.score, -harm(listing), finding.listing.key, finding.right)
