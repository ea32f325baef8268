"""Is it the name? Identity, look, sound, hiding; and what explains the likeness away."""

from __future__ import annotations

from functools import cache, lru_cache

from detection.candidates import search as ways
from detection.candidates.names import is_han
from detection.features.covered import goods as same_goods
from detection.features.use import CHANCE, FIELD_WEIGHTS, Feature, Match, Reading, Use
from detection.goods.classes import goods
from detection.names.folding import fold
from detection.names.words import count, is_proper, segment, vocabulary
from detection.places.gazetteer import mentions, stem

_SAID = {
    ways.LOOKS: "字形相近",
    ways.SOUNDS: "读音相同或相近",
    ways.SPLITS: "拆字书写",
    ways.SPELLS: "以拼音或数字书写",
    ways.SWAPPED: "字序颠倒",
    ways.ADDED: "增加一字",
    ways.OTHER: "替换一字",
    ways.MISSING: "减少一字",
    ways.MASKED: "以符号遮去其中的字",
    ways.TRANSCRIBED: "读音相近，是其音译",
}
_WHERE = {"title": "标题", "brand": "品牌栏", "description": "描述", "seller": "店铺名", "picture": "图片文字"}


def identity(use: Use) -> Reading | None:
    """The name itself, as registered. 1 in title or brand, less elsewhere.

    使用与权利名称相同的文字。 Example: 「NIKE」 in «NIKE 运动鞋» against NIKE.
    """
    match = use.match
    if match is not None and match.way == ways.APART:
        return Reading(
            0.9,
            f"标题中「{match.verbatim}」与产品名称分开出现，合起来即「{match.name.text}」。",
            match.verbatim,
            match.name.text,
        )
    if match is None or match.way != ways.SAME:
        return None
    return Reading(
        FIELD_WEIGHTS[match.field],
        f"{_WHERE[match.field]}使用了与「{match.name.text}」相同的名称「{match.verbatim}」。",
        match.verbatim,
        match.name.text,
    )


def imitation(use: Use) -> Reading | None:
    """A name that is nearly the registered one, by look, sound, components or one edit: 0.5–1 by resemblance.

    使用与权利名称近似的文字。 Example: 康帅傅 against 康师傅, 弓长小泉 against 张小泉.
    """
    match = use.match
    if match is None or match.way in (ways.SAME, ways.APART) or match.torn:
        return None
    if match.divided:
        return None
    if (match.latin or match.way == ways.OTHER) and match.ordinary(use.profile.classes):
        return None  # casino is no CASIO, 泡白菊 no 杭白菊
    if use.profile.is_gi and match.way == ways.OTHER and match.stretch[-1:] != fold(match.name.text)[-1:]:
        return None  # another product of the place: 阳澄湖服(务区) is not 阳澄湖蟹
    if match.way == ways.SPELLS and match.resemblance < 1:
        return Reading(
            match.alike,
            f"{_WHERE[match.field]}中的「{match.verbatim}」以字母或数字代替「{match.name.text}」中的字。",
            match.verbatim,
            match.name.text,
        )
    value = match.imitates_at_most
    if match.way in (ways.OTHER, ways.MISSING, ways.ADDED):
        # what is left must be more than a goods word or a place: 水_手机 is not 水果手机, 云南白_ not 云南白药
        value = max(0.0, match.alike * CHANCE.get(max(1, match.size - _common(fold(match.name.text))), 1.0))
    return Reading(
        value,
        f"{_WHERE[match.field]}中的「{match.verbatim}」与「{match.name.text}」{_SAID[match.way]}。",
        match.verbatim,
        match.name.text,
    )


@lru_cache(maxsize=4096)
def _common(name: str) -> int:
    """How many characters of a folded name are goods or a place."""
    tail = len(name) - segment(name)[-1][0] if name else 0
    common = max((len(word.word) for word in goods(name) if len(word.word) > 1 or tail == 1), default=0)
    return common + max((mention.end - mention.start for mention in mentions(name)), default=0)


@cache
def endings() -> frozenset[str]:
    """Characters that end names and seldom stand alone: 尔, 斯, 宝."""
    ends: dict[str, int] = {}
    for word in vocabulary():
        if len(word) > 1 and is_proper(word):
            ends[word[-1]] = ends.get(word[-1], 0) + 1
    return frozenset(end for end, found in ends.items() if found >= 12 and count(end) < 1500)


def _lettered(use: Use, match: Match) -> Reading | None:
    """A Latin name with one more letter, no plural, that stands as a word (NIKEE)."""
    aligned = match.aligned
    end = aligned.ends[match.end - 1]
    word, after = aligned.text[aligned.starts[match.start] : end + 1], aligned.text[end + 1 : end + 2]
    if match.cut != 1 or not word[-1:].isalpha() or not word.isascii() or word[-1] in "sS" or len(match.name.text) < 4:
        return None
    near = use.of(same_goods)
    if (after.isascii() and after.isalnum()) or near is None or near.value <= 0:
        return None
    told = f"「{word}」在「{match.name.text}」后加一个字母，成为另一名称。"
    return Reading(0.8 if word[-1].lower() == word[-2].lower() else 0.6, told, word, match.name.text)


def extended(use: Use) -> Reading | None:
    """The name goes on for one more character and so becomes another name: 1 when its last character is doubled
    (王老吉吉), 0.8 when the character is one that ends names (南孚尔), 0.6 when it makes a word of it (剑南春秋).

    在权利名称后增加一字。
    """
    match = use.match
    if match is None or match.way != ways.SAME or match.field not in ("title", "brand"):
        return None
    if match.latin:
        return _lettered(use, match)
    aligned, end, size = match.aligned, match.end, match.end - match.start
    text = aligned.skeleton
    if end >= len(text) or aligned.starts[end] != aligned.ends[end - 1] or size < 2 or match.name.role == "stem":
        return None
    more, after = text[end], text[end + 1 : end + 2]
    ends = end + 1 >= len(text) or aligned.starts[end + 1] > aligned.ends[end]
    goes_on = not ends and bool(count(more + after) or count(text[end : end + 3]))
    doubled, named = text[end - 1] == more, more in endings() and not goes_on
    # behind another name stand goods, a number or nothing (特步步男鞋); else the name is cut wrongly (伊利金典)
    follows = (doubled or named) and (
        ends or not is_han(after) or any(word.start == 0 for word in goods(text[end + 1 : end + 7]))
    )
    value = 0.0
    if doubled and (follows or (not goes_on and not count(more + more))):
        value = 1.0
    elif named and follows:
        value = 0.8
    elif use.facts.brand and more not in "牌家的" and fold(use.facts.brand) == fold(match.verbatim) + more:
        value = 0.8  # the seller himself claims the longer name as his brand
    elif ends and size >= 3 and len(match.verbatim) == size and count(text[end - 1] + more) and more not in "的了":
        value = 0.6
    if not value or use.profile.is_gi:
        return None
    near = use.of(same_goods)
    if (near is None and match.field == "title") or (near is not None and near.value < 0):
        return None
    written = match.verbatim + more
    return Reading(value, f"「{written}」在「{match.name.text}」后加一字，成为另一名称。", written, match.name.text)


def scattered(use: Use) -> Reading | None:
    """Negative: the characters belong to different words, divided by punctuation or a line's flow.

    仅为相邻文字的偶然组合。 Example: 「新款耐，克服寒冷」 is not 耐克.
    """
    match = use.match
    if match is None or match.latin:
        return None
    written = match.verbatim
    if any(c in "，,。；;、!！?？\n" for c in written[1:-1]):
        return Reading(1.0, f"「{written}」被标点隔开，可能只是相邻文字。", written, match.name.text)
    return None


def ordinary(use: Use) -> Reading | None:
    """Negative: ordinary words explain the stretch (小米粥, 公牛雕像's 公牛 as a word, 老干部 for 老干妈).

    该处文字是普通词语的一部分。
    """
    match = use.match
    if match is None or not match.ordinary(use.profile.classes) or use.of(extended) is not None:
        return None
    return Reading(1.0, f"「{match.verbatim}」在此处属于普通词语。", match.verbatim, match.name.text)


def common_sign(use: Use) -> Reading | None:
    """Negative: the sign is a word of everyday language, so that its use alone says little (苹果, 公牛).

    权利名称本身是常用词，显著性较弱。
    """
    match = use.match
    if match is None or use.profile.is_gi or not use.profile.ordinary:
        return None
    if use.branded:
        return None  # the seller says himself that it is the brand
    return Reading(use.profile.ordinary, f"「{match.name.text}」也是常用词语。", match.verbatim, match.name.text)


def other_name(use: Use) -> Reading | None:
    """Negative: the stretch is the registered name of somebody else (都匀毛尖 beside 信阳毛尖).

    该处文字是另一权利的名称。
    """
    if use.match is None or not use.others:
        return None
    return Reading(1.0, f"该处文字是另一项权利「{use.others[0]}」的名称。", use.match.verbatim, use.others[0])


def cut_word(use: Use) -> Reading | None:
    """Negative: a Latin name in the middle of a longer word (polo in apollo).

    仅为较长外文单词的一部分。
    """
    match = use.match
    if match is None or not match.latin:
        return None
    cuts = match.cut
    if not cuts:
        return None
    return Reading(cuts, f"「{match.verbatim}」只是较长单词的一部分。", match.verbatim, match.name.text)


def other_place(use: Use) -> Reading | None:
    """Negative, GI: what differs from the name makes it another real place's product (盘锦大米 for 五常大米).

    改动之处恰是另一地名。
    """
    match, (place, product) = use.match, use.profile.stem
    if match is None or not use.profile.is_gi or match.way in (ways.SAME, ways.APART) or not product:
        return None
    written = match.stretch.removesuffix(fold(product))
    context = match.aligned.skeleton[max(0, match.start - 4) : match.end]
    for mention in mentions(context):
        named = context[mention.start : mention.end]
        if mention.end >= len(context) - len(fold(product)) - 1 and stem(named) != place and written[-1:] in named:
            return Reading(1.0, f"「{named}」是另一地名。", named, use.profile.right.sign)
    return None


FEATURES: tuple[Feature, ...] = (
    identity,
    imitation,
    extended,
    scattered,
    ordinary,
    common_sign,
    other_name,
    cut_word,
    other_place,
)
