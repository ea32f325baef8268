"""What templates may call: crawled text made inert and visible, assets, comparisons, numbers."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from console import inert, platforms
from console.pictures import Shot
from domain import ordering
from domain.records import Listing, Region, Right
from indexer.results import Highlight

register = template.Library()


@register.filter
def shown(text: object, limit: int = inert.LIMIT) -> SafeString:
    """Crawled text: escaped, invisible characters made visible, cut at ``limit`` characters."""
    return mark_safe(inert.html(str(text), limit=limit))  # noqa: S308 - inert.html escapes everything


@register.simple_tag
def marked(text: str, spans: Any, limit: int = inert.LIMIT) -> SafeString:
    """The same, with ``spans`` (start, end) in ``<mark>``."""
    return mark_safe(inert.html(text, spans=tuple(spans), limit=limit))  # noqa: S308


@register.simple_tag
def asset(path: str) -> str:
    """The address of a file of ours; it changes with the content, so that browsers may keep it."""
    return f"{static(path)}?v={_digest(path)}"


@cache
def _digest(path: str) -> str:
    found = finders.find(path)
    if not isinstance(found, str):
        raise template.TemplateSyntaxError(f"没有静态文件 {path}")
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:12]


@register.filter
def percent(value: float | None) -> str:
    """0.987 → 98.7%; never rounded up to certainty."""
    if value is None:
        return "—"
    shown = f"{value * 100:.1f}"
    if shown == "100.0" and value < 1:
        return ">99.9%"
    return "<0.1%" if shown == "0.0" and value > 0 else f"{shown}%"


@register.filter
def strength(probability: float) -> str:
    """The evidence in decibans: 0.999 → 30.0."""
    return f"{ordering.strength(probability):.1f}"


@register.filter
def local(value: datetime | None) -> str:
    """A time in the bureau's zone, to the second."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S") if value is not None else "—"


@register.filter
def day(value: datetime | None) -> str:
    """A date in the bureau's zone."""
    return timezone.localtime(value).strftime("%Y-%m-%d") if value is not None else "—"


@register.filter
def hexdigest(value: str) -> str:
    """The first 12 digits of a digest, enough to tell captures apart on one page."""
    return value.removeprefix("sha256:")[:12]


@register.filter
def of(mapping: Any, key: str) -> Any:
    """``mapping[key]``, or None."""
    return mapping.get(key)


@register.filter
def plain(text: object) -> str:
    """Crawled text for a page title."""
    return inert.plain(str(text), 60)


@register.filter
def platform(name: str) -> str:
    """What officers call a platform."""
    return platforms.title(name)


@register.filter
def spans(highlight: Highlight) -> tuple[tuple[int, int], ...]:
    """The marked places of a search highlight."""
    return tuple((mark.start, mark.end) for mark in highlight.marks)


_FIELDS = {"title": "标题", "description": "描述", "claims": "声称", "seller": "卖家", "picture_text": "图中文字"}


@register.filter
def field_title(highlight: Highlight) -> str:
    """Which text of the listing a highlight is from."""
    return _FIELDS.get(highlight.field, highlight.field)


@register.filter
def price(listing: Listing) -> str:
    """The price as recorded, with its currency; — when unknown."""
    if listing.price is None:
        return "—"
    return f"¥{listing.price}" if listing.currency in ("CNY", "") else f"{listing.price} {listing.currency}"


@register.filter
def signed(score: float) -> str:
    """A contribution in log-odds: +1.8 or −0.4."""
    return f"{'+' if score > 0 else '−' if score < 0 else ''}{abs(score):.1f}"


@register.filter
def turnover(bounds: Any) -> str:
    """[low, high] in yuan."""
    if not bounds:
        return "—"
    low, high = (f"{float(value):,.0f}" for value in bounds)
    return f"¥{low}" if low == high else f"¥{low} – {high}"


@register.simple_tag
def region(place: Region, shots: tuple[Shot, ...]) -> dict[str, Any] | None:
    """The captured picture that a region lies in, with its size in pixels; None when it cannot be drawn."""
    digest = place.image if place.image.startswith("sha256:") else ""
    digest = digest or next((shot.digest for shot in shots if shot.url == place.image), "")
    if not digest:
        return None
    shot = next((shot for shot in shots if shot.digest == digest and shot.width), None)
    return {"digest": digest, "width": shot.width, "height": shot.height} if shot else None


@register.simple_tag
def mark_path(right: Right | None, value: str) -> str:
    """``value`` when it names a logo or photo of the right, otherwise ""."""
    return value if value in own_pictures(right) else ""


@register.filter
def own_pictures(right: Right | None) -> tuple[str, ...]:
    """The paths of a right's logos and reference photos, the first few."""
    if right is None:
        return ()
    return (*getattr(right, "logos", ()), *right.photos)[:8]
