"""Is the name written so that a plain search misses it?"""

from __future__ import annotations

import unicodedata

from detection.candidates import search as ways
from detection.features.use import FIELD_WEIGHTS, Feature, Match, Reading, Use
from detection.names.folding import fold, skeleton
from detection.names.simplifying import is_traditional
from detection.names.sounds import is_pinyin
from detection.names.words import may_cross

_PLAIN_SEPARATORS = set(" 　,，.。、;；:：()（）[]【】\"“”'‘’!！?？&+\n\t")

#: Vowels of the first and the third tone: with these letters that are pinyin are written as in a primer.
_TONED = frozenset("āēīōūǖǎěǐǒǔǚ")


def written_plainly(match: Match) -> bool:
    """Whether the stretch is written as the name is, but for capitals."""
    return match.verbatim.lower() == match.name.text.lower()


def _neighbours(match: Match) -> str:
    """The characters right before and right after the stretch as written."""
    text, low, high = match.aligned.text, match.aligned.starts[match.start], match.aligned.ends[match.end - 1]
    return text[max(0, low - 1) : low] + text[high : high + 1]


def _between_phrases(match: Match) -> bool:
    """Whether a word may go on over an end of the stretch from its comma on."""
    text = match.aligned.skeleton
    first, last = (len(skeleton(fold(part))) for part in match.verbatim.split(",")[:: match.verbatim.count(",")])
    return may_cross(text[: match.start + first], match.start) or may_cross(text[match.end - last :], last)


def _written_so(match: Match) -> bool:
    """Whether the rest of the text is in traditional characters too: who writes so hides nothing."""
    aligned = match.aligned
    rest = aligned.text[: aligned.starts[match.start]] + aligned.text[aligned.ends[match.end - 1] :]
    return sum(map(is_traditional, rest[:200])) >= 2


def _hiding(match: Match) -> tuple[float, str]:
    written, name = match.verbatim, match.name.text
    if written_plainly(match):
        return 0.0, ""
    inner = [character for character in written if not fold(character)]
    # a full stop or a comma between two ideographs, with no space, divides nothing (汾.酒), but a comma does where a
    # word may go on over an end (六花色,素色)
    dotted = not match.latin and all(c in ".,`'" for c in inner)
    dotted = dotted and not ("," in inner and _between_phrases(match))
    strange = [c for c in inner if (c not in _PLAIN_SEPARATORS or dotted) and c not in name]
    around = _neighbours(match)
    if strange and set(strange) == {strange[0]} and strange[0] in around and set(strange) == set(inner):
        return 0.25, "以同一符号装饰"  # ★荣★耀★: the sign goes on outside the name
    if any(unicodedata.category(c)[0] == "C" for c in strange):
        return 1.0, "夹有不可见字符"
    if strange:
        mild = all(c in "·・•-_—~®™’'.,`" for c in strange) and len(strange) < max(2, len(fold(name)) - 1)
        return (0.7, "夹有分隔符") if mild else (0.9, "夹有符号或表情")
    bare = "".join(character for character in written if fold(character))
    if not match.latin:
        if bare == "".join(character for character in name if fold(character)):
            return (0.6, "逐字隔开") if len(inner) >= max(2, len(bare) - 1) else (0.0, "")
        wide = unicodedata.normalize("NFKC", bare)
        if wide == bare:
            return (0.1 if _written_so(match) else 0.25), "改用繁体或异体字"
        return 0.4, "改用全角或变体字符"
    scripts = {unicodedata.name(c, "?").split(" ")[0] for c in unicodedata.normalize("NFKC", bare) if c.isalpha()}
    if any("\u4e00" <= c <= "\u9fff" for c in name):
        scripts -= {"CJK"}  # a name of both, in traditional characters: 歐樂B
    if not _TONED.isdisjoint(unicodedata.normalize("NFC", bare.lower())) and is_pinyin(fold(name)):
        return 0.9, "以带声调的拼音书写"
    if scripts - {"LATIN"}:
        return 1.0, "混用其他文字的字母"
    if fold(bare) != fold(name):
        return 1.0, "用相似的字母或数字替换"
    if bare.lower() == unicodedata.normalize("NFKC", bare).lower():
        return (0.6, "逐字母隔开") if len(inner) >= max(2, len(bare) - 1) else (0.0, "")
    return 0.4, "改用全角或花体字母"


def hidden(use: Use) -> Reading | None:
    """The name is there, but written so that a plain search misses it: 0.25 (traditional forms) to 1 (mixed scripts).

    以特殊写法规避检索。 Example: N·l·k·е, 耐🔥克, ＨＵＡＷＥＩ, HUAVVEI.
    """
    match = use.match
    if match is None or match.way != ways.SAME:
        return None
    value, how = _hiding(match)
    if not value:
        return None
    return Reading(
        value * FIELD_WEIGHTS[match.field],
        f"「{match.verbatim}」即「{match.name.text}」，但{how}，疑为规避检索。",
        match.verbatim,
        match.name.text,
    )


FEATURES: tuple[Feature, ...] = (hidden,)
