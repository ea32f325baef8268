"""The manner of the whole text, for what no list names."""

from __future__ import annotations

from detection.features.use import Feature, Reading, Use


def manner(use: Use) -> Reading | None:
    """The log-odds of how the listing is written (see detection.manner), from -3 to 3: above 0 as suspected listings
    are, below as honest ones are.

    行文。 Example: 瓶盖重压 空瓶返厂 sounds of bottles filled again, though no list has the words.
    """
    facts, gi = use.facts, use.profile.is_gi
    value = facts.gis_manner if gi else facts.marks_manner
    if value is None:
        return None
    telling = facts.telling(gi=gi)
    like = "可疑" if value > 0 else "正常"
    shown = "、".join(f"“{gram}”" for gram in telling)
    detail = f"整段文字的写法与{like}商品相近" + (f"，如用字{shown}。" if shown else "。")
    return Reading(value, detail, "、".join(telling))


FEATURES: tuple[Feature, ...] = (manner,)
