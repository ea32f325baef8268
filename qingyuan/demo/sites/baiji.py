"""百集网: a retail marketplace whose pages come ready from the server, with JSON-LD as search engines want it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from qingyuan.demo.sites import traps
from qingyuan.demo.sites.markup import NOT_FOUND, Answer, e, page, pages_of, rows, script_json, static
from qingyuan.demo.values import Offer, Shop

if TYPE_CHECKING:
    from qingyuan.demo.economy import Economy

_STYLE = '<link rel="stylesheet" href="/static/baiji.css">'
CHANNELS = {
    "fushi": ("服饰鞋包", ("服饰", "鞋靴", "箱包", "饰品", "钟表")),
    "meizhuang": ("美妆个护", ("美妆", "个护")),
    "shuma": ("数码家电", ("数码", "家电", "五金", "汽车", "配件")),
    "shipin": ("食品生鲜", ("食品", "生鲜", "酒类", "滋补")),
    "jujia": ("家居母婴", ("家居", "家纺", "家装", "母婴", "玩具", "运动", "图书", "农资")),
}
_SIZE = 20
#: The same on every page of the site: nobody's contact.
_HOTLINE = "16400010086"


def channel_of(offer: Offer) -> str:
    """The channel an offer is filed under."""
    return next((key for key, (_, heads) in CHANNELS.items() if offer.category[0] in heads), "jujia")


def _frame(title: str, body: str, *, head: str = "", offer: Offer | None = None) -> Answer:
    menu = "".join(f'<a href="/c/{key}/">{name}</a>' for key, (name, _) in CHANNELS.items())
    top = f'<header><b>百集网</b><nav><a href="/">首页</a>{menu}<a href="/cart">购物车</a></nav></header>'
    foot = (
        f'<footer>平台客服 {_HOTLINE} · 侵权投诉 · <a href="/private/admin">商家后台</a> · '
        "演示站点，商品与商家均为虚构</footer>"
    )
    return page(
        f"{title} - 百集网",
        f"{top}<main>{body}</main>{foot}",
        head=head + _STYLE,
        charset=offer.charset if offer else "utf-8",
        declared=offer.declared if offer else "utf-8",
    )


def _card(offer: Offer) -> str:
    shown = e(offer.price_text) or "暂无报价"
    return (
        f'<a href="/item/{offer.ref}.html"><img loading="lazy" src="/img/{offer.pictures[0].name}" alt="">'
        f"<i>{shown}</i>{e(offer.title[:40])}</a>"
    )


def _organisation(shop: Shop, base: str) -> dict[str, Any]:
    node: dict[str, Any] = {
        "@type": "Organization",
        "name": shop.name,
        "identifier": shop.ref,
        "url": f"{base}/shop/{shop.ref}",
    }
    if shop.company_shown:
        node["legalName"] = shop.company_shown
    if shop.uscc_shown:
        node["taxID"] = shop.uscc_shown
    if shop.contacts:
        node["contactPoint"] = [{"@type": "ContactPoint", "telephone": contact} for contact in shop.contacts]
    node["address"] = {"@type": "PostalAddress", "addressRegion": shop.place.short}
    return node


def product(offer: Offer, base: str) -> dict[str, Any]:
    """The JSON-LD of one offer."""
    sale: dict[str, Any] = {"@type": "Offer", "priceCurrency": "CNY", "availability": "https://schema.org/InStock"}
    if offer.price is None:
        sale.pop("priceCurrency")
        if offer.price_text:
            sale["price"] = offer.price_text
    elif offer.high_price is not None:
        sale |= {
            "@type": "AggregateOffer",
            "lowPrice": str(offer.price),
            "highPrice": str(offer.high_price),
            "offerCount": 3,
        }
    else:
        # shops write what they like where a number should be
        sale["price"] = (
            str(offer.price) if offer.price_text.startswith("¥") and "万" not in offer.price_text else offer.price_text
        )
    if offer.used:
        sale["itemCondition"] = "https://schema.org/UsedCondition"
    sale["seller"] = _organisation(offer.shop, base)
    if offer.ships_from:
        sale["shippingDetails"] = {
            "@type": "OfferShippingDetails",
            "shippingOrigin": {"@type": "DefinedRegion", "name": offer.ships_from},
        }
    node: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": offer.title,
        "url": f"{base}/item/{offer.ref}.html",
        "image": [f"{base}/img/{picture.name}" for picture in offer.pictures],
        "description": offer.description,
        "category": " > ".join(offer.category),
        "additionalProperty": [
            {"@type": "PropertyValue", "name": name, "value": value} for name, value in offer.claims.items()
        ],
        "offers": sale if offer.layout % 3 else [sale],
    }
    if offer.sales is not None:
        node["interactionStatistic"] = {
            "@type": "InteractionCounter",
            "interactionType": "https://schema.org/BuyAction",
            "userInteractionCount": offer.sales if offer.layout % 2 else offer.sales_text,
        }
    return (
        {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "百集网"}, node]}
        if offer.layout % 4 == 1
        else node
    )


def _item(economy: Economy, offer: Offer, base: str) -> Answer:
    shop = offer.shop
    ascii_only = offer.charset != "utf-8"
    head = f'<script type="application/ld+json">{script_json(product(offer, base), ascii_only=ascii_only)}</script>'
    if offer.layout % 3 == 0:
        head += f'<meta property="og:type" content="product"><meta property="og:title" content="{e(offer.title)}">'
    crumbs = "".join(f'<a href="/c/{channel_of(offer)}/">{e(part)}</a>&gt; ' for part in offer.category)
    pictures = "".join(f'<img src="/img/{picture.name}" alt="">' for picture in offer.pictures)
    price = f'<div class="price">售价 <strong>{e(offer.price_text) or "—"}</strong></div>'
    contact = " ".join(e(one) for one in shop.contacts)
    about = [
        ("销量", offer.sales_text),
        ("发货地", offer.ships_from),
        ("服务", "七天无理由" if offer.layout % 2 else "不支持退换"),
    ]
    sellers = [
        ("公司", shop.company_shown),
        ("信用代码", shop.uscc_shown),
        ("所在地", shop.place.short),
        ("电话", contact),
    ]
    others = [
        one
        for one in economy.offers
        if one.site == "baiji" and one.shop.ref != shop.ref and channel_of(one) == channel_of(offer)
    ]
    start = int(offer.ref[-4:]) % max(1, len(others))
    more = "".join(_card(one) for one in others[start : start + 5])
    body = f"""<div class="crumbs">{crumbs}</div><div class="two"><div class="pics">{pictures}</div>
<div><h1>{e(offer.title)}</h1>{price}
<dl class="meta">{rows([pair for pair in about if pair[1]], "<dt>{}</dt><dd>{}</dd>")}</dl>
<p><button>立即购买</button></p>
<div class="box"><a href="/shop/{shop.ref}"><b>{e(shop.name)}</b></a>
<dl class="meta">{rows([pair for pair in sellers if pair[1]], "<dt>{}</dt><dd>{}</dd>")}</dl></div></div></div>
<h2>商品参数</h2><table>{rows(offer.claims.items(), "<tr><th>{}</th><td>{}</td></tr>")}</table>
<h2>图文详情</h2><p>{e(offer.description).replace(chr(10), "<br>")}</p>
<h2>看了又看</h2><div class="grid">{more}</div>"""
    return _frame(offer.title, body, head=head, offer=offer)


def _list(economy: Economy, offers: list[Offer], title: str, path: str, number: int) -> Answer:
    shown, last = pages_of(offers, number, _SIZE)
    cards = "".join(_card(offer) for offer in shown)
    steps = " ".join(
        f'<a href="{path}?page={step}">{step}</a>' if step > 1 else f'<a href="{path}">1</a>'
        for step in range(1, last + 1)
    )
    return _frame(title, f'<h2>{e(title)}（{len(offers)}）</h2><div class="grid">{cards}</div><p>第 {steps} 页</p>')


def _shop(economy: Economy, shop: Shop, offers: list[Offer]) -> Answer:
    licence = [
        ("企业名称", shop.company_shown or "个人店铺"),
        ("统一社会信用代码", shop.uscc_shown),
        ("所在地", shop.place.short),
        ("联系方式", " ".join(shop.contacts)),
    ]
    cards = "".join(_card(offer) for offer in offers)
    return _frame(
        shop.name,
        f"""<h1>{e(shop.name)}</h1><p>{e(shop.signature)}</p><table>{
            rows([pair for pair in licence if pair[1]], "<tr><th>{}</th><td>{}</td></tr>")
        }</table><h2>全部商品</h2><div class="grid">{cards}</div>""",
    )


ROBOTS = "User-agent: *\nDisallow: /cart\nDisallow: /private/\nDisallow: /api/\nAllow: /\n"


def answer(economy: Economy, target: str, base: str) -> Answer:
    """The answer to a GET of ``target`` (path and query)."""
    parts = urlsplit(target)
    path, query = parts.path, parse_qs(parts.query)
    mine = [offer for offer in economy.offers if offer.site == "baiji"]
    number = int(query["page"][0]) if query.get("page", [""])[0].isdecimal() else 1
    trapped = traps.answer(path, base)
    if trapped:
        return trapped
    if path == "/":
        hot = "".join(_card(offer) for offer in sorted(mine, key=lambda offer: -(offer.sales or 0))[:15])
        return _frame("百集网", f'<h2>今日热卖</h2><div class="grid">{hot}</div>{traps.LINKS}')
    if path == "/static/baiji.css":
        return Answer(static("baiji.css"), "text/css; charset=utf-8")
    if path == "/robots.txt":
        return Answer(ROBOTS.encode(), "text/plain; charset=utf-8")
    if path == "/s":
        word = query.get("q", [""])[0][:100]
        return _list(
            economy, [offer for offer in mine if word.lower() in offer.title.lower()], f"搜索“{word}”", "/s", 1
        )
    if path.startswith("/private/") or path == "/cart":
        return _frame("请登录", '<p>请登录后查看</p><a href="/private/ledger">商家账本</a>')
    kind, _, rest = path.strip("/").partition("/")
    rest = rest.strip("/")
    if kind == "c" and rest in CHANNELS:
        filed = [offer for offer in mine if channel_of(offer) == rest]
        return _list(economy, filed, CHANNELS[rest][0], f"/c/{rest}/", number)
    if kind == "item":
        found = next((offer for offer in mine if offer.ref == rest.removesuffix(".html")), None)
        return _item(economy, found, base) if found else NOT_FOUND
    if kind == "shop":
        theirs = [offer for offer in mine if offer.shop.ref == rest]
        return _shop(economy, theirs[0].shop, theirs) if theirs else NOT_FOUND
    return NOT_FOUND
