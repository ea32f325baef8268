"""快选商城: a retail marketplace that sends an empty shell; a script draws each page from embedded state or its API."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from qingyuan.demo.sites.markup import NOT_FOUND, Answer, static
from qingyuan.demo.values import Offer

if TYPE_CHECKING:
    from qingyuan.demo.economy import Economy

CHANNELS = {
    "chuan": ("穿搭", {"服饰", "鞋靴", "箱包", "饰品", "钟表"}),
    "mei": ("美妆", {"美妆", "个护"}),
    "chi": ("吃喝", {"食品", "生鲜", "酒类", "滋补"}),
    "yong": ("好物", set()),
}
_SIZE = 12


def _channel_of(offer: Offer) -> str:
    return next((key for key, (_, heads) in CHANNELS.items() if offer.category[0] in heads), "yong")


def _brief(offer: Offer) -> dict[str, Any]:
    return {"i": offer.ref, "t": offer.title[:36], "p": offer.price_text, "m": f"/img/{offer.pictures[0].name}"}


def goods(offer: Offer) -> dict[str, Any]:
    """One offer as the API gives it; the short names are what such an API looks like after its build step."""
    shop = offer.shop
    return {
        "i": offer.ref, "t": offer.title, "x": offer.description, "p": offer.price_text, "s": offer.sales_text,
        "f": offer.ships_from, "c": list(offer.category), "h": _channel_of(offer),
        "m": [f"/img/{picture.name}" for picture in offer.pictures],
        "a": [[name, value] for name, value in offer.claims.items()], "u": offer.used,
        "w": {
            "r": shop.ref, "n": shop.name, "c": shop.company_shown, "u": shop.uscc_shown, "l": shop.place.short,
            "k": list(shop.contacts), "g": shop.signature,
        },
    }  # fmt: skip


def _shell(state: dict[str, Any] | None = None) -> Answer:
    packed = base64.b64encode(json.dumps(state, ensure_ascii=False).encode()).decode() if state else ""
    text = f"""<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>快选商城</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/static/shop.css"></head>
<body><div id="app">正在加载…</div><script>window.__S__="{packed}"</script>
<script src="/static/shop.js"></script></body></html>"""
    return Answer(text.encode())


def _data(value: Any) -> Answer:
    return Answer(json.dumps(value, ensure_ascii=False).encode(), "application/json; charset=utf-8")


def _listed(offers: list[Offer], step: int) -> dict[str, Any]:
    last = max(1, -(-len(offers) // _SIZE))
    return {"list": [_brief(offer) for offer in offers[(step - 1) * _SIZE : step * _SIZE]], "page": step, "last": last}


def answer(economy: Economy, target: str, base: str) -> Answer:
    """The answer to a GET of ``target`` (path and query)."""
    parts = urlsplit(target)
    path, query = parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}
    mine = [offer for offer in economy.offers if offer.site == "kuaixuan"]
    by_ref = {offer.ref: offer for offer in mine}
    kind, _, rest = path.strip("/").partition("/")
    if path == "/robots.txt":
        # the pages' own data must be allowed, or no browser that obeys could draw them
        return Answer(b"User-agent: *\nDisallow: /order/\nDisallow: /api/user\n", "text/plain")
    if kind == "static" and rest in {"shop.js", "shop.css"}:
        return Answer(
            static(rest), "text/javascript; charset=utf-8" if rest.endswith("js") else "text/css; charset=utf-8"
        )
    if kind == "goods":
        offer = by_ref.get(rest)
        if offer is None:
            return NOT_FOUND
        return _shell({"goods": goods(offer)} if offer.layout % 2 else None)
    if path == "/" or kind in {"channel", "store", "find"}:
        return _shell()
    step = int(query.get("page", "1")) if query.get("page", "1").isdecimal() else 1
    if path == "/api/goods":
        offer = by_ref.get(query.get("id", ""))
        return _data({"code": 0, "data": goods(offer)} if offer else {"code": 404, "msg": "商品已下架"})
    if path == "/api/home":
        hot = sorted(mine, key=lambda offer: -(offer.sales or 0))[:16]
        return _data({"code": 0, "data": {"list": [_brief(offer) for offer in hot], "page": 1, "last": 1}})
    if path == "/api/channel":
        return _data(
            {"code": 0, "data": _listed([offer for offer in mine if _channel_of(offer) == query.get("key")], step)}
        )
    if path == "/api/store":
        return _data({"code": 0, "data": _listed([offer for offer in mine if offer.shop.ref == query.get("key")], 1)})
    if path == "/api/find":
        word = unquote(query.get("key", "")).lower()
        return _data({"code": 0, "data": _listed([offer for offer in mine if word and word in offer.title.lower()], 1)})
    return NOT_FOUND
