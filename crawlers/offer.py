"""What a page says of one product, before it is tied to a platform and a capture; and its way into a Listing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from urllib.parse import urljoin

from crawlers.page import Page
from domain.errors import InputError
from domain.records import Listing, Seller

MAX_TITLE = 1_000
MAX_DESCRIPTION = 100_000
MAX_CLAIMS = 200
MAX_CLAIM = 5_000
MAX_IMAGES = 60
MAX_URL = 2_083

_NOTHING: Mapping[str, str] = MappingProxyType({})
#: Control characters and lone surrogates: neither shown nor writable as UTF-8.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
#: How pages call the first step of their trail.
_HOME = frozenset(("首页", "主页", "商城首页", "网站首页", "返回首页", "home", "homepage", "home page"))
_SPACES = re.compile(r"\s+")
_USCC = re.compile(r"[0-9A-HJ-NP-RTUWXY]{18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """``url`` and ``images`` may be relative to the page; ``ref`` is "" where only the URL can tell; ``source`` names
    the family that read it."""

    title: str
    source: str
    url: str = ""
    ref: str = ""
    description: str = ""
    price: Decimal | None = None
    currency: str = ""
    sales: int | None = None
    claims: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    seller: Seller = field(default_factory=Seller)
    ships_from: str = ""
    category: tuple[str, ...] = ()
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A URL worth visiting. ``product`` pages count against a limit and go before the others; of an ``optional`` one it
    does not matter that it is not there."""

    url: str
    product: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a family read: offers, links it knows of, and Chinese sentences on what it had to leave out."""

    offers: tuple[Offer, ...] = ()
    links: tuple[Link, ...] = ()
    notes: tuple[str, ...] = ()


def clean(text: str) -> str:
    """Text without characters that cannot be stored, outer white space removed; otherwise verbatim."""
    return _UNPRINTABLE.sub("", text).strip() if _UNPRINTABLE.search(text) else text.strip()


def line(text: str) -> str:
    """As :func:`clean`, with inner white space collapsed as a browser shows it."""
    return _SPACES.sub(" ", clean(text))


def absolute(base: str, url: str) -> str:
    """An http(s) URL without fragment, or "" when there is none in ``url`` (data:, blob:, too long, malformed)."""
    url = clean(url)
    if not url or len(url) > MAX_URL:
        return ""
    try:
        joined = urljoin(base, url)
    except ValueError:
        return ""
    return joined.partition("#")[0] if joined[:8].lower().startswith(("http://", "https://")) else ""


def trail(names: Iterable[str], title: str) -> tuple[str, ...]:
    """The categories of a breadcrumb trail: without the home page before them and the product itself behind them.

    >>> trail(["首页", "茶叶", "绿茶", "某某毛尖"], "某某毛尖")
    ('茶叶', '绿茶')
    """
    found = list(dict.fromkeys(name for name in names if name))
    if found and found[0].casefold() in _HOME:
        del found[0]
    if found and found[-1] == title:
        del found[-1]
    return tuple(found)


def is_uscc(text: str) -> bool:
    """True for the shape of a 统一社会信用代码 (18 characters of its alphabet); the check digit is not asked."""
    return _USCC.fullmatch(text.strip().upper()) is not None


def claims_within_bounds(claims: Mapping[str, str]) -> tuple[dict[str, str], int]:
    """Cleaned claims, and how many had to be cut or left out."""
    kept: dict[str, str] = {}
    cut = 0
    for name, value in claims.items():
        name, value = line(name), clean(value)
        if not name or not value:
            continue
        if len(kept) >= MAX_CLAIMS or len(name) > 100:
            cut += 1
            continue
        cut += len(value) > MAX_CLAIM
        kept[name] = value[:MAX_CLAIM]
    return kept, cut


def listing(offer: Offer, *, page: Page, platform: str, ref: str, url: str) -> tuple[Listing, tuple[str, ...]]:
    """The Listing of an offer, and notes on what was cut. Raises InputError with the reason when it cannot be one."""
    title = line(offer.title)
    if not title:
        raise InputError("商品没有标题")
    if len(title) > MAX_TITLE:
        raise InputError(f"标题有 {len(title)} 个字符，上限 {MAX_TITLE} 个")
    notes: list[str] = []
    description = clean(offer.description)
    if len(description) > MAX_DESCRIPTION:
        notes.append(f"描述有 {len(description)} 个字符，只保留前 {MAX_DESCRIPTION} 个")
        description = description[:MAX_DESCRIPTION]
    claims, cut = claims_within_bounds(offer.claims)
    if cut:
        notes.append(f"{cut} 项标注过长或过多，已截断")
    images = dict.fromkeys(joined for image in offer.images if (joined := absolute(page.url, image)))
    if len(images) > MAX_IMAGES:
        notes.append(f"有 {len(images)} 张图片，只保留前 {MAX_IMAGES} 张")
    seller = offer.seller
    record = Listing(
        platform=platform,
        ref=ref,
        url=url,
        title=title,
        observed_at=page.at,
        description=description,
        price=offer.price,
        currency=line(offer.currency)[:8],
        sales=offer.sales,
        claims=MappingProxyType(claims),
        seller=Seller(
            name=line(seller.name)[:500],
            ref=line(seller.ref)[:200],
            url=absolute(page.url, seller.url),
            company=line(seller.company)[:500],
            uscc=line(seller.uscc)[:50],
            location=line(seller.location)[:500],
            contacts=tuple(dict.fromkeys(line(contact)[:200] for contact in seller.contacts[:20] if contact.strip())),
        ),
        ships_from=line(offer.ships_from)[:500],
        category=tuple(line(name)[:200] for name in offer.category[:20] if name.strip()),
        images=tuple(images)[:MAX_IMAGES],
        capture=page.capture,
    )
    return record, tuple(notes)
