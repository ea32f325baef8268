"""The platforms that can be crawled: one small module each here, and TOML files under ``QINGYUAN_HOME/platforms``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from crawlers import platform_files
from crawlers.families import FAMILIES, Family
from crawlers.platform import Platform
from crawlers.platforms.ali1688 import ALI1688
from crawlers.platforms.jd import JD
from crawlers.platforms.pdd import PDD
from crawlers.platforms.taobao import TAOBAO
from crawlers.platforms.tmall import TMALL
from crawlers.platforms.xianyu import XIANYU
from domain.errors import NotFoundError, SettingsError, UsageError

BUILT_IN: tuple[Platform, ...] = (TAOBAO, TMALL, JD, PDD, ALI1688, XIANYU)

#: What a platform file may name as its family: the shared shapes, and the built-in platforms' own.
READERS: Mapping[str, Family] = {**FAMILIES, **{platform.name: platform.read for platform in BUILT_IN}}


def load(home: Path) -> dict[str, Platform]:
    """Every platform by name, sorted; a file of the same name replaces a built-in one.

    Raises SettingsError for a file that cannot be used, or two files that give the same name.
    """
    found = {platform.name: platform for platform in BUILT_IN}
    seen: dict[str, Path] = {}
    for path in sorted((home / "platforms").glob("*.toml")):
        platform = platform_files.read(path, READERS)
        if platform.name in seen:
            raise SettingsError(f"平台文件 {path} 与 {seen[platform.name]} 都叫 {platform.name}")
        seen[platform.name] = path
        found[platform.name] = platform
    return dict(sorted(found.items()))


def is_url(target: str) -> bool:
    return target.lower().startswith(("http://", "https://"))


def of_url(url: str, *, allow_private: bool = False, render: bool = False) -> Platform:
    """The platform for any address: its whole site is visited, products are recognised by what pages state.

    Raises UsageError when there is no host in ``url``.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or not is_url(url):
        raise UsageError(f"不是可以采集的网址：{url[:200]!r}，应以 http:// 或 https:// 开头")
    here = re.escape(f"{parts.scheme}://{parts.netloc}")
    return Platform(
        name=name_of(url),
        title=f"{host}{f':{port}' if port else ''}",
        start_urls=(url,),
        sitemaps=(f"{parts.scheme}://{parts.netloc}/sitemap.xml",),
        follow=rf"^{here}(?:/|$)",
        max_pages=2_000,
        depth=6,
        allow_private=allow_private,
        render=render,
    )


def name_of(target: str) -> str:
    """The name under which a platform, or the site of a URL, keeps its records."""
    if not is_url(target):
        return target
    parts = urlsplit(target)
    try:
        port = f"-{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    host = re.sub(r"[^a-z0-9.\-]", "-", (parts.hostname or "site").lower()).strip("-.") or "site"
    return f"web-{host[:48]}{port}"


def find(target: str, home: Path, *, allow_private: bool = False, render: bool = False) -> Platform:
    """The platform of that name, or one for that URL. Raises NotFoundError that lists the names there are."""
    if is_url(target):
        return of_url(target, allow_private=allow_private, render=render)
    known: Mapping[str, Platform] = load(home)
    if target not in known:
        raise NotFoundError(f"没有名为 {target!r} 的平台，可用：{'、'.join(known)}；也可以直接给出网址")
    return known[target]
