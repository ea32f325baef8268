"""1688 search pages (s.1688.com/selloffer/offer_search.htm), as public code describes them; not tried on a real one.

The offers stand in a script: ``window.data.offerresultData = successDataCheck({… "data": {"offerList": […],
"pageCount": …}})``. Terms are percent-encoded in GBK, pages are counted by ``beginPage``.
"""

from __future__ import annotations

import re
from typing import Any

from crawlers.nesting import parsed
from crawlers.offer import Link, Offer, Reading, absolute
from crawlers.page import Page
from crawlers.platforms import alibaba, embedded, paging
from crawlers.platforms.embedded import dig, rows, say
from crawlers.platforms.goods import in_yuan, of_cards
from domain.records import Seller

MARK = "window.data.offerresultData"


def _plain(html: str) -> str:
    """A title without the marks around the words that were searched."""
    return alibaba.text(parsed(html).body) if "<" in html or "&" in html else html.strip()


def _place(company: Any) -> str:
    return "".join(dict.fromkeys(part for key in ("province", "city") if (part := say(dig(company, key)))))


def _offer(row: Any) -> Offer | None:
    told = dig(row, "information")
    ref = say(dig(row, "id")) or say(dig(row, "offerId"))
    title = _plain(say(dig(told, "subject")) or say(dig(told, "simpleSubject")))
    if not ref or not title:
        return None
    offered, traded, company = dig(row, "tradePrice", "offerPrice"), dig(row, "tradeQuantity"), dig(row, "company")
    shown = say(dig(offered, "valueString")) or say(dig(offered, "priceInfo", "price"))
    tiers = [
        f"{say(dig(tier, 'quantity'))}: {say(dig(tier, 'valueString')) or say(dig(tier, 'price'))}"
        for tier in rows(dig(offered, "quantityPrices"))
        if say(dig(tier, "quantity"))
    ]
    sold = say(dig(traded, "saleQuantity"))
    claims: dict[str, str] = {}
    for name, value in (
        ("价格", shown),
        ("阶梯价", "、".join(tiers)),
        ("销量", sold),
        ("月销量", say(dig(traded, "quantitySumMonth"))),
        ("起订量", say(dig(row, "tradePrice", "quantityBegin")) or say(dig(row, "quantityBegin"))),
        ("复购率", say(dig(told, "rePurchaseRate"))),
        ("诚信通年限", say(dig(row, "tradeService", "tpYear"))),
        ("经营模式", say(dig(company, "bizTypeName"))),
        ("超级工厂", "是" if dig(company, "isSuperFactory") is True else ""),
    ):
        if value and value != "0":
            claims[name] = value
    name = say(dig(company, "name"))
    login = say(dig(company, "loginId")) or say(dig(row, "aliTalk", "loginId"))
    place = _place(company)
    return in_yuan(
        Offer(
            title=title,
            source="1688_search",
            url=f"https://detail.1688.com/offer/{ref}.html",
            ref=ref,
            claims=claims,
            seller=Seller(
                name=name,
                ref=say(dig(company, "memberId")) or login,
                url=say(dig(company, "url")),
                company=name,
                location=place,
                contacts=alibaba.wangwang(login),
            ),
            ships_from=place,
            images=(say(dig(row, "image", "imgUrl")),),
        ),
        shown=shown,
        sold=sold,
    )


def read(page: Page) -> Reading:
    """The offers of a search page with the link to the next one; a row without number or title is a note."""
    answer = embedded.after(page.text, MARK)
    found = dig(answer, "data", "offerList")
    if not isinstance(found, list):
        return Reading(notes=("1688 搜索页里没有可读的商品列表（offerresultData），页面形式可能已变",))
    offers, notes = of_cards(rows(found), _offer)
    counted = say(dig(answer, "data", "pageCount"))
    total = int(counted) if re.fullmatch(r"\d{1,4}", counted) else None
    further, left = paging.onward(page.url, term="keywords", counter="beginPage", total=total)
    links = tuple(Link(url=absolute(page.url, offer.url), product=True) for offer in offers)
    return Reading(offers=tuple(offers), links=(*links, *(further if offers else ())), notes=(*notes, *left))
