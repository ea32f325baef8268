"""天猫 item pages, desktop and mobile. Tried on the saved pages of tests/pages/tmall_item and tmall_mobile.

Search pages are in :mod:`crawlers.platforms.tmall_search`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawlers import prices
from crawlers.nesting import parsed
from crawlers.offer import Offer, Reading
from crawlers.page import Page
from crawlers.platform import Platform
from crawlers.platforms import alibaba, embedded, tmall_search
from crawlers.platforms.alibaba import text
from crawlers.platforms.embedded import dig, say
from domain.records import Seller


def _properties(goods: Any) -> Iterator[tuple[str, str]]:
    """Attributes in their groups: ``newProGroup [{attrs [{name, value}]}]``."""
    for group in dig(goods, "newProGroup") or ():
        for attribute in dig(group, "attrs") or ():
            name, value = say(dig(attribute, "name")), say(dig(attribute, "value"))
            if name and value:
                yield name, value


def _amounts(setup: Any) -> list[str]:
    """Every price of the options (skuMap), as written."""
    options = dig(setup, "valItemInfo", "skuMap")
    return [say(dig(option, "price")) for option in options.values()] if isinstance(options, dict) else []


def _price(setup: Any, claims: dict[str, str]) -> prices.Price | None:
    """The lowest listed price of the options; the item's own where options state none."""
    listed = say(dig(setup, "itemDO", "reservePrice")) or say(dig(setup, "detail", "defaultItemPrice"))
    found = sorted(read.low for shown in _amounts(setup) if (read := prices.read(shown)))
    if listed or found:
        low, high = (found[0], found[-1]) if found else (None, None)
        claims["价格"] = listed if low is None or low == high else f"{low} - {high}"
    return prices.Price(found[0]) if found else prices.read(listed)


def _promotions(live: Any, claims: dict[str, str]) -> None:
    """Promotional prices stay claims: they are conditional (a device, a time), the listed price is not."""
    options = dig(live, "defaultModel", "itemPriceResultDO", "priceInfo")
    for option in options.values() if isinstance(options, dict) else ():
        for promotion in dig(option, "promotionList") or ():
            amount, kind = say(dig(promotion, "price")), say(dig(promotion, "type"))
            if amount:
                claims.setdefault("促销价", f"{amount}（{kind}）" if kind else amount)


def _registered(page: Page) -> dict[str, str]:
    """What the shop's card says of who stands behind it: 公司名, 所在地, 开店时长, the address of the 工商执照.

    The card opens when a buyer points at the shop; until then its HTML waits as the text of a textarea.
    """
    said: dict[str, str] = {}
    waiting = [node.text() for node in page.tree.css("textarea.ks-datalazyload")[:10]]
    for row in parsed("\n".join(part for part in waiting if "extend" in part)).css(".extend li")[:40]:
        label, value = row.css_first("label"), row.css_first(".right")
        name = "".join(text(label).split()).rstrip("：:").replace("\u3000", "")
        if not name or value is None:
            continue
        link = value.css_first("a.tm-gsLink")
        shown = (link.attributes.get("href") or "") if link is not None else text(value.css_first("[class$=-content]"))
        if shown := shown or text(value):
            said.setdefault(name, shown)
    return said


def _seller(page: Page, script: str, goods: Any, claims: dict[str, str]) -> Seller:
    shop = page.tree.css_first("a.slogo-shopname")
    mobile = page.tree.css_first("#s-shop .action a.go-shop")
    link = shop if shop is not None else mobile
    nick = alibaba.nick(say(dig(goods, "sellerNickName")) or embedded.quoted(script, "sellerNickName"))
    for name, node in zip(
        ("描述评分", "服务评分", "物流评分"), page.tree.css(".shopdsr-score-con, #s-shop .score b"), strict=False
    ):
        claims[name] = text(node)
    card = _registered(page)
    for name, value in (
        ("掌柜", nick),
        ("开店时长", card.get("开店时长", "")),
        ("工商执照", card.get("工商执照", "")),
        (
            "店铺编号",
            embedded.quoted(script, "shopId") or say(embedded.dig(embedded.after(script, "_DATA_Detail"), "rstShopId")),
        ),
    ):
        if value:
            claims[name] = value
    return Seller(
        name=text(shop) or text(page.tree.css_first("#s-shop .shop-t")) or nick,
        ref=say(dig(goods, "userId")) or embedded.quoted(script, "sellerId"),
        url=(link.attributes.get("href") or "") if link is not None else "",
        company=card.get("公司名", ""),
        location=card.get("所在地", ""),
        contacts=alibaba.wangwang(nick),
    )


def item(page: Page) -> Reading:
    """The product of a desktop or mobile item page; nothing when the page is not one."""
    mobile = b"_DATA_Detail" in page.body
    if not mobile and b"TShop.Setup" not in page.body:
        return Reading()
    script = page.text
    setup = embedded.after(script, "_DATA_Detail =" if mobile else "TShop.Setup(")
    live = embedded.after(script, "_DATA_Mdskip =") if mobile else None
    goods = dig(setup, "itemDO")
    title, ref = say(dig(goods, "title")), say(dig(goods, "itemId"))
    if not title or not ref:
        return Reading(notes=("天猫商品页的内嵌数据里没有标题或商品编号，页面形式可能已变",))
    claims = dict(_properties(goods))
    for name, value in alibaba.options(page).items():
        claims.setdefault(name, value)
    price = _price(setup, claims)
    _promotions(live, claims)
    sold = say(dig(live, "defaultModel", "sellCountDO", "sellCount"))
    for name, value in (
        ("品牌", say(dig(goods, "brand"))),
        ("月销量", sold),
        ("评价数", say(dig(live, "defaultModel", "rateDO", "rateCounts"))),
        ("库存", say(dig(goods, "quantity"))),
        ("类目编号", say(dig(goods, "categoryId"))),
    ):
        if value:
            claims.setdefault(name, value)
    region = page.tree.css_first('#J_FrmBid input[name="region"]')
    pictures = [
        node.attributes.get("src") or node.attributes.get("data-src") or ""
        for node in page.tree.css("#J_UlThumb img, #s-showcase .itbox img")
    ]
    skus = dig(setup, "valItemInfo", "skuPics") or dig(setup, "propertyPics")
    if isinstance(skus, dict):
        for value in skus.values():
            pictures += [value] if isinstance(value, str) else [url for url in value or () if isinstance(url, str)]
    offer = Offer(
        title=title,
        source="tmall",
        url=f"https://detail.tmall.com/item.htm?id={ref}",
        ref=ref,
        description=say(dig(goods, "newAttraction")) or text(page.tree.css_first(".tb-detail-hd p")),
        price=price.low if price else None,
        currency="CNY" if price else "",
        sales=prices.sold(sold) if sold else None,
        claims=claims,
        seller=_seller(page, script, goods, claims),
        ships_from=(
            say(dig(live, "defaultModel", "deliveryDO", "deliveryAddress"))
            or ((region.attributes.get("value") or "") if region is not None else "")
            or say(dig(goods, "prov"))
        ),
        images=tuple(
            dict.fromkeys(alibaba.original(url) for url in (*pictures, *alibaba.option_pictures(page)) if url)
        ),
    )
    return Reading(offers=(offer,))


def read(page: Page) -> Reading:
    """An item page or a search page."""
    return tmall_search.read(page) if tmall_search.is_search(page) else item(page)


TMALL = Platform(
    name="tmall",
    title="天猫",
    hosts=("tmall.com",),
    read=read,
    product_url=r"^https?://(?:detail|detail\.m|chaoshi\.detail)\.tmall\.com/.*?[?&]id=(\d{5,20})",
    search="https://list.tmall.com/search_product.htm?q={term}",
    search_charset="gb18030",
    delay=5.0,
    concurrency=1,
    floor=10,
)
