"""A platform as a value: where to start, what its pages look like, how to behave there. Its ``parse`` is pure."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from crawlers import absence, blocking, links, sitemaps
from crawlers.addresses import authority
from crawlers.families import FAMILIES, Family
from crawlers.offer import Link, Offer, Reading, absolute, clean, listing
from crawlers.page import Page
from domain.errors import InputError
from domain.records import Listing, SetAside

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_NAME = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,59}", re.ASCII)
_WINDOW = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
#: Characters of a ref.
_LONGEST_REF = 200
#: Files that are no page.
_FILES = re.compile(
    r"\.(?:css|js|mjs|png|jpe?g|gif|webp|avif|svg|ico|woff2?|ttf|mp4|mp3|pdf|zip|gz|apk|exe|dmg)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What one page gave. ``blocked`` is the reason when the page is a login wall or a challenge; ``gone``: it is the
    page of goods that are not there any more."""

    listings: tuple[Listing, ...] = ()
    links: tuple[Link, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    blocked: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """One marketplace.

    ``read`` is its family. ``hosts`` are the domains its pages may be on (subdomains included; ``host:port`` where
    the port matters); those of ``start_urls`` always count. ``sitemaps`` are asked for too, where there are any.
    ``product_url`` matches the URL of a product page, its first group is the ref; ``follow`` matches further pages
    worth visiting (lists, pages 2 …). ``gone`` matches what a page writes, or the address that it leads to, when the
    goods are not there any more. ``search`` is a URL with ``{term}``, percent-encoded in ``search_charset``. ``delay``
    is in seconds, ``concurrency`` in requests at once a host. ``floor`` is the number of listings below which a night
    raises an alarm.
    ``allow_private`` lets the very addresses named in ``hosts`` and ``start_urls`` be in a private network.
    ``window`` (``01:00-06:00``, Beijing time, may pass midnight) is when a night may crawl it; "" is always.
    ``robots_basis`` records who decided, when and why, where robots.txt is overridden.
    """

    name: str
    title: str
    start_urls: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    read: Family = FAMILIES["auto"]
    product_url: str = ""
    follow: str = ""
    gone: str = ""
    search: str = ""
    search_charset: str = "utf-8"
    render: bool = False
    wait_for: str = ""
    delay: float = 2.0
    concurrency: int = 2
    robots: bool = True
    robots_basis: str = ""
    floor: int = 1
    images: bool = True
    max_images: int = 8
    max_pages: int = 100_000
    depth: int = 30
    allow_private: bool = False
    window: str = ""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    links_of: Callable[[Page], Iterator[str]] = links.hrefs
    #: Host names, without ports, on which pages may be; ``host:port`` pairs that may lie in a private network.
    domains: frozenset[str] = field(init=False)
    private: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"平台名 {self.name[:60]!r} 只能用小写字母、数字、点、下划线和连字符，最长 60 个字符")
        if not self.robots and not self.robots_basis:
            raise ValueError(f"平台 {self.name} 要越过 robots.txt，必须在 robots_basis 写明何人何时以何依据决定")
        if self.delay < 0 or self.concurrency < 1 or self.max_pages < 1:
            raise ValueError(f"平台 {self.name} 的 delay 不能为负，concurrency 与 max_pages 至少为 1")
        if self.window and not _WINDOW.fullmatch(self.window):
            raise ValueError(f"平台 {self.name} 的 window {self.window[:40]!r} 应写作 01:00-06:00（北京时间）")
        for pattern in (self.product_url, self.follow, self.gone):
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"平台 {self.name} 的正则表达式 {pattern!r} 有误：{error}") from None
        try:
            codecs.lookup(self.search_charset)
        except LookupError:
            raise ValueError(f"平台 {self.name} 的 search_charset {self.search_charset!r} 不是编码名") from None
        starts = [authority(url) for url in self.start_urls]
        named = [host.lower() if ":" in host else f"{host.lower()}:80" for host in self.hosts]
        pairs = frozenset([*starts, *named]) - {""}
        object.__setattr__(self, "domains", frozenset(pair.rpartition(":")[0] for pair in pairs))
        object.__setattr__(self, "private", pairs if self.allow_private else frozenset())

    def on_platform(self, url: str) -> bool:
        """Whether a URL is on one of the platform's hosts or below."""
        host = (urlsplit(url).hostname or "").lower()
        return any(host == domain or host.endswith("." + domain) for domain in self.domains)

    def worth(self, url: str) -> bool:
        """Whether a URL is a page that the platform's own rule would follow: no product, file or login."""
        return bool(self.follow and self.on_platform(url) and re.search(self.follow, url) and not _no_page(url))

    def ref_of(self, url: str) -> str:
        """The ref that a product URL holds: the first group of ``product_url``, else path and query."""
        if self.product_url:
            found = re.search(self.product_url, url)
            if found:
                return next((group for group in found.groups() if group), "") or _path(url)
        return _path(url)

    def seeds(self, terms: tuple[str, ...] = ()) -> Iterator[Link]:
        """Where a crawl begins: the start URLs, and a search page for each term."""
        for url in self.start_urls:
            yield Link(url=url, product=self._is_product(url))
        for url in self.sitemaps:
            yield Link(url=url, optional=True)
        if self.search:
            for term in terms:
                yield Link(url=self.search.replace("{term}", quote(term, safe="", encoding=self.search_charset)))

    def parse(self, page: Page) -> Parsed:
        """Everything that a page gives. Pure: the same page gives the same value."""
        if sitemaps.is_sitemap(page):
            return Parsed(links=self._of_sitemap(page))
        expected = self._is_product(page.url) or self._is_product(page.asked)
        if page.status in (404, 410):
            return _gone(page, f"{absence.ABSENT}（{page.status}）", counted=expected)
        if expected and (said := absence.by_sign(page, self._signs())):
            return _gone(page, said)
        reading = self.read(page) if page.status < 400 else Reading()
        listings: list[Listing] = []
        aside = [_aside(page, note) for note in reading.notes]
        for offer in reading.offers:
            try:
                record, notes = self._listing(offer, page)
            except InputError as error:
                aside.append(_aside(page, str(error), excerpt=offer.title))
                continue
            listings.append(record)
            aside += [_aside(page, note) for note in notes]
        if not listings:
            reason = blocking.blocked(page, expected=expected)
            if reason:
                return Parsed(set_aside=(_aside(page, f"被拦截：{reason}"),), blocked=reason)
            if page.status >= 400:
                return Parsed(set_aside=(_aside(page, f"服务器答复 {page.status}"),))
            if expected and (said := absence.by_words(page)):
                return _gone(page, said)
            if expected and not aside:
                aside.append(_aside(page, "网址是商品页，页面里却读不出商品", excerpt=_title(page)))
        found, refused = self._links(page, reading)
        return Parsed(listings=tuple(listings), links=found, set_aside=(*aside, *refused))

    def _is_product(self, url: str) -> bool:
        return bool(self.product_url and url and re.search(self.product_url, url))

    def _signs(self) -> absence.Signs:
        """How the platform says that goods are gone: as its file says, else as is known of it."""
        return absence.Signs(self.gone, self.gone) if self.gone else absence.SIGNS.get(self.name, absence.Signs())

    def _listing(self, offer: Offer, page: Page) -> tuple[Listing, tuple[str, ...]]:
        stated = absolute(page.url, offer.url)
        # A page may only speak of its own site: another host in its data is not believed as the listing's address.
        url = stated if stated and self.on_platform(stated) else page.url.partition("#")[0]
        if not offer.ref and self.product_url and not re.search(self.product_url, url):
            url = page.url.partition("#")[0]
        ref = clean(offer.ref) or self.ref_of(url)
        if len(ref) > _LONGEST_REF:  # a Chinese address is nine times as long percent-encoded
            ref = clean(unquote(ref))
        if not ref or len(ref) > _LONGEST_REF:
            raise InputError("商品没有可用的编号（ref）")
        return listing(offer, page=page, platform=self.name, ref=ref, url=url)

    def _of_sitemap(self, page: Page) -> tuple[Link, ...]:
        index = sitemaps.is_index(page)
        found: list[Link] = []
        for location in sitemaps.locations(page):
            url = absolute(page.url, location)
            if not url or not self.on_platform(url):
                continue
            if index:
                found.append(Link(url=url, optional=True))
            elif self.product_url and re.search(self.product_url, url):
                found.append(Link(url=url, product=True))
            elif self.follow and re.search(self.follow, url) and not _no_page(url):
                found.append(Link(url=url))
        return tuple(found)

    def _links(self, page: Page, reading: Reading) -> tuple[tuple[Link, ...], tuple[SetAside, ...]]:
        found = {link.url: link for link in reading.links if self.on_platform(link.url)}
        refused: list[SetAside] = []
        # One product is often linked under several addresses (its picture's, its title's): one visit is enough.
        refs = {self.ref_of(url) for url, link in found.items() if link.product}
        if (self.product_url or self.follow) and not page.is_json:
            product = re.compile(self.product_url) if self.product_url else None
            follow = re.compile(self.follow) if self.follow else None
            join = links.joiner(links.base(page))
            hosts: dict[str, bool] = {}
            for href in self.links_of(page):
                url = join(href)
                if not url:
                    scheme = href.partition(":")[0].lower()
                    if ":" in href and scheme.isalpha() and len(scheme) < 12 and scheme not in ("http", "https"):
                        refused.append(_aside(page, f"链接的协议 {scheme}: 不跟随", excerpt=href))
                    continue
                slash = url.find("/", 8)
                host = url[:slash] if slash > 0 else url
                if host not in hosts:
                    hosts[host] = self.on_platform(url)
                if url in found or not hosts[host]:
                    continue
                match = product.search(url) if product is not None else None
                if match is not None:
                    ref = next(filter(None, match.groups()), "") or url
                    if ref not in refs:
                        refs.add(ref)
                        found[url] = Link(url=url, product=True)
                elif follow is not None and follow.search(url) and not _no_page(url):
                    found[url] = Link(url=url)
        return tuple(found.values()), tuple(refused)


def _no_page(url: str) -> bool:
    """A file, a form, or a page on which one logs in: not worth a visit."""
    return bool(_FILES.search(urlsplit(url).path) or links.is_form(url) or blocking.wall(url))


def platform_of(crawler: Crawler) -> Platform:
    """The platform that a crawler of ours crawls."""
    found: Platform = getattr(crawler.spidercls, "platform")  # noqa: B009 - only generated spiders have one
    return found


def _path(url: str) -> str:
    parts = urlsplit(url)
    path = parts.path.strip("/") or "index"
    return f"{path}?{parts.query}" if parts.query else path


def _title(page: Page) -> str:
    found = re.search(rb"<title[^>]{0,100}>([^<]{1,400})", page.body[:200_000], re.IGNORECASE)
    return found[1].decode(page.decoded.charset, "replace").strip() if found else ""


def _gone(page: Page, reason: str, *, counted: bool = True) -> Parsed:
    """The verdict on goods that are not there, under the address that was asked for."""
    return Parsed(set_aside=(_aside(page, reason, where=page.asked),), gone=counted)


def _aside(page: Page, reason: str, *, excerpt: str = "", where: str = "") -> SetAside:
    return SetAside(
        stage="crawl",
        where=(where or page.url)[:2083],
        reason=reason,
        at=page.at,
        capture=page.capture,
        excerpt=clean(excerpt)[:200],
    )
