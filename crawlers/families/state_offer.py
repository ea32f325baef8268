"""An object of embedded state that has a name and a price, to an Offer. Keys are compared without case, _ and -."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from crawlers import prices
from crawlers.families.schema_org import CLAIM_NAMES
from crawlers.offer import Offer, clean
from crawlers.offer import trail as categories
from crawlers.page import Page
from domain.records import Seller

Node = Mapping[str, Any]

TITLES = ("goodsname", "productname", "itemname", "skuname", "name", "title")
URLS = ("url", "producturl", "detailurl", "itemurl", "link", "href", "canonicalurl")
#: The price to pay, the likeliest name first; then names of a price that was or would be.
_PRICES = [
    "saleprice",
    "finalprice",
    "specialprice",
    "currentprice",
    "promotionprice",
    "mingroupprice",
    "sellprice",
    "sellingprice",
    "discountprice",
    "price",
    "minprice",
    "lowprice",
    "pricerange",
]
_STRUCK = ("marketprice", "originalprice", "listprice", "compareatprice", "regularprice", "msrp", "lineprice")
_IMAGES = (
    "images",
    "gallery",
    "image",
    "mainimage",
    "pictures",
    "pics",
    "picurl",
    "imageurl",
    "imgurl",
    "thumbnail",
    "banner",
)
_SALES = ("salescount", "salecount", "soldcount", "sellcount", "sales", "sold", "salestip", "monthsales")
_SELLERS = ("seller", "shop", "store", "merchant", "mall", "shopinfo", "storeinfo", "sellerinfo")
_TABLES = ("attributes", "properties", "props", "specs", "specifications", "params", "goodsproperty", "options")
_CODES = ("sku", "id", "uuid", "productid", "goodsid", "itemid", "skuid", "handle", "slug", "urlkey", "code", "offerid")
_ARTICLES = ("sku", "skuid", "skus", "variants", "goodsid", "itemid", "productid")
_LISTS = ("products", "goodslist", "productlist", "itemlist", "subcategories", "children", "availableattributes")
_CLAIMS = {key.lower(): name for key, name in CLAIM_NAMES.items()} | {
    "origin": "产地",
    "place": "产地",
    "barcode": "条形码",
    "brandname": "品牌",
    "stock": "库存",
    "inventory": "库存",
}
_TAG = re.compile(r"<[^>]{0,1000}>")
_AMOUNTS = ("value", "amount", "price", "min", "minprice", "low")
_PAID = ("special", "sale", "final", "current", "discount", "minvariantprice", "min")
_BEFORE = ("regular", "original", "list", "market")


def keyed(node: Any) -> dict[str, Any]:
    """The object with its keys in lower case without _ and -; an empty one for anything else."""
    return {re.sub("[_-]", "", key).lower(): value for key, value in node.items()} if isinstance(node, dict) else {}


def scalar(value: Any) -> str:
    """A string or number as written, "" for anything else."""
    return str(value).strip() if isinstance(value, str | int | float | Decimal) and not isinstance(value, bool) else ""


def first(node: Mapping[str, Any], names: tuple[str, ...] | list[str]) -> str:
    """The first of the named scalars that is there."""
    return next((shown for name in names if (shown := scalar(node.get(name)))), "")


def _money(value: Any) -> tuple[str, str, str]:
    """(paid, before, currency) as written in a price value of any of the usual shapes."""
    if shown := scalar(value):
        return shown, "", ""
    parts = keyed(value)
    if not parts:
        return "", "", ""
    currency = first(parts, ["currency", "currencycode", "currencyiso"])
    for names in (_PAID, _BEFORE):
        for name in names:
            inner = parts.get(name)
            paid, _, money = _money(inner) if isinstance(inner, dict) else (scalar(inner), "", "")
            if paid:
                before = next((_money(parts[key])[0] for key in _BEFORE if key in parts), "")
                return paid, before if before != paid else "", money or currency
    # The text carries the currency sign, the value does not.
    return first(parts, ["text", "formatted", "display"]) or first(parts, _AMOUNTS), "", currency


def _priced(node: Mapping[str, Any]) -> tuple[str, str, str]:
    for name in _PRICES:
        if name in node:
            found = _money(node[name])
            if found[0]:
                return found
    return "", "", ""


def shown_price(node: Node) -> str:
    """The price of an object as it writes it."""
    return _priced(keyed(node))[0]


def is_product(node: Node) -> bool:
    """Whether an object has a name, a code of its own and a price above zero that can be read.

    A category has a name, a code and a range of prices as well (of its filter): what holds a list of goods, or has
    nothing but a range and no article number, is none.
    """
    parts = keyed(node)
    if not first(parts, TITLES) or not any(name in parts for name in _CODES) or any(name in parts for name in _LISTS):
        return False
    if not any(name in parts for name in _PRICES[:-1]) and not any(name in parts for name in _ARTICLES):
        return False
    price = prices.read(_priced(parts)[0])
    return price is not None and price.low > 0


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    """The text leaves of a block editor's document (``{blocks: [{data: {text}}]}``), in order."""
    if isinstance(value, list) and depth < 12:
        for item in value[:500]:
            yield from _texts(item, depth + 1)
    elif isinstance(value, dict) and depth < 12:
        for key, item in value.items():
            if key in ("text", "content", "html") and isinstance(item, str):
                yield item
            elif isinstance(item, dict | list):
                yield from _texts(item, depth + 1)


def _plain(value: Any) -> str:
    written = [value] if isinstance(value, str) else list(_texts(value))
    return "\n".join(shown for part in written if (shown := clean(_TAG.sub(" ", part))))


def _pictures(value: Any) -> Iterator[str]:
    for item in value[:60] if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            yield first(keyed(item), ["original", "origin", "large", "url", "src", "imageurl", "contenturl"])


def _tables(parts: Mapping[str, Any], claims: dict[str, str]) -> None:
    for table in _TABLES:
        value = parts.get(table)
        if isinstance(value, dict):
            for name, shown in value.items():
                if scalar(shown):
                    claims.setdefault(name, scalar(shown))
        for row in value[:200] if isinstance(value, list) else ():
            cells = keyed(row)
            name = first(cells, ["attributename", "name", "key", "label", "title"])
            given = next(
                (cells[key] for key in ("optiontext", "value", "values", "text", "content") if key in cells), None
            )
            shown = "、".join(filter(None, map(scalar, given))) if isinstance(given, list) else scalar(given)
            if name and shown:
                claims.setdefault(name, shown)


def _seller(parts: Mapping[str, Any], claims: dict[str, str]) -> Seller:
    for name in _SELLERS:
        value = parts.get(name)
        if isinstance(value, str) and value.strip():
            return Seller(name=value)
        inner = keyed(value)
        title = first(inner, ["shopname", "storename", "sellername", "mallname", "merchantname", "name", "nick"])
        if title:
            for key in inner:
                if key.endswith(("score", "rating", "level", "salestip")) and (shown := scalar(inner[key])):
                    claims.setdefault(f"卖家 {key}", shown)
            return Seller(
                name=title,
                ref=first(inner, ["shopid", "storeid", "sellerid", "mallid", "merchantid", "userid", "id"]),
                url=first(inner, ["shopurl", "url", "link", "href"]),
                company=first(inner, ["companyname", "company", "legalname"]),
                uscc=first(inner, ["uscc", "creditcode", "unifiedsocialcreditcode", "taxid"]),
                location=first(inner, ["address", "location", "city"]),
                contacts=tuple(
                    filter(None, (scalar(inner.get(key)) for key in ("phone", "telephone", "mobile", "email")))
                ),
            )
    return Seller(name=first(parts, ["shopname", "storename", "sellername", "mallname"]))


def _certain(shown: str, page: Page) -> bool:
    """Whether a price as written is certainly in whole money: a bare integer may be cents unless the page shows it."""
    if not re.fullmatch(r"\d{3,}", shown):
        return True
    grouped = f"{int(shown):,}"
    # Where people read it, not inside the scripts that hold the state itself.
    return any(
        re.search(rf"(?<![\d.,]){re.escape(form)}(?:\.0{{1,2}})?(?![\d])(?!\.\d)", node.text(deep=True))
        for node in page.tree.css("[class*=price], [class*=Price], [id*=price]")[:200]
        for form in (shown, grouped)
    )


def offer(node: Node, page: Page, *, source: str, trail: tuple[str, ...] = ()) -> tuple[Offer, list[str]]:
    """The Offer of a product object, and notes. What has no place in a Listing is kept under claims."""
    parts = keyed(node)
    claims: dict[str, str] = {}
    notes: list[str] = []
    title = first(parts, TITLES)
    paid, before, money = _priced(parts)
    price = prices.read(paid)
    if price and not _certain(paid, page):
        notes.append(f"内嵌数据的价格 {paid} 可能以分为单位，页面上没有同样的数字，不作价格")
        price = None
    sold = first(parts, _SALES)
    for name, value in (
        ("价格", f"{paid} {money}".strip()),
        ("划线价", before or next((shown for key in _STRUCK if (shown := _money(parts.get(key))[0])), "")),
        ("销量", sold),
    ):
        if value:
            claims[name] = value
    _tables(parts, claims)
    seller = _seller(parts, claims)
    used = {*TITLES, *URLS, *_PRICES, *_STRUCK, *_IMAGES, *_SALES, *_SELLERS, *_TABLES, "description", "currency"}
    for key, value in node.items():
        known = re.sub("[_-]", "", key).lower()
        if known in used or known.endswith("api"):
            continue
        shown = scalar(value) or first(keyed(value), ["name", "title", "text"])
        if isinstance(value, dict) and not shown:
            shown = json.dumps(value, ensure_ascii=False, default=str)
        if shown and len(shown) <= 500:
            claims.setdefault(_CLAIMS.get(known, key), shown)
    currency = money or first(parts, ["currency", "currencycode", "pricecurrency"]) or (price.currency if price else "")
    return Offer(
        title=title,
        source=source,
        url=first(parts, URLS),
        description=_plain(parts.get("description") or parts.get("goodsdesc")),
        price=price.low if price else None,
        currency=currency if price else "",
        sales=prices.sold(sold) if sold else None,
        claims=claims,
        seller=seller,
        ships_from=first(parts, ["shipsfrom", "shipfrom", "deliveryfrom", "sendaddress"]),
        category=categories(trail, title),
        images=tuple(dict.fromkeys(url for key in _IMAGES for url in _pictures(parts.get(key)) if url)),
    ), notes
