"""淘宝 as data: search results (g_page_config) and item answers as JSON.

Tried on the saved ones of tests/pages/taobao_search and taobao_item_api.
"""

from __future__ import annotations

from typing import Any

from crawlers.nesting import parsed
from crawlers.offer import Link, Offer, Reading, absolute
from crawlers.platforms import alibaba, paging
from crawlers.platforms.embedded import dig, rows, say
from crawlers.platforms.goods import in_yuan
from domain.records import Seller

#: Results of one search page, by which ``s`` counts (public code; the saved results have no pager).
PER_PAGE = 44


def _found(row: Any) -> Offer | None:
    """One search result. An advertisement's address counts clicks; the item's own is made from its number."""
    ref, title = say(dig(row, "nid")), say(dig(row, "raw_title"))
    if not ref or not title:
        return None
    shown, sold = say(dig(row, "view_price")), say(dig(row, "view_sales"))
    tmall = dig(row, "shopcard", "isTmall") is True
    full = alibaba.text(parsed(say(dig(row, "title"))).body)
    scores = [dig(row, "shopcard", key) for key in ("description", "service", "delivery")]
    rated = "/".join(say(each[0]) for each in scores if isinstance(each, list) and each)
    claims: dict[str, str] = {}
    for name, value in (
        ("价格", shown),
        ("销量", sold),
        ("运费", say(dig(row, "view_fee"))),
        ("评价数", say(dig(row, "comment_count"))),
        ("掌柜", say(dig(row, "nick"))),
        ("卖家信用", say(dig(row, "shopcard", "sellerCredit"))),
        ("店铺评分（描述/服务/物流）", rated if rated.strip("0/") else ""),
        ("天猫", "是" if tmall else ""),
        ("推广", "是" if dig(row, "p4p") else ""),
        ("展示标题", full if full != title else ""),
        ("标签", "、".join(dict.fromkeys(say(dig(icon, "title")) for icon in rows(dig(row, "icon"))))),
        ("商品标签", "、".join(say(tag) for tag in dig(row, "p4pTags") or () if isinstance(tag, str))),
        ("类目编号", say(dig(row, "category"))),
    ):
        if value:
            claims[name] = value
    shop = say(dig(row, "shopLink"))
    nick = say(dig(row, "nick"))
    host = "detail.tmall.com" if tmall else "item.taobao.com"
    return in_yuan(
        Offer(
            title=title,
            source="taobao_search",
            url=f"https://{host}/item.htm?id={ref}",
            ref=ref,
            claims=claims,
            seller=Seller(
                name=nick,
                ref=say(dig(row, "user_id")),
                url="" if "click.simba." in shop else shop,
                contacts=alibaba.wangwang(nick),
            ),
            ships_from=say(dig(row, "item_loc")),
            images=(alibaba.original(say(dig(row, "pic_url"))),),
        ),
        shown=shown,
        sold=sold,
    )


def search(config: Any, base: str) -> Reading:
    """The results of a search with the link to the next page; what is no item among them (themes) is a note each."""
    results = dig(config, "mods", "itemlist", "data", "auctions")
    if not isinstance(results, list):
        state = say(dig(config, "mods", "itemlist", "status"))
        return Reading(notes=(f"淘宝搜索结果里没有商品列表（状态 {state or '未知'}）",))
    offers: list[Offer] = []
    notes: list[str] = []
    for number, row in enumerate(results, start=1):
        offer = _found(row)
        if offer is not None:
            offers.append(offer)
            continue
        theme = say(dig(row, "activity", "title"))
        notes.append(
            f"第 {number} 个搜索结果{f'是活动「{theme[:40]}」，' if theme else ''}没有商品编号或标题，不是商品"
        )
    links = tuple(
        Link(url=absolute(base, offer.url), product=True) for offer in offers if "//item.taobao.com/" in offer.url
    )
    counted = say(dig(config, "mods", "pager", "data", "totalPage"))
    total = int(counted) if counted.isascii() and counted.isdigit() else None
    further, left = paging.onward(base, term="q", counter="s", first=0, step=PER_PAGE, total=total)
    return Reading(offers=tuple(offers), links=(*links, *(further if offers else ())), notes=(*notes, *left))


def _properties(item: Any) -> dict[str, str]:
    claims: dict[str, str] = {}
    for group in rows(dig(item, "groupProps")):
        for properties in group.values() if isinstance(group, dict) else ():
            for each in rows(properties):
                for name, value in each.items() if isinstance(each, dict) else ():
                    if shown := say(value):
                        claims.setdefault(name, shown)
    for choice in rows(dig(item, "props")):
        options = "、".join(say(dig(value, "name")) for value in rows(dig(choice, "values")))
        name = say(dig(choice, "name"))
        if name and options and claims.get(name) != options:
            claims[f"{name}（可选）" if name in claims else name] = options
    return claims


def _seller(seller: Any, claims: dict[str, str]) -> Seller:
    for name, key in (
        ("掌柜", "sellerNick"),
        ("店铺编号", "shopId"),
        ("好评率", "goodRatePercentage"),
        ("粉丝数", "fans"),
        ("店铺商品数", "itemCount"),
        ("卖家信用", "creditLevel"),
        ("开店时间", "starts"),
    ):
        if value := say(dig(seller, key)):
            claims[name] = value
    for score in rows(dig(seller, "evaluates")):
        name = {"desc": "描述评分", "serv": "服务评分", "post": "物流评分"}.get(say(dig(score, "type")), "")
        if name:
            claims[name] = say(dig(score, "score"))
    nick = say(dig(seller, "sellerNick"))
    return Seller(
        name=say(dig(seller, "shopName")) or nick,
        ref=say(dig(seller, "sellerId")) or say(dig(seller, "userId")),
        url=say(dig(seller, "taoShopUrl")),
        contacts=alibaba.wangwang(nick),
    )


def item(answer: Any) -> Reading:
    """The product of an item answer ``{data: {item, seller}}``."""
    goods = dig(answer, "data", "item")
    title, ref = say(dig(goods, "title")), say(dig(goods, "itemId"))
    if not title or not ref:
        return Reading(notes=("淘宝的 JSON 里没有商品标题或编号，形式可能已变",))
    claims = _properties(goods)
    shown, sold = say(dig(goods, "priceRange")), say(dig(goods, "vagueSellCount"))
    stock = next((say(dig(sku, "quantity")) for sku in rows(dig(goods, "sku")) if say(dig(sku, "skuId")) == "0"), "")
    promises = rows(dig(goods, "consumerProtection", "items"))
    for name, value in (
        ("价格", shown),
        ("划线价", say(dig(goods, "marketPriceRange"))),
        ("销量", sold),
        ("评价数", say(dig(goods, "commentCount"))),
        ("收藏数", say(dig(goods, "favouriteCount"))),
        ("运费", say(dig(goods, "delivery"))),
        ("库存", stock),
        ("服务承诺", "、".join(say(dig(promise, "title")) for promise in promises)),
        ("类目编号", say(dig(goods, "categoryId"))),
        ("品牌编号", say(dig(goods, "brandId"))),
        ("天猫", "是" if dig(goods, "isTmall") is True else ""),
    ):
        if value:
            claims.setdefault(name, value)
    described = alibaba.text(parsed(say(dig(goods, "desc"))).body)
    pictures = [say(url) for key in ("images", "descImgs") for url in dig(goods, key) or () if isinstance(url, str)]
    offer = in_yuan(
        Offer(
            title=title,
            source="taobao_api",
            url=say(dig(goods, "url")) or f"https://item.taobao.com/item.htm?id={ref}",
            ref=ref,
            description="\n".join(part for part in (say(dig(goods, "subTitle")), described) if part),
            claims=claims,
            seller=_seller(dig(answer, "data", "seller"), claims),
            ships_from=say(dig(goods, "location")),
            images=tuple(dict.fromkeys(alibaba.original(url) for url in pictures)),
        ),
        shown=shown,
        sold=sold,
    )
    return Reading(offers=(offer,))
