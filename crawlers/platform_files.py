"""Platforms out of TOML files: how a bureau adds a site without code. Strict: an unknown key is an error."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from crawlers.families import Family, selectors
from crawlers.platform import Platform
from domain.errors import SettingsError

_TEXTS = ("name", "title", "product_url", "follow", "gone", "search", "search_charset", "wait_for", "window", "family")
_LISTS = ("start_urls", "sitemaps", "hosts")
_FLAGS = ("render", "robots", "images", "allow_private")
_NUMBERS = ("delay", "concurrency", "floor", "max_images", "max_pages", "depth")
_TABLES = ("select", "headers", "robots_basis")
#: What a recorded legal basis has to say; ``when`` is a date.
_BASIS = ("who", "when", "why")


def _check(path: Path, values: dict[str, Any]) -> None:
    def wrong(key: str, wanted: str) -> SettingsError:
        return SettingsError(f"平台文件 {path} 的 {key} 应为{wanted}")

    known = (*_TEXTS, *_LISTS, *_FLAGS, *_NUMBERS, *_TABLES)
    for key, value in values.items():
        if key not in known:
            raise SettingsError(f"平台文件 {path} 有未知的项 {key!r}，可用：{'、'.join(known)}")
        if key in _TEXTS and not isinstance(value, str):
            raise wrong(key, "文本")
        if key in _LISTS and not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            raise wrong(key, "文本数组")
        if key in _FLAGS and not isinstance(value, bool):
            raise wrong(key, " true 或 false")
        if key in _NUMBERS and (
            isinstance(value, bool) or not isinstance(value, int | float if key == "delay" else int)
        ):
            raise wrong(key, "数字" if key == "delay" else "整数")
        if key in _TABLES and not (isinstance(value, dict) and all(isinstance(item, str) for item in value.values())):
            raise wrong(key, "文本组成的表")


def _basis(path: Path, said: dict[str, str]) -> str:
    """A recorded legal basis as one sentence; it is written into the figures of every crawl that relies on it."""
    if set(said) != set(_BASIS) or not all(value.strip() for value in said.values()):
        raise SettingsError(
            f"平台文件 {path} 的 robots_basis 要写明 who（何人决定）、when（日期）、why（依据），不多不少"
        )
    try:
        when = date.fromisoformat(said["when"])
    except ValueError:
        raise SettingsError(f"平台文件 {path} 的 robots_basis.when 应为 2026-11-24 形式的日期") from None
    return f"{said['who'].strip()} 于 {when.isoformat()} 决定：{said['why'].strip()}"


def read(path: Path, families: Mapping[str, Family]) -> Platform:
    """The Platform that a file describes; ``family`` is one of ``families`` or ``selectors``.

    Raises SettingsError that names file and key.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"平台文件 {path} 无法读取：{error}") from None
    _check(path, values)
    family = values.pop("family", "selectors" if "select" in values else "auto")
    select = values.pop("select", {})
    if family == "selectors":
        unknown = [key for key in select if key not in selectors.FIELDS and not key.startswith("claims.")]
        if unknown or "title" not in select:
            raise SettingsError(f"平台文件 {path} 的 select 要有 title；不认识：{'、'.join(unknown) or '无'}")
        reader = selectors.reader(MappingProxyType(select))
    elif family in families:
        reader = families[family]
    else:
        raise SettingsError(f"平台文件 {path} 的 family {family!r} 不存在，可用：{'、'.join((*families, 'selectors'))}")
    for key in _LISTS:
        if key in values:
            values[key] = tuple(values[key])
    if "robots_basis" in values:
        values["robots_basis"] = _basis(path, values["robots_basis"])
    if "headers" in values:
        values["headers"] = MappingProxyType(values["headers"])
    if not values.get("start_urls") and not values.get("search"):
        raise SettingsError(f"平台文件 {path} 要有 start_urls 或 search")
    values.setdefault("name", path.stem)
    values.setdefault("title", values["name"])
    try:
        return Platform(read=reader, **values)
    except ValueError as error:
        raise SettingsError(f"平台文件 {path}：{error}") from None
