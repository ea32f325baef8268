"""Which stretch of a listing speaks for a right: of all matches the one that says most."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from detection.candidates import search as ways
from detection.candidates.names import Name
from detection.facts import Facts
from detection.features.use import Match
from detection.goods.classes import goods
from detection.names.folding import fold, skeleton
from detection.names.words import count
from detection.profile import Profile

_FIELD_ORDER = {"brand": 1, "title": 0, "picture": 2, "description": 3, "seller": 4}
#: What divides words: letters on both sides of it are not one Latin name.
_BREAKS = set(",，;；/、|()（）")


#: What is no name changed.
_NOT_ALTERED = (ways.SAME, ways.APART, ways.MASKED, ways.MISSING, ways.TRANSCRIBED)


def best_match(facts: Facts, profile: Profile, found: Sequence[Match], same: Sequence[Match]) -> Match | None:
    """The match that says most: the name itself before its likes, title and brand before the rest, what ordinary words
    explain last. A GI's place counts only beside its product word."""
    if len(found) == 1 and found[0].name.role != "stem":
        return found[0]  # as most often
    ranked: list[tuple[float, float, int, Match]] = []
    for match in _longest(found):
        if match.name.role == "stem":
            apart = _apart(facts, profile, match, same)
            if apart is None:
                continue
            match = apart
        likeness = float(match.way not in (ways.SAME, ways.APART)) + 1 - match.resemblance * match.likeness
        ranked.append((float(_FIELD_ORDER[match.field] > 1), likeness, len(ranked), match))
    ranked.sort()
    plain = (
        one
        for *_, one in ranked
        if not (one.divided or one.ordinary(profile.classes) or one.cut or others_at(one, same))
    )  # seldom is more than the first looked at
    chosen = next(plain, ranked[0][-1] if ranked else None) if len(found) > 1 else ranked[0][-1] if ranked else None
    if chosen is not None and chosen.way == ways.SAME and len(found) > 1:
        return next((one for one in found if _altered(one, chosen, found)), chosen)
    return chosen


def _altered(match: Match, chosen: Match, found: Sequence[Match]) -> bool:
    """Whether the title has, beside a name of the right, another of its names changed (Casttrol 极护): nobody who sells
    the goods themselves writes the name wrongly."""
    if match.field != "title" or match.way in _NOT_ALTERED:
        return False
    size = match.end - match.start
    if (
        size < (6 if match.latin and not match.mixed else 3)
        or match.resemblance < 0.8
        or match.cut
        or match.ordinary()
        or match.torn
    ):
        return False
    if match.way in (ways.LOOKS, ways.SOUNDS) and match.likeness < 0.6:
        return False
    beside = match.end <= chosen.start or chosen.end <= match.start or match.text is not chosen.text
    same = [one for one in found if one.way == ways.SAME]
    if any(one.text is match.text and match.start <= one.start and one.end <= match.end for one in same):
        return False  # 适用SIGMA is SIGMA and what is said of it
    return beside and match.name.text not in {one.name.text for one in same}


def _longest(found: Sequence[Match]) -> list[Match]:
    """Without the names that are part of a longer one of the same right, which is imitated: 阿迪 in 阿迪达思."""
    spelled = {one.name.text for one in found if one.way == ways.SAME}
    if not spelled:
        return list(found)
    imitated = [one for one in found if _imitated(one, spelled)]
    found = [one for one in found if not _beside(one, imitated)]
    alike = [one for one in found if one.way in (ways.LOOKS, ways.SOUNDS, ways.SWAPPED) and one.end - one.start >= 4]
    return [one for one in found if one.way != ways.SAME or not any(_inside(one, longer) for longer in alike)]


def _imitated(match: Match, spelled: Collection[str]) -> bool:
    """Whether a name is imitated plainly that is not spelled out elsewhere."""
    return (
        match.way in (ways.LOOKS, ways.SOUNDS, ways.SPLITS)
        and match.name.text not in spelled
        and match.end - match.start >= 3
        and match.resemblance * match.likeness >= 0.5
        and not match.ordinary()
    )


def _beside(match: Match, imitated: Sequence[Match]) -> bool:
    """Whether the name stands right beside an imitation of another name of the same right, which it lends credit to:
    可米免KOMI of 可米兔 and KOMI."""
    return (match.way == ways.SAME and match.field == "title") and any(
        one.text is match.text and 0 <= max(one.start, match.start) - min(one.end, match.end) <= 1 for one in imitated
    )


def _inside(match: Match, other: Match) -> bool:
    shorter = match.end - match.start < other.end - other.start
    return shorter and match.text is other.text and other.start <= match.start and match.end <= other.end


def _apart(facts: Facts, profile: Profile, match: Match, same: Sequence[Match]) -> Match | None:
    """A GI's name written apart (五常 … 大米): its place, and its product elsewhere in the title."""
    if match.field != "title" or match.way != ways.SAME:
        return None
    rest = match.aligned.skeleton[: match.start] + " " + match.aligned.skeleton[match.end :]
    product = next(
        (word for word in (profile.stem[1], *sorted(profile.goods_words)) if skeleton(fold(word)) in rest), ""
    )
    if not product or others_at(match, same):
        return None
    return Match(
        match.field,
        match.text,
        Name(match.name.right, profile.right.sign),
        match.start,
        match.end,
        ways.APART,
        1.0,
        0.9,
    )


_NUMERALS = frozenset("二三四五六七八九")
#: All digits at the end, or signs between, with an edit: an article number (mah18 is not MAHLE, C4S1O is CASIO).
_ARTICLE = re.compile(r"^\D*\d{2,}$|[-/.]")
_EDITED = frozenset((ways.ADDED, ways.OTHER, ways.MISSING, ways.SWAPPED))
#: Of more letters a name may be glued to a word at one end, and is known there: HUAVVEImate.
_TELLING = 4
#: A name of two characters that occurs oftener is a word: 三角.
_KNOWN = 50
#: Before a digit they count: 送3, 第3.
_COUNTING = frozenset("送赠买减满第共到约各仅限每返加付前后近")
#: Characters that end a phrase and no name of two characters, when more follows.
_PARTICLES = frozenset("得地了着过是在有就都也很太更真")


def phrased(match: Match) -> bool:
    """Whether a likeness of two characters is a word and its particle, and the phrase goes on: 美得刚刚好."""
    aligned, end = match.aligned, match.end
    if match.latin or end - match.start != 2 or match.stretch[-1] not in _PARTICLES or end >= len(aligned.skeleton):
        return False
    goes_on = aligned.starts[end] == aligned.ends[end - 1]
    return goes_on and not goods(aligned.skeleton[end : end + 4])


def latin_worth(match: Match) -> bool:
    """Of two or three letters only the letters themselves count (iv is not LV); and a likeness must be a whole word."""
    numeral = match.way == ways.SPELLS and match.verbatim[:1].isdigit()
    if numeral and (_behind(match).isdigit() or (len(match.verbatim) == 2 and _counts(match))):
        return False  # 2023匹狼
    if match.way == ways.SAME:
        written, name = match.verbatim, match.name.text
        if written.lower() == name.lower():
            return True
        if _model_number(match):
            return False
        if _by_chance(match, written, name):
            return False
        if match.end - match.start <= 3:
            plain = len(written) == len(fold(written))
            return fold(written) == fold(name) and (plain or (len(fold(name)) == 3 and _evenly(written)))
        return not set(written[1:-1]) & _BREAKS or (len(fold(name)) * 2 - 1 == len(written) and _evenly(written))
    if match.cut or _numbered(match):
        return False
    digits = sum(letter.isdigit() for letter in match.verbatim)
    if match.way == ways.SPELLS and match.resemblance < 1:
        return not digits or not _NUMERALS.isdisjoint(match.name.text)  # 罗1 is not 罗l, 品5 not 品s
    return not (match.way in _EDITED and digits > 1 and _ARTICLE.search(match.verbatim))


def _by_chance(match: Match, written: str, name: str) -> bool:
    """Whether letters and digits only look like a name, in the middle of a word or a number: tell in constelle is no
    TELI, 8a51 in ls58a51 no BASI; but N1KEair is NIKE."""
    if fold(written) == fold(name):
        return False
    ends, digits = match.cut + _numbered(match), sum(letter.isdigit() for letter in written)
    if len(fold(name)) > _TELLING or 0 < 2 * digits < len(written):
        return ends > 1
    return ends > 0


def _behind(match: Match) -> str:
    """The character before the stretch as written."""
    start = match.aligned.starts[match.start]
    return match.aligned.text[start - 1 : start]


def _counts(match: Match) -> bool:
    """Whether a numeral for a character of two counts or is part of a word: 买2送3全麦, 4特价, 3角形."""
    behind, name = _behind(match), fold(match.name.text)
    if (behind.isascii() and behind.isalnum()) or behind in _COUNTING or count(name) > _KNOWN:
        return True
    after = fold(match.aligned.text[match.aligned.ends[match.end - 1] :][:1])
    return bool(after) and (count(name[1:] + after) > 0 or count(name + after) > 0)


def _numbered(match: Match) -> bool:
    """Whether a number goes on beyond an end of the stretch: mah18650 is not MAHLE."""
    aligned, written = match.aligned, match.verbatim
    after = aligned.text[aligned.ends[match.end - 1] :][:1]
    return (written[0].isdigit() and _behind(match).isdigit()) or (written[-1].isdigit() and after.isdigit())


def _model_number(match: Match) -> bool:
    """Whether the letters and digits are the head of an article number: L18-Y22 is not Liby."""
    after = match.text[match.aligned.ends[match.end - 1] :][:1]
    return after.isdigit() and any(letter.isdigit() for letter in match.verbatim)


def _evenly(written: str) -> bool:
    """Whether one and the same sign stands between all letters: S.K.F."""
    sign = written[1]
    listed = sign in _BREAKS and set(fold(written)) <= set("smlx")  # S/M/L are sizes
    return len(set(written[1::2])) == 1 and not listed and not sign.isspace()


def others_at(match: Match, same: Sequence[Match]) -> tuple[str, ...]:
    """Other rights whose very name stands at the place of the match, and explains it better."""
    if not same or (len(same) == 1 and same[0] is match):
        return ()
    size = match.end - match.start
    return tuple(
        one.name.text
        for one in same
        if one.name.right != match.name.right
        and one.text == match.text
        and one.start < match.end
        and match.start < one.end
        and (one.end - one.start > size or (match.way != ways.SAME and one.end - one.start >= size - 1))
    )
