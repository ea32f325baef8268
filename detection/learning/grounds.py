"""Of which kind a reason is (理由类别): what an officer has looked at when deciding on a suspicion."""

from __future__ import annotations

from collections.abc import Iterable

from detection.features.registry import SOFT
from domain.records import Signal

#: A reason that weighs less, in log-odds, is no ground of its own (odds of 1.35).
WEIGHTY = 0.3
_KINDS = {
    "名称": ("identity", "imitation", "hidden", "extended", "evoked"),
    "仿冒用语": ("counterfeit", "side_door", "hinted"),
    "商品": ("goods", "copied_trade"),
    "价格": ("price", "price_near"),
    "冒充": ("poses", "special_mark", "mark_code"),
    "厂家品牌": ("maker", "brand_conflict", "other_number"),
    "产地": (
        "claimed_origin",
        "titled_origin",
        "described_origin",
        "dispatch",
        "sent_direct",
        "maker_place",
        "shop_place",
    ),
    "矛盾": ("contradiction", "mismatched"),
    "标准": ("standard",),
    "图片": ("logo_seen", "photo_copied", "unnamed", "belied"),
}
_OF = {name: kind for kind, names in _KINDS.items() for name in names}


def kind(name: str) -> str:
    """The kind of a signal; a signal that no list knows is a kind of its own.

    >>> kind("poses"), kind("something_new")
    ('冒充', 'something_new')
    """
    return _OF.get(name, name)


def grounds(signals: Iterable[Signal]) -> tuple[str, ...]:
    """The kinds of the weighty reasons that speak for suspicion, the weightiest first. What is in every text, more or
    less, is no ground of its own, or each new wording would reopen what was decided."""
    for_ = sorted(
        (signal for signal in signals if signal.score >= WEIGHTY and signal.name not in SOFT),
        key=lambda s: (-s.score, s.name),
    )
    return tuple(dict.fromkeys(kind(signal.name) for signal in for_))
