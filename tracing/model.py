"""The probability model of one step upstream, and its constants with their reasons.

At each party the question is: who delivered *these* goods? The answers compete: each candidate, "made here", and
"somebody we do not know". A candidate's weight is exp(PRIOR + the sum of its evidence), the unknown's is 1, and a
probability is a weight over the sum of all weights (a multinomial logit). So one more candidate lowers the others, and
a candidate without independent support stays below one half, because the unknown outweighs it.

All constants are natural-log odds. They are judgements, not fits: no public data links listings to their true sources.
They are set by three rules and tested for them (tests/tracing/test_model.py):

- what can be copied from a page (photo, bar code, the maker's name and licence number) never names anybody alone: its
  sum is capped at :data:`COPYABLE_CAP`, which leaves the candidate just below one half;
- a registered trade between the two parties names the supplier when it is the only one; two equal suppliers name none;
- a contradiction (cheaper than its purchase, dated after the sale, the maker unknown to the register, another
  supplier on record) outweighs a copy.

Later judgements of officers on hops are the data to fit them with.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from domain.records import STRENGTHS, Strength

#: A party taken at random from the graph is not the supplier.
PRIOR = -3.0

#: The trade register names supplier and buyer: odds 6 : 1 (0.86) alone; the rest is goods bought off the record.
TRADE = 4.8
#: Three or more deliveries: a standing relation.
TRADE_REPEATED = 0.4
#: The last delivery lies more than :data:`STALE_DAYS` before the listing was first seen.
TRADE_STALE, STALE_DAYS = -0.9, 540
#: All deliveries are later than the last sight of the listing: not these goods, though a relation exists.
TRADE_LATER = -2.5
#: All registered pieces are less than this share of the units that the pages show as sold: not the only supplier.
TRADE_SHORT, SHORT = -0.6, 0.1
#: Line of business (company name, goods on offer) against the goods: fits; the name says another; only its pages do.
LINE_FITS, LINE_CONTRADICTS, LINE_OFFERS_OTHER = 0.4, -3.0, -1.2

#: The same photo stands on a wholesale page: drop shippers show their supplier's.
PHOTO = 2.9
#: Both were first seen on one day: retailers copy wholesalers far oftener than the reverse, but nothing proves it.
PHOTO_SAME_DAY = -0.2
#: The wholesale page came a day or more later: it may have copied the shop.
PHOTO_LATER = -1.7
#: Each further shared photo, at most three.
PHOTO_MORE = 0.2
#: The same bar code on a wholesale page names goods, not a supplier.
GTIN = 1.9
#: The page names its supplier (供应商 …), or leaves its contact: stated against interest, seldom copied.
SUPPLIER_CLAIM = 2.6
#: A retail page names a maker (生产厂家): copied from the genuine package by honest and crooked alike. Alone 0.27.
MAKER_CLAIM_RETAIL = 2.0
#: A page gives a licence number only, and other pages name one maker beside that number: less than naming it.
LICENCE_ELSEWHERE = -0.4
#: A wholesale page names its maker: its buyers can check, and it is nearer the source. Alone 0.52.
MAKER_CLAIM_WHOLESALE = 3.1
#: The claim agrees with independent evidence (trade) for the same party.
CLAIM_AGREES = 0.8

#: The sum of copyable evidence is cut here: odds e^(2.95 − 3) = 0.95, probability 0.49.
COPYABLE_CAP = 2.95
#: A retail page's claim of its maker comes with the registers' agreement, for all of it stands on the genuine package.
RETAIL_CLAIM_CAP = 2.55
#: An independent wholesale page of like goods names the same maker; the maker has no part in the right that the listing
#: is suspected of infringing (times the suspicion), so that its name was not copied from a genuine package. Each alone
#: leaves a claim under one half, for crooks borrow the names of honest makers too; two that agree pass it.
MAKER_ALSO_WHOLESALE, MAKER_APART_FROM_RIGHT = 0.3, 0.3
#: A wholesale page's own claim of its maker may pass the cap by what the registers add.
WHOLESALE_CLAIM_CAP = 3.4

#: The claimed maker stands in the company register; its licence's region is its own.
MAKER_REGISTERED, LICENCE_AGREES = 0.3, 0.3
#: A company register is at hand and does not know the maker; the maker is closed; the licence is of another province.
MAKER_UNKNOWN, MAKER_GONE, LICENCE_CONTRADICTS = -0.7, -2.0, -1.5
#: Its licence to trade was revoked (吊销), yet it was not wound up (注销): such workshops often go on.
MAKER_REVOKED = -0.8
#: The claimed name is a trader's (商贸, 经营部), which makes nothing.
MAKER_IS_TRADER = -1.0
#: The party's suppliers are on record and the claimed maker is not among them, nor among theirs.
MAKER_NOT_AMONG_SUPPLIERS = -1.0
#: Many unrelated shops claim this maker (:data:`FAMOUS` or more): a name worth borrowing.
MAKER_FAMOUS, FAMOUS = -0.8, 8
#: A right holder or authorised party: its name, photos and bar codes are what counterfeiters copy.
PROTECTED = -1.2
#: The listing is suspected of infringing that very party's right; times the suspicion's probability.
VICTIM = -3.0

#: Goods leave from the candidate's city, its province, another province (warehouses make this weak).
SAME_CITY, SAME_PROVINCE, OTHER_PROVINCE = 0.6, 0.25, -0.3
#: Share of that when the seller sits there too (its own warehouse), or when only a page ties the candidate to the
#: goods (who states a false maker states a false dispatch).
PLACE_WEAK = 0.5
#: Bought at 10–95 % of the retail price; or the shop sells below the purchase price (the mark of borrowed photos).
PRICE_FITS, PRICE_CONTRADICTS = 0.35, -1.6
#: The candidate offers goods of a like title; or it offers goods, and none alike.
GOODS_ALIKE, GOODS_UNLIKE = 0.7, -0.9
#: Absence from a short list says little: full weight from so many offers on; within the same line of business a share.
UNLIKE_FULL, UNLIKE_SAME_LINE = 8, 0.4

#: Log-weight of "made here": a maker's name (厂, 合作社 …); a name that may make (食品 …); such a one whose pages name
#: itself, which alone stays below one half, for anybody may say so.
MADE_BY_NAME, MADE_PERHAPS, MADE_BY_OWN_CLAIM = 2.1, 0.4, -0.4
#: … other sellers name it as maker too; it supplies others on record; the goods leave from its own city.
MADE_SAID_BY_OTHERS, MADE_SUPPLIES, MADE_SENT_FROM_HOME = 1.0, 1.0, 0.3
#: The goods are of another line of business than its name.
MADE_OTHER_LINE = -1.5

#: A party at this score or above is named as the source.
NAMED = 0.5
#: The share of certainty that no sum of evidence passes.
CERTAIN = 0.98


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation for or against a candidate. ``copyable``: anybody who copies a page has it too. ``ties``: it
    is why the candidate is one at all; the rest only raises or lowers.
    """

    kind: str
    weight: float
    strength: Strength
    captures: tuple[str, ...]
    why: str
    copyable: bool = False
    ties: bool = False


def log_odds(evidence: Sequence[Evidence], *, cap: float = COPYABLE_CAP) -> float:
    """PRIOR plus the evidence; of what can be copied no more than ``cap``, its contradictions in full."""
    copied = sum(item.weight for item in evidence if item.copyable and item.weight > 0)
    rest = sum(item.weight for item in evidence if not item.copyable or item.weight <= 0)
    return PRIOR + min(copied, cap) + rest


def compete(candidates: Sequence[float], made_here: float = -math.inf) -> tuple[list[float], float]:
    """Probabilities of the candidates (log-odds against the unknown) and of "made here"; the unknown has the rest."""
    weights = [math.exp(min(value, 30.0)) for value in candidates]
    own = math.exp(made_here)
    total = 1.0 + own + sum(weights)
    return [min(weight / total, CERTAIN) for weight in weights], min(own / total, CERTAIN)


def strongest(evidence: Sequence[Evidence]) -> Evidence:
    """The piece that names the link: of those that tie the two parties the best graded, then the heaviest. What is
    known of one party alone (that the register has it) is no tie.
    """
    ties = [item for item in evidence if item.ties]
    return min(ties, key=lambda item: (STRENGTHS.index(item.strength), -item.weight, item.kind))
