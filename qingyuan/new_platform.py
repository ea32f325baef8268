"""A new platform out of one page: captured as any crawl captures, then its file and its fixture under HOME/platforms.

::

    HOME/platforms/NAME.toml              the draft, to be completed by whoever knows the site
    HOME/platforms/NAME/page.html|json    the page as it was read (the raw bytes are in the vault)
    HOME/platforms/NAME/expected.json     what the draft reads from it: the form of tests/pages
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import msgspec

from crawlers import platform_files, platforms, skeleton
from crawlers.discovery import Plan, canonical
from crawlers.page import Page
from crawlers.platform import Parsed, Platform
from domain import codec
from domain.errors import CrawlError, InputError, NotFoundError, UsageError
from domain.records import SetAside
from qingyuan.runs import write_atomically

if TYPE_CHECKING:
    from qingyuan.workspace import Workspace

#: Seconds between two requests to a host that a draft asks for.
DELAY = 3.0
_REDIRECTS = 8
_SOURCES = {
    "jsonld": "JSON-LD", "microdata": "微数据", "opengraph": "OpenGraph", "state": "内嵌数据", "dom": "可见页面",
}  # fmt: skip
#: Fields that an officer misses first, and their names.
FIELDS = {
    "title": "标题", "price": "价格", "sales": "销量", "seller": "卖家", "images": "图片", "ships_from": "发货地",
    "category": "类目", "claims": "属性", "description": "描述",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was written and what it reads; ``listing`` is None when the page gave none. ``notes`` say what is left."""

    name: str
    file: Path
    fixture: Path
    url: str
    family: str
    source: str
    listing: Mapping[str, Any] | None
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


def make(
    workspace: Workspace, url: str, *, now: datetime, name: str = "", render: bool = False, allow_private: bool = False
) -> Made:
    """Capture the page, draft the platform, write its file and fixture. Nothing that is there is overwritten.

    A list is followed to one product. Raises UsageError for a name or site that is taken, CrawlError when the page
    could not be had (robots.txt, a wall, no answer), with the reason.
    """
    name = name or name_of(url)
    folder = workspace.home / "platforms"
    file, fixture = folder / f"{name}.toml", folder / name
    _refuse_taken(workspace, url, name, file)
    capture = _Capture(workspace, now=now, render=render, allow_private=allow_private)
    page, starts = capture.page(url), [url]
    found = skeleton.draft(page)
    if found.candidate:
        time.sleep(DELAY)  # another process asks: the site's pause is ours to keep
        listed, page = page, capture.page(found.candidate)
        ours = skeleton.draft(page)
        if ours.family:
            found = replace(
                found, family=ours.family, source=ours.source, select=ours.select, product_url=ours.product_url
            )
        starts = [listed.url]
    parts = urlsplit(page.url)
    root = f"{parts.scheme}://{parts.netloc}/"
    rules = capture.robots(root)
    text = _toml(found, page=page, starts=list(dict.fromkeys([root, *starts])), rules=rules, render=render,
                 allow_private=allow_private)  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    draft_file = folder / f".{name}.toml.draft"
    draft_file.write_text(f'name = "{name}"\n{text}', encoding="utf-8")
    try:
        platform = platform_files.read(draft_file, platforms.READERS)
    finally:
        draft_file.unlink()
    parsed = platform.parse(page)
    if not found.family:  # a skeleton reads a title at most, which is no product
        parsed = replace(parsed, listings=())
    _write_fixture(fixture, name, page, parsed, url)
    write_atomically(file, text.encode())
    listing = msgspec.json.decode(codec.encode(parsed.listings[0])) if len(parsed.listings) == 1 else None
    return Made(
        name=name,
        file=file,
        fixture=fixture,
        url=page.url,
        family=found.family,
        source=_SOURCES.get(found.source, found.source),
        listing=listing,
        missing=tuple(said for key, said in FIELDS.items() if listing is None or not _value(listing, key)),
        notes=tuple(record.reason for record in parsed.set_aside),
    )


def check(home: Path, name: str) -> tuple[list[Mapping[str, Any]], list[str]]:
    """What a platform's file reads today from its fixture, and how that differs from what is expected, in sentences.

    Raises NotFoundError when the platform has no fixture.
    """
    fixture = home / "platforms" / name
    try:
        expected = json.loads((fixture / "expected.json").read_bytes())
        body = (fixture / expected["page"]).read_bytes()
    except (OSError, ValueError, KeyError) as error:
        raise NotFoundError(f"平台 {name} 没有可用的样张（{fixture}）：{error}") from None
    page = Page(
        url=expected["url"],
        body=body,
        at=datetime.fromisoformat(expected["at"]),
        headers={"content-type": expected["content_type"]},
        capture=expected["capture"],
        rendered=expected["rendered"],
    )
    read = [msgspec.json.decode(codec.encode(one)) for one in platforms.find(name, home).parse(page).listings]
    wanted = expected["listings"]
    said = [f"应有 {len(wanted)} 个商品，读出 {len(read)} 个"] if len(read) != len(wanted) else []
    for ours, theirs in zip(read, wanted, strict=False):
        said += [
            f"{FIELDS.get(key, key)}：应为 {json.dumps(theirs.get(key), ensure_ascii=False)[:120]}，"
            f"读出 {json.dumps(ours.get(key), ensure_ascii=False)[:120]}"
            for key in sorted({*ours, *theirs})
            if ours.get(key) != theirs.get(key)
        ]
    return read, said


def accept(home: Path, name: str, listings: list[Mapping[str, Any]]) -> None:
    """What is read today is what shall be expected from now on."""
    path = home / "platforms" / name / "expected.json"
    expected = json.loads(path.read_bytes())
    write_atomically(path, _json({**expected, "listings": listings}))


def name_of(url: str) -> str:
    """A platform's name out of an address: the host without www, dots as hyphens, with its port.

    >>> name_of("https://www.shop.example/p/1")
    'shop-example'
    """
    bare = platforms.of_url(url).title.lower().removeprefix("www.").replace(".", "-").replace(":", "-")
    return re.sub(r"[^a-z0-9\-]", "", bare).strip("-")[:60] or "site"


def _refuse_taken(workspace: Workspace, url: str, name: str, file: Path) -> None:
    if not platforms.is_url(url):
        raise UsageError(f"不是可以采集的网址：{url[:200]!r}，应以 http:// 或 https:// 开头")
    try:
        Platform(name=name, title=name)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if file.exists():
        raise UsageError(f"平台文件 {file} 已存在，不会覆盖：请用 --name 另取名字，或先移走它")
    for platform in platforms.BUILT_IN:
        if platform.name == name or platform.on_platform(url):
            raise UsageError(
                f"{platform.title}（{platform.name}）是内置平台：直接运行 qingyuan crawl run {platform.name}"
            )


class _Capture:
    """Single pages through the crawler, with all its guards, into the vault; apart from the runs of listings."""

    def __init__(self, workspace: Workspace, *, now: datetime, render: bool, allow_private: bool) -> None:
        self._workspace, self._render, self._allow_private = workspace, render, allow_private
        self._stamp = f"new-{now:%Y%m%dT%H%M%S%f}"
        self._count = 0

    def page(self, url: str) -> Page:
        from crawlers import run as crawler

        self._count += 1
        self._run = f"{self._stamp}-{self._count}"
        folder = self._workspace.home / "drafts" / self._run
        stats = crawler.crawl(
            url,
            run_dir=folder,
            home=self._workspace.home,
            vault=self._workspace.settings.vault or str(self._workspace.home / "vault"),
            plan=Plan(budget=1, pictures=1),
            now=self._workspace.settings.now,
            contact=self._workspace.settings.contact,
            allow_private=self._allow_private,
            render=self._render,
        )
        ended = folder / "crawl" / stats.platform
        found = None if stats.blocked else self._found(canonical(url), ended)
        if found is None:
            aside = [codec.decode(line, SetAside) for line in (ended / "set_aside.jsonl").read_bytes().splitlines()]
            reasons = "；".join(dict.fromkeys(record.reason for record in aside)) or "没有得到网页"
            raise CrawlError(f"{url[:200]} 没有采到：{reasons}。未写任何文件")
        return found

    def _found(self, url: str, ended: Path) -> Page | None:
        vault = self._workspace.vault
        if self._render:
            lines = (ended / "rendered.jsonl").read_bytes().splitlines() if (ended / "rendered.jsonl").exists() else []
            for line in lines:
                where, digest, at = msgspec.json.decode(line, type=tuple[str, str, str])
                headers = {"content-type": "text/html; charset=utf-8"}
                return Page(url=where, body=vault.read(digest), at=datetime.fromisoformat(at), headers=headers,
                            capture=digest, rendered=True)  # fmt: skip
            return None
        for _ in range(_REDIRECTS + 1):
            capture = vault.captured(self._run, url)
            if capture is None:
                return None
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in vault.headers(capture)}
            if not 300 <= capture.status < 400 or "location" not in headers:
                break
            url = canonical(urljoin(url, headers["location"]))
        if capture is None or capture.status != 200:
            return None
        try:
            body = vault.decoded(capture.digest)
        except InputError:
            return None
        return Page(url=url, body=body, at=capture.at, headers=headers, capture=capture.digest)

    def robots(self, root: str) -> str:
        """robots.txt as it was answered; "" when there is none."""
        capture = self._workspace.vault.captured(self._run, f"{root}robots.txt")
        if capture is None or capture.status != 200:
            return ""
        return self._workspace.vault.decoded(capture.digest).decode("utf-8", "replace")[:100_000]


def _toml(
    found: skeleton.Draft, *, page: Page, starts: list[str], rules: str, render: bool, allow_private: bool
) -> str:
    """The platform's file. What a person must look at is said beside it."""
    asked = re.search(r"^\s*crawl-delay\s*:\s*(\d{1,4}(?:\.\d+)?)", rules, re.IGNORECASE | re.MULTILINE)
    maps = re.findall(r"^\s*sitemap\s*:\s*(https?://[^\s\"'\\]{1,500})", rules, re.IGNORECASE | re.MULTILINE)[:5]
    lines = [
        f"# 由 {page.url[:300]} 的一页写成；请核对后再用于夜间采集。各项的含义见 docs/crawling.md。",
        f"title = {_text(urlsplit(page.url).netloc)}",
        f"start_urls = {_list(starts)}",
        f"sitemaps = {_list(maps)}" if maps else '# sitemaps = ["…/sitemap.xml"]',
        f"product_url = {_pattern(found.product_url)}   # 第一个括号是商品编号；请用另一个商品页的网址核对"
        if found.product_url
        else "# product_url = '/goods/(\\d+)'   # 没有认出商品页的网址形式：请补上",
        f"follow = {_pattern(found.follow)}   # 全站除购物车、登录等页；知道列表页的形式时请收窄",
        f"search = {_text(found.search)}" if found.search else '# search = "…?q={term}"   # 页面上没有认出搜索框',
        f'family = "{found.family or "selectors"}"'
        + ("" if found.family else "   # 没有一种通用读法读得出这一页：请补全下面的 [select]"),
        f"delay = {max(DELAY, float(asked[1]) if asked else 0)}   # 同一主机两次请求之间的秒数",
        "floor = 1   # 试采后改为通常数量的七成：少于它就报警",
        "max_pages = 2000",
    ]
    lines += ["render = true", '# wait_for = ".price"   # 等到这个元素出现再读'] if render else []
    lines += ["allow_private = true   # 本机或内网地址"] if allow_private else []
    if found.family in ("", "selectors"):
        lines += ["", "[select]"]
        lines += [f"{key} = {_text(selector)}" for key, selector in (found.select or {"title": "h1"}).items()]
        hints = {"price": ".price", "images": ".gallery img@src", "seller": ".shop a", "sales": ".sold",
                 "ships_from": ".ship", "rows": "table.attr tr", "row_name": "th", "row_value": "td"}  # fmt: skip
        lines += [f'# {key} = "{hint}"' for key, hint in hints.items() if key not in found.select]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _list(values: list[str]) -> str:
    return json.dumps(values, ensure_ascii=False)


def _pattern(value: str) -> str:
    return f"'{value}'" if "'" not in value and value.isprintable() else _text(value)


def _write_fixture(fixture: Path, name: str, page: Page, parsed: Parsed, given: str) -> None:
    file = "page.json" if page.is_json else "page.html"
    write_atomically(fixture / file, page.body)
    expected = {
        "platform": name,
        "page": file,
        "url": page.url,
        "given": given,
        "content_type": page.headers.get("content-type", ""),
        "at": page.at.isoformat(),
        "capture": page.capture,
        "rendered": page.rendered,
        "listings": [msgspec.json.decode(codec.encode(one)) for one in parsed.listings],
        "reasons": [record.reason for record in parsed.set_aside],
    }
    write_atomically(fixture / "expected.json", _json(expected))


def _json(value: Mapping[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def _value(listing: Mapping[str, Any], key: str) -> Any:
    value = listing.get(key)
    return value.get("name") or value.get("company") if isinstance(value, dict) and key == "seller" else value
