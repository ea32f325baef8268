"""A page as a platform sees it: decoded bytes and where they came from. Nothing here reads a clock, network or disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import MappingProxyType

from selectolax.lexbor import LexborHTMLParser

from crawlers import charsets, nesting


@dataclass(frozen=True, kw_only=True)
class Page:
    """``body`` has its content encoding removed; ``headers`` have lower-case names; ``capture`` is the digest of the
    raw bytes in the vault; ``rendered`` says that ``body`` is the DOM as Chromium built it; ``asked`` is the address
    that was asked for when redirects led from it to ``url``."""

    url: str
    body: bytes
    at: datetime
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    capture: str = ""
    rendered: bool = False
    asked: str = ""

    @cached_property
    def decoded(self) -> charsets.Decoded:
        """The text with its charset, found once."""
        return charsets.decode(self.body, self.headers.get("content-type", ""))

    @property
    def text(self) -> str:
        return self.decoded.text

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The DOM, built on first use: the fast families never ask for it."""
        return nesting.parsed(self.text)

    @property
    def is_json(self) -> bool:
        kind = self.headers.get("content-type", "").lower()
        return "json" in kind or self.body[:64].lstrip()[:1] in (b"{", b"[")
