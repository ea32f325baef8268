"""CSS selectors out of a platform file: for sites whose pages carry no structured data.

``field = "selector"`` reads the text; ``"selector@attribute"`` an attribute, ``"=text"`` stands for itself. See
``FIELDS``; ``rows`` with ``row_name`` and ``row_value`` read a table of attributes, ``claims.NAME`` one claim.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from selectolax.lexbor import LexborNode

from crawlers import prices
from crawlers.offer import Offer, Reading
from crawlers.page import Page
from domain.records import Seller

FIELDS = frozenset(
    "title description price currency sales seller seller_ref seller_url company uscc location contacts ships_from"  # noqa: SIM905
    " category images rows row_name row_value".split()
)
#: Elements taken by one selector.
MAX_ELEMENTS = 300


def _split(selector: str) -> tuple[str, str]:
    css, at, attribute = selector.rpartition("@")
    return (css, attribute) if at and "[" not in attribute and "]" not in attribute else (selector, "")


def _value(element: LexborNode, attribute: str) -> str:
    if attribute:
        return (element.attributes.get(attribute) or "").strip()
    return " ".join(element.text(deep=True).split())


def _rows(page: Page, select: Mapping[str, str], claims: dict[str, str]) -> None:
    """An attribute table: each row's name and value, or one text split at its first colon."""
    for row in page.tree.css(select["rows"])[:MAX_ELEMENTS]:
        name_at, value_at = select.get("row_name", ""), select.get("row_value", "")
        if name_at and value_at:
            name, value = row.css_first(name_at), row.css_first(value_at)
            if name is not None and value is not None:
                claims.setdefault(_value(name, "").rstrip("：: "), _value(value, ""))
        else:
            whole = _value(row, "").replace(":", "：", 1)
            title, colon, rest = whole.partition("：")
            if colon:
                claims.setdefault(title.strip(), rest.strip())


def reader(select: Mapping[str, str]) -> Callable[[Page], Reading]:
    """The family that reads pages with these selectors."""

    def read(page: Page) -> Reading:
        def all_of(field: str) -> list[str]:
            if field not in select:
                return []
            if select[field].startswith("="):
                return [select[field][1:]]
            css, attribute = _split(select[field])
            values = (_value(element, attribute) for element in page.tree.css(css)[:MAX_ELEMENTS])
            return [value for value in values if value]

        def one(field: str) -> str:
            return next(iter(all_of(field)), "")

        title = one("title")
        if not title:
            return Reading()
        claims: dict[str, str] = {}
        if "rows" in select:
            _rows(page, select, claims)
        for field in select:
            if field.startswith("claims.") and (value := one(field)):
                claims[field.removeprefix("claims.")] = value
        shown, sold = one("price"), one("sales")
        price = prices.read(shown)
        if shown:
            claims["价格"] = shown
        if sold:
            claims["销量"] = sold
        offer = Offer(
            title=title,
            source="selectors",
            description=one("description"),
            price=price.low if price else None,
            currency=one("currency") or (price.currency if price else ""),
            sales=prices.sold(sold) if sold else None,
            claims=claims,
            seller=Seller(
                name=one("seller"),
                ref=one("seller_ref"),
                url=one("seller_url"),
                company=one("company"),
                uscc=one("uscc"),
                location=one("location"),
                contacts=tuple(all_of("contacts")),
            ),
            ships_from=one("ships_from"),
            category=tuple(all_of("category")),
            images=tuple(all_of("images")),
        )
        return Reading(offers=(offer,))

    return read
