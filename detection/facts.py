"""What is known of a listing before any right is considered: read once, compared with many rights.

Everything here is bounded: a title is read to 2,000 characters, a description to 4,000, a claim to 200. A listing is
hostile until proven otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from detection import manner
from detection.features.phrases import TITLED, TURNS, finds
from detection.features.pieces import Sought
from detection.goods.classes import Goods, class_bits, goods
from detection.names.folding import fold, simplified
from detection.once import once
from detection.pictures.shown import NOTHING, Shown
from detection.places.gazetteer import Place, places
from detection.vocabulary import Word, unnegated, words
from detection.weighing import Weighed
from domain.records import Listing

TITLE, DESCRIPTION, CLAIM = 2000, 4000, 200
_BRAND = re.compile(r"^(?:品牌|品牌名|品牌名称|商标|brand)$", re.IGNORECASE)
_ORIGIN = re.compile(
    r"产地|原产|出产|产区|省份|种植|养殖|采挖|采摘地|生产地|生产基地|产业基地|包装地|水域|海域|果园|茶园|茶山|基地|农场|塘口|捕捞"
)
_MAKER = re.compile(
    r"生产厂|厂名|生产商|制造商|生产企业|厂家名称|制造企业|委托方|生产单位|^厂家$|生产者|厂址|厂家地址|工厂地址|生产地址"
)
_NUMBER = re.compile(r"条形码|条码|商品编码|EAN|GTIN|69码", re.IGNORECASE)
_STANDARD = re.compile(r"标准")
_MARK = re.compile(r"地理标志|专用标[志识]|地标|专标|标志信用代码")
#: How sellers say that the special mark is on their goods.
_SHOWN_MARK = re.compile(
    r"(?:[有带印贴盖]着?|双认证|红黄绿)[^，,。；;\s]{0,4}地标(?!建筑|打卡)|地标[^，,。；;\s]{0,2}(?:图案|印章|认证|标识|logo|码|贴)"
)
_CONDITION = re.compile(r"成色|新旧")
_BREAK = re.compile(r"[\s/,，、|【】()（）\[\]]+")
_PHRASE = re.compile(r"[\s/|,，.。、;；:：!！?？()（）\[\]【】《》]+")
_RATIO = re.compile(r"(?<![0-9.:：])1\s*[:：比]\s*1(?![0-9:：])")


def clean(text: str, limit: int) -> str:
    """At most ``limit`` characters, without lone surrogates."""
    text = text[:limit]
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "ignore").decode("utf-8")
    return text


@lru_cache(maxsize=4096)
def _with(topics: frozenset[str], one: str) -> frozenset[str]:
    """Topics and one more: of listings with the same topics the very same set, whose hash is known."""
    return topics | {one}


class Facts:
    """A listing, read. ``fields`` are the texts in which a name is looked for, with the field's name; none is empty.
    What is worked out for many listings together is set before it is asked for (see detection.reading)."""

    def __init__(self, listing: Listing, shown: Shown = NOTHING) -> None:
        self.listing = listing
        self.shown = shown
        self.title = clean(listing.title, TITLE)
        self.description = clean(listing.description, DESCRIPTION) if listing.description else ""
        self.brand = self._claim(_BRAND) if listing.claims else ""
        self.seller_name = clean(listing.seller.name, CLAIM) if listing.seller.name else ""
        self.picture_text = clean(shown.text, DESCRIPTION) if shown.lines else ""

    def _claim(self, pattern: re.Pattern[str]) -> str:
        return " ".join(self._claims(pattern))[:CLAIM]

    def _claims(self, pattern: re.Pattern[str]) -> tuple[str, ...]:
        if not self.listing.claims:
            return ()
        found = (clean(value, CLAIM) for name, value in self.listing.claims.items() if pattern.search(name[:40]))
        return tuple(value for value in found if value.strip())[:8]

    @property
    def fields(self) -> list[tuple[str, str]]:
        named = [("title", self.title)] if self.title else []
        if self.brand:
            named.append(("brand", self.brand))
        if self.description:
            named.append(("description", self.description))
        if self.seller_name:
            named.append(("seller", self.seller_name))
        if self.picture_text:
            named.append(("picture", self.picture_text))
        return named

    @once
    def folded(self) -> str:
        return fold(self.title)

    @once
    def _grams(self) -> set[str]:
        if self.is_short:
            return manner.grams(manner.masked(self.plain))
        return manner.grams(manner.text(self.title, self.description))

    @once
    def weighed(self) -> Weighed | None:
        """How it is written, where that was worked out for many listings together."""
        return None

    @once
    def marks_manner(self) -> float | None:
        """How it is written, by the weights for marks: log-odds; None where no gram is known."""
        if self.weighed is not None:
            return self.weighed.marks
        return manner.value(self._grams, manner.weights()[0])

    @once
    def gis_manner(self) -> float | None:
        """The same by the weights for GIs."""
        if self.weighed is not None and self.weighed.weighs_gis:
            return self.weighed.gis
        return manner.value(self._grams, manner.weights()[1])

    def telling(self, *, gi: bool) -> tuple[str, ...]:
        """The pairs of characters that weigh most in the direction of the manner."""
        made = self.gis_manner if gi else self.marks_manner
        if made is None:
            return ()
        kind = 1 if gi else 0
        if self.weighed is not None:
            return self.weighed.telling(kind, made)
        return manner.telling(self._grams, kind, made)

    @property
    def is_short(self) -> bool:
        """Whether all of title and description counts for the manner."""
        return len(self.title) + len(self.description) < 2 * manner.LENGTH

    @once
    def unfolded(self) -> str:
        """What the seller says of the goods, where that is more than the title; "" where it is not."""
        condition = self._claim(_CONDITION) if self.listing.claims else ""
        if not (condition or self.picture_text or self.description) and self.title.count("1") < 2:
            return ""  # as most often; a ratio has two ones
        return _RATIO.sub("一比一", f"{self.title} {condition} {self.picture_text} {self.description}")

    @once
    def said(self) -> str:
        """Title, description, condition and the words in pictures, folded: what the seller says of the goods."""
        return fold(self.unfolded) if self.unfolded else self.folded

    @once
    def plain(self) -> str:
        """Title and description in simplified characters and ordinary width, with their spaces and signs."""
        return simplified(f"{self.title} {self.description}")

    @once
    def breaks(self) -> frozenset[int]:
        """The places in ``said`` before which a space or a sign divides the phrases."""
        condition = self._claim(_CONDITION)
        text = f"{self.title} {condition} {self.picture_text} {self.description}"
        places, size = set(), 0
        for part in _PHRASE.split(_RATIO.sub("一比一", text)):
            size += len(fold(part))
            places.add(size)
        return frozenset(places)

    @once
    def title_words(self) -> tuple[Word, ...]:
        return words(self.folded, self.matched if self.said == self.folded else None)

    def titled(self, *kinds: str) -> list[Word]:
        """The words of some kinds in the title."""
        if not self.unfolded and self.sorts_at_most.isdisjoint(kinds):
            return []  # as most often, and told without a look around the words
        return [word for word in self.title_words if word.kind in kinds]

    @once
    def matched(self) -> tuple[int, Sequence[tuple[int, int, int]]] | None:
        """What the automaton of all words finds in what is said (see vocabulary.words), where that is known already."""
        return None

    @once
    def said_words(self) -> tuple[Word, ...]:
        return self.title_words if self.said == self.folded else words(self.said, self.matched)

    @once
    def stands(self) -> dict[str, tuple[list[Word], list[Word]]]:
        """By kind, the words that stand and those that a negation turns round; filled when asked."""
        return {}

    @once
    def _kinds(self) -> frozenset[str]:
        return frozenset([word.kind for word in self.said_words])

    @once
    def sorts(self) -> frozenset[str]:
        """The kinds of listed words in what is said, without their trades: copy for copy.worn."""
        return frozenset([kind.partition(".")[0] for kind in self._kinds])

    @once
    def sorts_at_most(self) -> frozenset[str]:
        """These, and perhaps some more: told without a look around the words."""
        return self.sorts

    @once
    def topics(self) -> frozenset[str]:
        """What the listing has that a feature may speak of (see registry.TOPICS): kinds of listed words, and more."""
        listing, shown = self.listing, self.shown
        seller = listing.seller
        kinds = self.sorts_at_most
        if self.unfolded:  # a word may end otherwise where the title ends
            kinds = kinds.union(word.kind.partition(".")[0] for word in self.title_words)
        has = [TURNS[pattern] for pattern in self.turns_at_most]
        has += [TITLED[pattern] for pattern in self.titled_turns]
        if "《" in self.title:
            has.append("cited")
        if listing.category:
            has.append("category")
        if listing.claims:
            has.append("claims")
            if self.brand:
                has.append("brand")
        if listing.price is not None:
            has.append("price")
        if listing.sales:
            has.append("sales")
        if self.description:
            has.append("description")
        if seller.name or seller.company or seller.uscc:
            has.append("seller")
        if listing.ships_from or seller.location:
            has.append("sent")
        if shown.sightings:
            has.append("sighting")
        if shown.numbers:
            has.append("numbers")
        if shown.lines:
            has.append("lines")
        return kinds.union(has) if has else kinds

    @once
    def topics_of_same(self) -> frozenset[str]:
        """The same where the listing has the very name of a right."""
        return _with(self.topics, "same")

    @once
    def topics_of_altered(self) -> frozenset[str]:
        """The same where it has what is like the name of a right."""
        return _with(self.topics, "altered")

    @once
    def turns_at_most(self) -> frozenset[Sought]:
        """The turns of phrase that may be found in ``plain``; no other of them is."""
        return frozenset(pattern for pattern in TURNS if pattern.possible(self.plain))

    @once
    def titled_turns(self) -> frozenset[Sought]:
        """The same in the title."""
        return frozenset(pattern for pattern in TITLED if pattern.possible(self.title))

    def finds(self, pattern: Sought) -> tuple[str, ...]:
        """What one of the turns of phrase finds in the phrases that warn of nothing (see phrases.finds)."""
        return finds(self.plain, pattern) if pattern in self.turns_at_most else ()

    def standing(self, kind: str) -> tuple[list[Word], list[Word]]:
        if kind.partition(".")[0] not in self.sorts_at_most or (kind not in self.stands and kind not in self._kinds):
            return [], []
        if kind not in self.stands:
            said_of = kind.startswith(("fake", "copy", "grey", "hint"))
            near = said_of and any(word.kind in ("not", "not_after") for word in self.said_words)
            self.stands[kind] = unnegated(self.said_words, kind, self.breaks if near else frozenset())
        return self.stands[kind]

    @property
    def title_phrases(self) -> list[str]:
        """The title, divided where a space or a sign divides it: no goods word goes over it."""
        return [self.title] if self.title.isalnum() else _BREAK.split(self.title)

    @once
    def title_goods(self) -> tuple[Goods, ...]:
        phrases = self.title_phrases
        return goods(" ".join(map(fold, phrases)) if len(phrases) > 1 else self.folded)

    @once
    def classes(self) -> frozenset[int]:
        """Classes of the goods that title and category name."""
        return frozenset(word.number for word in self.title_goods) | self.category_classes

    @once
    def trade(self) -> int:
        """The classes as bits."""
        return class_bits(self.classes)

    @once
    def category_classes(self) -> frozenset[int]:
        if not self.listing.category:
            return frozenset()
        text = fold(" ".join(part[:40] for part in self.listing.category[:8]))
        return frozenset(word.number for word in goods(text))

    @once
    def origins(self) -> tuple[str, ...]:
        """What the seller claims of the origin, verbatim."""
        return self._claims(_ORIGIN)

    @once
    def origin_places(self) -> tuple[Place, ...]:
        """The claimed origins as places; 省份 and 城市 given apart are one place."""
        return places(" ".join(self.origins)[:CLAIM])

    @once
    def dispatch_places(self) -> tuple[Place, ...]:
        return places(clean(self.listing.ships_from or self.listing.seller.location, CLAIM))

    @once
    def trade_number(self) -> str:
        """The number of the bar code as claimed."""
        return self._claim(_NUMBER)

    @once
    def maker(self) -> str:
        return self._claim(_MAKER)

    @once
    def standards(self) -> str:
        return self._claim(_STANDARD)

    @once
    def claims_special_mark(self) -> bool:
        claimed = any(
            _MARK.search(name[:40]) and fold(value)[:1] not in ("否", "无", "不", "")
            for name, value in self.listing.claims.items()
        )
        return (
            claimed
            or any(word.kind == "special_mark" for word in self.said_words)
            or _SHOWN_MARK.search(self.plain) is not None
        )

    @once
    def price(self) -> float | None:
        price = self.listing.price
        return float(price) if price is not None and 0 < price < 10**9 else None
