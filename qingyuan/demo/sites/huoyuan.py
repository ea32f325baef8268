"""货源大市场: a wholesale site of the older kind. No JSON-LD; OpenGraph here and there, plain tables, much GBK."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from qingyuan.demo.sites.markup import NOT_FOUND, Answer, e, page, pages_of, rows, static
from qingyuan.demo.values import Offer, Shop

if TYPE_CHECKING:
    from qingyuan.demo.economy import Economy

_STYLE = '<link rel="stylesheet" href="/static/huoyuan.css">'
_LISTS = {
    "xiefu": ("服饰鞋包", {"服饰", "鞋靴", "箱包", "饰品", "钟表", "母婴"}),
    "baihuo": ("日用百货", set()),
    "shipin": ("食品农产", {"食品", "生鲜", "酒类", "滋补", "农资"}),
}
_SIZE = 16


def _list_of(offer: Offer) -> str:
    return next((key for key, (_, heads) in _LISTS.items() if offer.category[0] in heads), "baihuo")


def _frame(title: str, body: str, *, head: str = "", charset: str = "utf-8") -> Answer:
    menu = "".join(f'<a href="/list/{key}.html">{name}</a>' for key, (name, _) in _LISTS.items())
    return page(
        f"{title}_货源大市场",
        f'<div id="top">货源大市场<a href="/">首页</a>{menu}</div><div id="wrap">{body}</div>'
        '<div class="clear"></div><p>演示站点，商家均为虚构</p>',
        head=head + _STYLE,
        charset=charset,
    )


def _item(offer: Offer, base: str) -> Answer:
    shop = offer.shop
    head = ""
    if offer.layout % 2:
        facts = {
            "og:type": "product",
            "og:title": offer.title,
            "og:image": f"{base}/img/{offer.pictures[0].name}",
            "og:description": offer.description[:200],
        }
        if offer.price is not None:
            facts |= {"product:price:amount": str(offer.price), "product:price:currency": "CNY"}
        head = "".join(f'<meta property="{name}" content="{e(value)}">' for name, value in facts.items())
    least = offer.layout * 3 + 2
    price = f'批发价 <span class="amount">{e(offer.price_text) or "电议"}</span> <span>{least} 件起批</span>'
    sold = f'成交 <span class="deal-count">{e(offer.sales_text)}</span> 件' if offer.sales_text else ""
    card = "".join(
        f'<p>{label}<span class="{css}">{e(value)}</span></p>'
        for label, css, value in (
            ("公司：", "company-name", shop.company_shown),
            ("信用代码：", "company-code", shop.uscc_shown),
            ("地区：", "company-area", shop.place.short),
        )
        if value
    ) + "".join(f'<p>联系：<span class="contact">{e(contact)}</span></p>' for contact in shop.contacts)
    crumbs = " &gt; ".join(f'<a href="/list/{_list_of(offer)}.html">{e(part)}</a>' for part in offer.category)
    pictures = "".join(f'<img src="/img/{picture.name}">' for picture in offer.pictures)
    freight = (
        f'<div class="freight">发货地：<span class="from">{e(offer.ships_from)}</span> 运费到付</div>'
        if offer.ships_from
        else ""
    )
    body = f"""<div class="crumbs">{crumbs}</div><div class="left album">{pictures}</div>
<div class="mid"><h1 class="offer-title">{e(offer.title)}</h1><div class="price-row">{price}</div>
<p>{sold}</p>{freight}</div>
<div class="company-card"><p class="shop-title"><a href="/company/{shop.ref}.html">{e(shop.name)}</a></p>{card}</div>
<div class="clear"></div>
<h3>产品属性</h3><table class="attributes">{rows(offer.claims.items(), "<tr><th>{}</th><td>{}</td></tr>")}</table>
<h3>产品说明</h3><div id="offer-text">{e(offer.description).replace(chr(10), "<br>")}</div>"""
    return _frame(offer.title, body, head=head, charset=offer.charset)


def _goods(offers: list[Offer]) -> str:
    cells = "".join(
        f'<li><a href="/offer/{offer.ref}.html"><img src="/img/{offer.pictures[0].name}"><br>{e(offer.title[:36])}</a>'
        f"<br>{e(offer.price_text)}</li>"
        for offer in offers
    )
    return f'<ul class="goods">{cells}</ul><div class="clear"></div>'


def _company(shop: Shop, offers: list[Offer]) -> Answer:
    facts = [
        ("公司名称", shop.company_shown),
        ("统一社会信用代码", shop.uscc_shown),
        ("地址", shop.firm.address if shop.firm else ""),
        ("联系", " ".join(shop.contacts)),
    ]
    return _frame(
        shop.name,
        f"""<h1>{e(shop.name)}</h1><table class="attributes">{
            rows([pair for pair in facts if pair[1]], "<tr><th>{}</th><td>{}</td></tr>")
        }</table>{_goods(offers)}""",
    )


def answer(economy: Economy, target: str, base: str) -> Answer:
    """The answer to a GET of ``target`` (path and query)."""
    parts = urlsplit(target)
    path = parts.path
    mine = [offer for offer in economy.offers if offer.site == "huoyuan"]
    if path == "/":
        return _frame("首页", _goods(mine[:12]))
    if path == "/static/huoyuan.css":
        return Answer(static("huoyuan.css"), "text/css; charset=utf-8")
    if path == "/robots.txt":
        return Answer(b"User-agent: *\nDisallow: /member/\nDisallow: /ajax/\nCrawl-delay: 0\n", "text/plain")
    if path == "/search.html":
        word = parse_qs(parts.query).get("kw", [""])[0][:100]
        return _frame(f"搜索{word}", _goods([offer for offer in mine if word.lower() in offer.title.lower()]))
    kind, _, rest = path.strip("/").partition("/")
    rest = rest.removesuffix(".html")
    if kind == "list":
        key, _, step = rest.partition("-")
        if key not in _LISTS:
            return NOT_FOUND
        shown, last = pages_of(
            [offer for offer in mine if _list_of(offer) == key], int(step) if step.isdecimal() else 1, _SIZE
        )
        steps = " ".join(
            f'<a href="/list/{key}{f"-{one}" if one > 1 else ""}.html">{one}</a>' for one in range(1, last + 1)
        )
        return _frame(_LISTS[key][0], f"{_goods(shown)}<p>{steps}</p>")
    if kind == "offer":
        found = next((offer for offer in mine if offer.ref == rest), None)
        return _item(found, base) if found else NOT_FOUND
    if kind == "company":
        theirs = [offer for offer in mine if offer.shop.ref == rest]
        return _company(theirs[0].shop, theirs) if theirs else NOT_FOUND
    return NOT_FOUND
