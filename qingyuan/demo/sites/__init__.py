"""The three sites: where their pages are, and the platform files that have them crawled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Addresses:
    """Paths of a site; ``{ref}`` stands for the offer's or the shop's reference."""

    item: str
    shop: str


ADDRESSES: Mapping[str, Addresses] = MappingProxyType(
    {
        "baiji": Addresses("/item/{ref}.html", "/shop/{ref}"),
        "kuaixuan": Addresses("/goods/{ref}", "/store/{ref}"),
        "huoyuan": Addresses("/offer/{ref}.html", "/company/{ref}.html"),
    }
)

#: What a bureau would write into each platform file; the addresses are added when the ports are known.
PLATFORMS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "baiji": {
            "title": "百集网（演示）",
            "family": "auto",
            "render": False,
            "delay": 0.0,
            "concurrency": 4,
            "product_url": r"/item/(\d+)\.html",
            "follow": r"/c/[a-z]+/(?:\?page=\d+)?$",
            "search": "/s?q={term}",
        },
        "kuaixuan": {
            "title": "快选商城（演示）",
            "family": "selectors",
            "render": True,
            "wait_for": "main[data-ready]",
            "delay": 0.0,
            "concurrency": 2,
            "product_url": r"/goods/(k\d+)",
            "follow": r"/channel/[a-z]+(?:/\d+)?$",
            "search": "/find/{term}",
            "select": {
                "title": "main.goods h1",
                "description": "main.goods .detail-text",
                "price": "main.goods .now-price",
                "sales": "main.goods .sold b",
                "seller": "main.goods .store-name",
                "seller_url": "main.goods .store-name@href",
                "company": "main.goods .store-company",
                "uscc": "main.goods .store-code",
                "location": "main.goods .store-place",
                "contacts": "main.goods .store-contact",
                "ships_from": "main.goods .ship-from b",
                "category": "main.goods nav.path a",
                "images": "main.goods .gallery img@src",
                "rows": "main.goods .params li",
                "row_name": "span",
                "row_value": "em",
            },
        },
        "huoyuan": {
            "title": "货源大市场（演示）",
            "family": "selectors",
            "render": False,
            "delay": 0.0,
            "concurrency": 4,
            "product_url": r"/offer/(\d+)\.html",
            "follow": r"/list/[a-z]+(?:-\d+)?\.html$",
            "search": "/search.html?kw={term}",
            "select": {
                "title": "h1.offer-title",
                "description": "#offer-text",
                "price": ".price-row .amount",
                "sales": ".deal-count",
                "seller": ".company-card .shop-title a",
                "seller_url": ".company-card .shop-title a@href",
                "company": ".company-card .company-name",
                "uscc": ".company-card .company-code",
                "location": ".company-card .company-area",
                "contacts": ".company-card .contact",
                "ships_from": ".freight .from",
                "category": ".crumbs a",
                "images": ".album img@src",
                "rows": "table.attributes tr",
                "row_name": "th",
                "row_value": "td",
            },
        },
    }
)
