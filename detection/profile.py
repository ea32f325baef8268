"""A right, compiled once for many comparisons."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from detection.candidates.names import Name, is_han
from detection.goods.classes import goods
from detection.names.companies import company_key
from detection.names.folding import fold, skeleton
from detection.names.words import commonness
from detection.once import once
from detection.places.gazetteer import Place, mentions, places
from domain.records import GeographicalIndication, Right, Trademark

_PART = re.compile(r"[\u4e00-\u9fff](?:区|镇|乡|村|街道|场|湖|库)$")
_SPACED = re.compile(r"[\s,，;；、]+")


def usable(values: Iterable[str]) -> frozenset[str]:
    return frozenset(value for value in values if value)


class Profile:
    """What a right protects, for whom and where, in the form that the compare functions want."""

    def __init__(self, right: Right) -> None:
        self.right = right
        self.is_gi = isinstance(right, GeographicalIndication)

    @once
    def names(self) -> tuple[str, ...]:
        """Sign and variants that have a letter or digit at all."""
        right = self.right
        return tuple(dict.fromkeys(name for name in (right.sign, *right.variants) if skeleton(fold(name[:256]))))

    @once
    def folded(self) -> frozenset[str]:
        return frozenset(fold(name) for name in self.names)

    @once
    def skeletons(self) -> frozenset[str]:
        return frozenset(skeleton(name) for name in self.folded)

    @once
    def stem(self) -> tuple[str, str]:
        """A GI's place and product word (五常 大米); ("", "") when the name is not made so."""
        right = self.right
        if not isinstance(right, GeographicalIndication):
            return "", ""
        sign = right.sign
        for mention in mentions(sign[:64]):
            if mention.start == 0 and 2 <= mention.end <= len(sign) - 1:
                return sign[: mention.end], sign[mention.end :]
        if right.product and sign.endswith(right.product) and len(sign) - len(right.product) >= 2:
            return sign[: -len(right.product)], right.product
        return "", ""

    def lookup_names(self, index: int) -> list[Name]:
        names = [Name(index, name, "sign" if not place else "variant") for place, name in enumerate(self.names)]
        stem, product = self.stem
        if stem and product:
            names.append(Name(index, stem, "stem"))
        return names

    @once
    def single(self) -> frozenset[str]:
        """Names of one character: they are compared with the claimed brand only."""
        return frozenset(skeleton(fold(name)) for name in self.names if len(skeleton(fold(name))) == 1)

    @once
    def ordinary(self) -> float:
        """How common a word the sign is, 0–1."""
        return max((commonness(fold(name)) for name in self.names[:1] if is_han(fold(name))), default=0.0)

    @once
    def goods_words(self) -> frozenset[str]:
        right = self.right
        listed = right.goods if isinstance(right, Trademark) else (right.product, self.stem[1])
        return usable(fold(word) for text in listed for word in _SPACED.split(text) if 1 < len(word) <= 12)

    @property
    def lists_goods(self) -> bool:
        """Whether the register names goods at all; False: there are no :attr:`goods_words`."""
        return not isinstance(self.right, Trademark) or bool(self.right.goods)

    @once
    def goods_listed(self) -> tuple[str, ...]:
        """The same, the longest first: the same reason in every run."""
        return tuple(sorted(self.goods_words, key=lambda word: (-len(word), word)))

    @once
    def classes(self) -> frozenset[int]:
        right = self.right
        given = set(right.classes) if isinstance(right, Trademark) else set()
        if not given:
            texts = right.goods if isinstance(right, Trademark) else (right.product, right.sign)
            given = {word.number for text in texts for word in goods(fold(text[:200]))}
        return frozenset(given)

    @once
    def area(self) -> frozenset[str]:
        """Codes of the protected area; a name that fits several places brings all of them."""
        right = self.right
        if not isinstance(right, GeographicalIndication):
            return frozenset()
        found: set[str] = set()
        for name in right.area:
            named: tuple[Place, ...] = places(name[:200])
            rest = name[max((mention.end for mention in mentions(name[:200])), default=0) :]
            for place in named:
                # 苏州工业园区: a part of 苏州 that the gazetteer does not know is not all of it ("?" equals no code)
                found |= {code + "?" if len(code) < 6 and _PART.search(rest) else code for code in place}
        return frozenset(found)

    @once
    def codes(self) -> frozenset[str]:
        """Credit codes of those who may use the right."""
        return usable(fold(one.uscc) for one in self.right.authorised)

    @once
    def users(self) -> frozenset[str]:
        """Names of those who may use the right, and of its holder, for comparison."""
        listed = [name for one in self.right.authorised for name in (one.name, one.company)]
        return usable(company_key(name) for name in (*listed, self.right.holder) if len(name) >= 2)

    @once
    def reference_price(self) -> float | None:
        price = self.right.reference_price if isinstance(self.right, Trademark) else None
        return float(price) if price else None

    def valid_on(self, day: date) -> bool:
        """Whether the right was in force on the day; an open end is open."""
        start, end = self.right.valid_from, self.right.valid_to
        return (start is None or start <= day) and (end is None or day <= end)
