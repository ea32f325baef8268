"""拼多多 search results, as public code describes them; not tried on a real page.

The page (search_result.html?search_key=…) holds its first twenty in ``window.rawData`` (``stores.store.data.
ssrListData.list``, older ``store.data…``), prices in yuan; what scrolling adds comes by a signed request that is not
made here. Its answer (``items[].item_data.goods_model``, prices in fen) is read where a platform supplies it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from crawlers import prices
from crawlers.offer import Link, Offer, Reading, absolute
from crawlers.platforms.embedded import dig, rows, say
from crawlers.platforms.goods import of_cards
from domain.records import Seller


def list_of(state: Any) -> list[Any] | None:
    """The goods in the state of a search page; None when it is none."""
    for path in (("stores", "store", "data"), ("store", "data"), ("props", "pageProps", "data")):
        for inner in (("ssrListData", "list"), ("ssrResult", "ssrListData", "list")):
            found = dig(state, *path, *inner)
            if isinstance(found, list):
                return rows(found)
    return None


def models_of(answer: Any) -> list[Any] | None:
    """The goods in the answer of a search; None when it is none."""
    items = dig(answer, "items")
    if not isinstance(items, list):
        return None
    return [dig(item, "item_data", "goods_model") for item in rows(items)]


def _yuan(fen: Any) -> str:
    """Whole fen as yuan: 2998 is 29.98."""
    shown = say(fen)
    return str((Decimal(shown) / 100).quantize(Decimal("0.01"))) if shown.isascii() and shown.isdigit() else ""


def _offer(row: Any, *, in_fen: bool) -> Offer | None:
    def first(*names: str) -> str:
        return next((shown for name in names if (shown := say(dig(row, name)))), "")

    ref, title = first("goodsID", "goodsId", "goods_id"), first("goodsName", "goods_name")
    if not ref or not title:
        return None
    # priceInfo is the price as the page writes it, in yuan; the bare price of the page's state is in fen or yuan, so it
    # counts only where priceInfo is not there and the answer's own unit is known.
    shown = first("priceInfo", "price_info") or (_yuan(dig(row, "price")) if in_fen else "")
    price = prices.read(shown)
    alone = _yuan(dig(row, "normal_price")) if in_fen else ""
    sold = first("salesTip", "sales_tip")
    tags = [say(dig(tag, "text")) for tag in rows(dig(row, "tagList") or dig(row, "tag_list"))]
    claims = {
        name: value
        for name, value in (
            ("价格", shown),
            ("价格（未注明单位）", "" if shown else first("price")),
            ("单买价", alone),
            ("销量", sold or first("sales", "cnt")),
            ("标签", "、".join(tag for tag in tags if tag)),
            ("店铺", first("mallName", "mall_name")),
        )
        if value
    }
    counted = sold or first("sales", "cnt")
    return Offer(
        title=title,
        source="pdd_search",
        url=f"https://mobile.yangkeduo.com/goods.html?goods_id={ref}",
        ref=ref,
        price=price.low if price else None,
        currency="CNY" if price else "",
        sales=prices.sold(counted) if counted else None,
        claims=claims,
        seller=Seller(name=first("mallName", "mall_name"), ref=first("mallID", "mallId", "mall_id")),
        images=tuple(filter(None, (first("hdThumbUrl", "hd_thumb_url", "imgUrl", "thumbUrl", "thumb_url"),))),
    )


def read(found: list[Any], base: str, *, in_fen: bool) -> Reading:
    """The goods of a list; one without number or name is a note, and so is that the list goes on out of reach."""
    offers, notes = of_cards(found, lambda row: _offer(row, in_fen=in_fen))
    if not found:
        notes.append("拼多多搜索页的商品列表是空的（可能要求登录）")
    links = tuple(Link(url=absolute(base, offer.url), product=True) for offer in offers)
    return Reading(offers=tuple(offers), links=links, notes=tuple(notes))
