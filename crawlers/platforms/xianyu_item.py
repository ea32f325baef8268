"""闲鱼 item pages (www.goofish.com/item?id=…), as public code describes them; not tried on a real page.

The page is drawn by its scripts out of the answer of mtop.taobao.idle.pc.detail (``data.itemDO``, ``data.sellerDO``).
The answer is read where somebody supplies it; the crawl reads what the browser drew, whose class names end in a hash
that changes, so only their beginnings count. Below the goods the page recommends others, which are not read.
"""

from __future__ import annotations

import re
from typing import Any

from selectolax.lexbor import LexborNode

from crawlers import prices
from crawlers.offer import Offer, Reading
from crawlers.page import Page
from crawlers.platforms import alibaba
from crawlers.platforms.alibaba import text
from crawlers.platforms.embedded import dig, rows, say
from domain.records import Seller

#: The part of a drawn item page that holds its own goods.
MARK = b"item-main-info"
_NUMBER = re.compile(r"/item(?:\.htm)?\?(?:[^#]{0,1000}&)?id=(\d{5,20})")
_USER = re.compile(r"[?&]userId=(\d{1,20})(?:&|$)")
_COUNTS = (("想要人数", re.compile(r"(\d[\d.]*万?)\s*人想要")), ("浏览数", re.compile(r"(\d[\d.]*万?)\s*(?:次)?浏览")))
#: What the seller's labels say besides the place (4分钟前来过, 来闲鱼9年, 卖出47件宝贝, 好评率100%).
_TOLD = re.compile("来过|在线|活跃|来闲鱼|卖出|好评|回复|关注|粉丝|信用|实人|认证")
_PLACE = re.compile(r"[\u4e00-\u9fff]{2,12}")


def number(url: str) -> str:
    """The number of the thing whose page an address is; "" when it is another page."""
    found = _NUMBER.search(url)
    return found[1] if found else ""


def _address(ref: str) -> str:
    return f"https://www.goofish.com/item?id={ref}"


def _said(values: dict[str, Any]) -> dict[str, str]:
    return {name: shown for name, value in values.items() if (shown := say(value).strip())}


def _labels(item: Any, claims: dict[str, str]) -> str:
    """The labels and options of the thing as claims; returns its category (分类)."""
    category = ""
    told: dict[str, dict[str, None]] = {}
    for row in (*rows(dig(item, "cpvLabels")), *rows(dig(item, "itemLabelExtList"))):
        name = say(dig(row, "propertyName")) or say(dig(row, "propertyText"))
        value = say(dig(row, "valueName")) or say(dig(row, "text")) or say(dig(row, "valueText"))
        if name == "分类":
            category = category or value
        elif name and value:
            alibaba.gather(told, name, value)
    for sku in rows(dig(item, "skuList")) or rows(dig(item, "idleItemSkuList")):
        for chosen in rows(dig(sku, "propertyList")):
            name, value = say(dig(chosen, "propertyText")), say(dig(chosen, "valueText"))
            if name and value:
                alibaba.gather(told, name, value)
    alibaba.merge(claims, told)
    return category


def answer(data: Any) -> Reading:
    """The thing of an item answer; one without number or title is a note."""
    item, party = dig(data, "itemDO"), dig(data, "sellerDO")
    ref, title = say(dig(item, "itemId")), " ".join(say(dig(item, "title")).split())
    if not ref or not title:
        return Reading(notes=("闲鱼的商品数据里没有商品编号或标题，形式可能已变",))
    amount, struck = say(dig(item, "soldPrice")), say(dig(item, "originalPrice"))
    price = prices.read(amount)
    claims = _said(
        {
            "价格": amount,
            "原价": struck if struck.strip("¥￥0.") else "",
            "运费": dig(item, "transportFee"),
            "库存": dig(item, "quantity"),
            "想要人数": dig(item, "wantCnt"),
            "浏览数": dig(item, "browseCnt"),
            "收藏数": dig(item, "collectCnt"),
            "商品状态": dig(item, "itemStatusStr"),
            "发布时间": dig(item, "GMT_CREATE_DATE_KEY"),
            "发布时间（毫秒）": dig(item, "gmtCreate"),
            "标签": "、".join(filter(None, (say(dig(tag, "text")) for tag in rows(dig(item, "commonTags"))))),
            "类目编号": dig(item, "categoryId") or dig(item, "itemCatDTO", "catId"),
            "注册天数": dig(party, "userRegDay"),
            "已售件数": dig(party, "hasSoldNumInteger"),
            "在售件数": dig(party, "itemCount"),
            "好评数": dig(party, "remarkDO", "sellerGoodRemarkCnt"),
            "差评数": dig(party, "remarkDO", "sellerBadRemarkCnt"),
            "好评率": dig(party, "newGoodRatioRate"),
            "芝麻信用": dig(party, "zhimaLevelInfo", "levelName"),
            "卖家认证": "、".join(filter(None, (say(dig(tag, "text")) for tag in rows(dig(party, "identityTags"))))),
            "个性签名": dig(party, "signature"),
        }
    )
    category = _labels(item, claims)
    sold, seller = say(dig(item, "soldCnt")), say(dig(party, "sellerId")) or say(dig(party, "userId"))
    offer = Offer(
        title=title,
        source="xianyu_item",
        url=_address(ref),
        ref=ref,
        description=say(dig(item, "desc")),
        price=price.low if price else None,
        currency="CNY" if price else "",  # the service writes bare numbers of yuan
        sales=prices.sold(sold) if sold else None,
        claims=claims,
        seller=Seller(
            name=say(dig(party, "nick")) or say(dig(party, "uniqueName")),
            ref=seller,
            url=f"https://www.goofish.com/personal?userId={seller}" if seller else "",
            location=say(dig(party, "city")),
        ),
        ships_from=say(dig(party, "publishCity")),
        category=(category,) if category else (),
        images=tuple(filter(None, (say(dig(image, "url")) for image in rows(dig(item, "imageInfos"))))),
    )
    return Reading(offers=(offer,))


def _place(page: Page, claims: dict[str, str]) -> str:
    """Where it is sent from: the seller's one label that is a place. Whatever the labels say is kept as it is."""
    labels = [text(node) for node in page.tree.css('[class*="item-user-info-label"]')[:20]]
    if labels:
        claims["卖家信息"] = "、".join(dict.fromkeys(filter(None, labels)))
    places = [label for label in labels[:1] if _PLACE.fullmatch(label) and not _TOLD.search(label)]
    return places[0] if places else ""


def _seller(page: Page) -> Seller:
    name = text(page.tree.css_first('[class*="item-user-info-nick"]'))
    held = page.tree.css_first('[class*="item-user-container"]')
    anchors: list[LexborNode] = held.css("a[href]") if held is not None else []
    found = next((user[1] for a in anchors if (user := _USER.search(a.attributes.get("href") or ""))), "")
    return Seller(name=name, ref=found, url=f"https://www.goofish.com/personal?userId={found}" if found else "")


def rendered(page: Page) -> Reading:
    """The thing of a drawn item page; nothing when its own part is not there (an empty page, a wall)."""
    ref, main = number(page.url) or number(page.asked), page.tree.css_first('[class*="item-main-info"]')
    if main is None:
        return Reading()
    title = text(page.tree.css_first("title")).removesuffix("_闲鱼").strip()
    if not ref or not title or title == "闲鱼":
        return Reading(notes=("闲鱼商品页里没有商品编号或标题，页面形式可能已变",))
    # Without its sign an amount may be 闲鱼币, which is no money: then it is a claim and no price.
    amount = text(main.css_first('[class*="price--"]'))
    shown = text(main.css_first('[class*="symbol--"]')) + amount if amount else ""
    price = prices.read(shown) if prices.currency(shown) else None
    # The platform's own hints have the same class as the seller's text, which is the longest.
    told = max((node.text(deep=True, separator="\n") for node in main.css('[class*="desc--"]')), key=len, default="")
    claims = _said(
        {
            "价格": shown,
            "配送": "、".join(dict.fromkeys(filter(None, (text(node) for node in main.css('[class*="post--"]'))))),
        }
    )
    counted = text(main.css_first('[class*="want--"]'))
    for name, pattern in _COUNTS:
        if found := pattern.search(counted):
            claims[name] = found[1]
    place = _place(page, claims)
    pictures = page.tree.css('[class*="item-main-window-list-item"] img') or page.tree.css(
        '[class*="item-main-window"] img'
    )
    offer = Offer(
        title=title,
        source="xianyu_page",
        url=_address(ref),
        ref=ref,
        description="\n".join(line.strip() for line in told.splitlines() if line.strip()),
        price=price.low if price else None,
        currency=price.currency if price else "",
        claims=claims,
        seller=_seller(page),
        ships_from=place,
        images=tuple(
            dict.fromkeys(
                alibaba.original(url)
                for image in pictures
                if (url := image.attributes.get("src") or "")[:5] != "data:" and url
            )
        ),
    )
    return Reading(offers=(offer,))
