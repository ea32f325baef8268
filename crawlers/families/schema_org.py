"""A schema.org Product, as JSON-LD or microdata gives it, to an Offer.

What has a place in a Listing goes there; every other statement is kept verbatim under claims, with the Chinese name
officers use where there is one and the property's own name where there is none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from crawlers import prices
from crawlers.offer import Offer, is_uscc
from domain.records import Seller

Node = Mapping[str, Any]

PRODUCT_TYPES = frozenset(
    ("Product", "ProductGroup", "ProductModel", "IndividualProduct", "Vehicle", "Book", "SomeProducts")
)

#: schema.org property → the name under which officers know it (https://schema.org/Product).
CLAIM_NAMES: Mapping[str, str] = {
    "brand": "品牌",
    "manufacturer": "生产厂家",
    "countryOfOrigin": "产地",
    "countryOfAssembly": "组装地",
    "gtin": "条形码",
    "gtin13": "条形码",
    "gtin8": "条形码",
    "gtin12": "条形码",
    "gtin14": "条形码",
    "sku": "商品编码",
    "mpn": "厂家型号",
    "model": "型号",
    "productID": "商品编号",
    "color": "颜色",
    "material": "材质",
    "size": "规格",
    "weight": "重量",
    "pattern": "图案",
    "productionDate": "生产日期",
    "award": "奖项",
    "slogan": "宣传语",
    "keywords": "关键词",
    "alternateName": "别名",
    "itemCondition": "成色",
    "availability": "库存状态",
    "priceValidUntil": "价格有效期",
    "author": "作者",
    "isbn": "ISBN",
    "publisher": "出版者",
}
#: Read into a field of the Listing, or structure rather than a statement on the goods.
_NOT_CLAIMS = frozenset(
    "@context @type @id @graph name description image url offers category additionalProperty seller hasVariant"  # noqa: SIM905
    " review reviews mainEntityOfPage potentialAction isRelatedTo"
    " isSimilarTo isVariantOf inProductGroupWithID variesBy subjectOf"
    " interactionStatistic aggregateRating logo sameAs shippingDetails hasMerchantReturnPolicy"
    " isAccessoryOrSparePartFor isConsumableFor identifier".split()
)
_OFFER_CLAIMS = ("itemCondition", "availability", "priceValidUntil")
_CONTACT_NAMES = ("微信", "wechat", "weixin", "qq", "电话", "手机", "旺旺", "邮箱", "email", "联系")
_SELLER_FIELDS = frozenset(
    "name url legalName address location telephone email faxNumber contactPoint taxID vatID leiCode".split()  # noqa: SIM905
)
_STRUCK_TYPES = ("ListPrice", "MSRP", "StrikethroughPrice", "SRP", "RegularPrice")


def types(node: Node) -> tuple[str, ...]:
    """The bare type names of a node: ``Product`` for ``https://schema.org/Product`` and ``schema:Product``."""
    kinds = node.get("@type")
    return tuple(
        kind.rstrip("/").rpartition("/")[2].rpartition(":")[2]
        for kind in (kinds if isinstance(kinds, list) else [kinds])
        if isinstance(kind, str)
    )


def each(value: Any) -> Iterator[Any]:
    """The value, or each item of the list that it is."""
    if isinstance(value, list):
        yield from value[:500]
    elif value is not None:
        yield value


def text(value: Any) -> str:
    """A property as text: a scalar as written, of an object its name, several joined with 、."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, list):
        return "、".join(dict.fromkeys(part for item in value[:50] if (part := text(item))))
    if isinstance(value, Mapping):
        for key in ("name", "@value", "value", "url", "@id"):
            if key in value and (part := text(value[key])):
                unit = text(value.get("unitText") or value.get("unitCode")) if key == "value" else ""
                return part + unit
    return ""


def _bare(value: str) -> str:
    """``InStock`` for ``https://schema.org/InStock``."""
    return value.rpartition("/")[2] if "schema.org/" in value else value


def _pictures(value: Any) -> Iterator[str]:
    for item in each(value):
        if isinstance(item, str):
            yield item
        elif isinstance(item, Mapping):
            yield text(item.get("contentUrl") or item.get("url") or item.get("@id"))


def _amount(value: Any) -> Decimal | None:
    """A number as JSON writes it; a text is read as shops write prices."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        amount = Decimal(value)
    elif isinstance(value, str):
        try:
            amount = Decimal(value.strip())
        except InvalidOperation:
            price = prices.read(value)
            return price.low if price else None
    else:
        return None
    exponent = amount.as_tuple().exponent
    sane = amount.is_finite() and isinstance(exponent, int) and -12 <= exponent <= 15 and 0 <= amount < 10**15
    return (amount.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else amount) if sane else None


class _Prices:
    """What the offers of one product add up to: the lowest price with its currency, and every price as shown."""

    def __init__(self) -> None:
        self.low: Decimal | None = None
        self.currency = ""
        self.shown: list[str] = []
        self.listed: list[str] = []

    def add(self, value: Any, currency: str) -> None:
        if value is None or value == "":
            return
        shown = text(value)
        amount = _amount(value)
        if shown:
            self.shown.append(f"{shown} {currency}".strip())
        if amount is not None and amount > 0 and (self.low is None or amount < self.low):
            self.low, self.currency = amount, currency or prices.currency(shown)

    def read(self, node: Node) -> None:
        """The prices of an Offer, AggregateOffer or PriceSpecification."""
        currency = text(node.get("priceCurrency"))
        for key in ("price", "lowPrice", "highPrice", "minPrice", "maxPrice"):
            self.add(node.get(key), currency)
        for part in each(node.get("priceSpecification")):
            if isinstance(part, Mapping):
                struck = _bare(text(part.get("priceType"))) in _STRUCK_TYPES
                money = text(part.get("priceCurrency")) or currency
                if struck:
                    self.listed.append(f"{text(part.get('price'))} {money}".strip())
                else:
                    for key in ("price", "minPrice", "maxPrice"):
                        self.add(part.get(key), money)


def _address(value: Any) -> str:
    for item in each(value):
        if isinstance(item, str):
            return item
        if isinstance(item, Mapping):
            if isinstance(item.get("address"), Mapping | str):
                return _address(item["address"])
            parts = [text(item.get(key)) for key in ("addressRegion", "addressLocality", "streetAddress")]
            if any(parts):
                return "".join(part for part in parts if part)
            return text(item)
    return ""


def seller(node: Any, claims: dict[str, str]) -> Seller:
    """A Person or Organization; what has no place in a Seller goes to ``claims`` with 卖家 before its name."""
    if isinstance(node, str):
        return Seller(name=node)
    if not isinstance(node, Mapping):
        return Seller()
    ref = uscc = ""
    contacts = [text(node.get(key)) for key in ("telephone", "email", "faxNumber")]
    for point in each(node.get("contactPoint")):
        if isinstance(point, Mapping):
            contacts += [text(point.get(key)) for key in ("telephone", "email")]
    for key in ("taxID", "vatID", "leiCode"):
        value = text(node.get(key))
        if value and is_uscc(value):
            uscc = uscc or value
        elif value:
            claims[f"卖家 {key}"] = value
    properties = [*each(node.get("identifier")), *each(node.get("additionalProperty"))]
    for item in properties:
        if not isinstance(item, Mapping):
            ref = ref or text(item)
            continue
        name, value = text(item.get("propertyID") or item.get("name")), text(item.get("value"))
        if is_uscc(value) and not uscc:
            uscc = value
        elif any(word in name.lower() for word in _CONTACT_NAMES):
            contacts.append(f"{name}：{value}")
        elif value:
            claims[f"卖家 {name}"] = value
    if not ref:
        ref = text(node.get("identifier")) if isinstance(node.get("identifier"), str | int) else ""
    for key, value in node.items():
        if key not in _SELLER_FIELDS and key not in _NOT_CLAIMS and (shown := text(value)):
            claims[f"卖家 {key}"] = shown
    return Seller(
        name=text(node.get("name")),
        ref=ref,
        url=text(node.get("url")),
        company=text(node.get("legalName")),
        uscc=uscc,
        location=_address(node.get("address") or node.get("location")),
        contacts=tuple(contact for contact in contacts if contact),
    )


def _sales(node: Node) -> int | None:
    for counter in each(node.get("interactionStatistic")):
        if isinstance(counter, Mapping):
            kind = counter.get("interactionType")
            name = " ".join(types(kind)) if isinstance(kind, Mapping) else text(kind)
            if "BuyAction" in name:
                return prices.sold(text(counter.get("userInteractionCount")))
    return None


def _claims(node: Node, claims: dict[str, str]) -> None:
    for item in each(node.get("additionalProperty")):
        if isinstance(item, Mapping) and (name := text(item.get("name") or item.get("propertyID"))):
            claims.setdefault(name, text(item.get("value")) + text(item.get("unitText")))
    for key, value in node.items():
        if key in _NOT_CLAIMS or key.startswith("@"):
            continue
        shown = _bare(text(value))
        if not shown and value not in (None, "", [], {}):
            shown = json.dumps(value, ensure_ascii=False, default=str)[:500]
        if shown:
            claims.setdefault(CLAIM_NAMES.get(key, key), shown)
    rating = node.get("aggregateRating")
    if isinstance(rating, Mapping):
        for key, name in (("ratingValue", "评分"), ("reviewCount", "评价数"), ("ratingCount", "评分数")):
            if shown := text(rating.get(key)):
                claims.setdefault(name, shown)
    for item in each(node.get("identifier")):
        if shown := text(item.get("value") if isinstance(item, Mapping) else item):
            name = text(item.get("propertyID") or item.get("name")) if isinstance(item, Mapping) else "标识"
            claims.setdefault(name or "标识", shown)


def offer(node: Node, *, source: str, category: tuple[str, ...] = ()) -> Offer:
    """The Offer of a Product node. Never raises on odd shapes: what has the wrong type is left out or kept as claim."""
    claims: dict[str, str] = {}
    totals = _Prices()
    party: Any = node.get("seller")
    ships_from = ""
    _claims(node, claims)
    variants = [item for item in each(node.get("hasVariant")) if isinstance(item, Mapping)]
    offered = [item for holder in (node, *variants) for item in each(holder.get("offers")) if isinstance(item, Mapping)]
    for item in offered:
        totals.read(item)
        for inner in each(item.get("offers")):
            if isinstance(inner, Mapping):
                totals.read(inner)
                party = party or inner.get("seller")
        party = party or item.get("seller") or item.get("offeredBy")
        for detail in each(item.get("shippingDetails")):
            if isinstance(detail, Mapping):
                ships_from = ships_from or _address(detail.get("shippingOrigin"))
        ships_from = ships_from or _address(item.get("availableAtOrFrom"))
        for key in _OFFER_CLAIMS:
            if shown := _bare(text(item.get(key))):
                claims.setdefault(CLAIM_NAMES[key], shown)
    if totals.shown:
        claims["价格"] = "、".join(dict.fromkeys(totals.shown))
    if totals.listed:
        claims["划线价"] = "、".join(dict.fromkeys(totals.listed))
    sales = _sales(node)
    if sales is not None:
        claims["销量"] = str(sales)
    party = next(each(party), None)
    if not category:
        stated = text(node.get("category"))
        category = tuple(part.strip() for part in stated.replace("›", ">").split(">") if part.strip())
    return Offer(
        title=text(node.get("name")),
        source=source,
        url=text(node.get("url")),
        description=text(node.get("description")),
        price=totals.low,
        currency=totals.currency,
        sales=sales,
        claims=claims,
        seller=seller(party, claims),
        ships_from=ships_from,
        category=category,
        images=tuple(dict.fromkeys(url for url in _pictures(node.get("image")) if url)),
    )
