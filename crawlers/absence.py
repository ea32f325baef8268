"""Goods that are gone: 404 and 410, and pages that say so with status 200 (已下架, 已下柜, 已失效, 宝贝不存在).

Careful, since what is called gone leaves the night's watch: the words must be about *this* page's goods, stand by
themselves in a visible place that is no recommendation, comment or list of other goods, and the page must offer
nothing to buy. Where in doubt the page is just one that could not be read, and its listing stays unknown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from selectolax.lexbor import LexborNode

from crawlers.offer import line
from crawlers.page import Page

#: How the reasons of such pages begin in set_aside.jsonl; the ledger of the nights calls nothing else gone.
ABSENT, DELISTED = "页面不存在", "商品已下架或不存在"

_NOUN = "(?:商品|宝贝|产品|货品|货源|物品|拼单)"
_POLITE = r"(?:(?:亲|非常|很|十分|真|实在)?[，,]?(?:抱歉|对不起|遗憾|不好意思|哎呀|糟糕)?[，,！!。~～\s]*)"
_ASKED = "(?:(?:您|你)(?:所)?(?:查看|访问|浏览|寻找|要找|请求|想看)的)?"
_GONE = (
    "(?:(?:信息|页面|链接)?(?:可能)?(?:已经?|已被|被)?(?:卖家|商家|店家|店主|平台|系统)?(?:主动)?"
    "(?:下架|下柜|下线|失效|删除|撤下|停售|不存在|不在了|找不到|没找到|走丢了?|过期不存在))"
)
#: A sentence of its own on the goods of this page, from its first character.
_SAID = re.compile(rf"{_POLITE}{_ASKED}(?:该|此|这个|这件|本|当前)?{_NOUN}{_GONE}")
_SAID_ENGLISH = re.compile(
    r"(?:(?:we(?:'|’| a)re )?(?:so )?sorry[,.!]? (?:but )?)?(?:(?:this|the|that) (?:item|product|listing) "
    r"(?:is|was|has been|has|could)? ?(?:no longer available|no longer exists|not be found|not found|removed|"
    r"discontinued|been removed|been discontinued)|product (?:not found|is no longer available))",
    re.IGNORECASE,
)
#: Plain words first: on an ordinary page nothing else is asked.
_HINT = re.compile(
    "下架|下柜|下线|失效|删除|撤下|停售|不存在|不在了|找不到|没找到|走丢|no longer|not found|not be found|removed"
    "|discontinued",
    re.IGNORECASE,
)
_BUY = re.compile(
    "加入购物车|立即购买|立刻购买|马上购买|立即下单|立即抢购|我要买|发起拼单|立即订购|Add to (?:cart|bag|basket)"
    "|Buy (?:it )?now",
    re.IGNORECASE,
)
#: Longest text of an element that is taken for such a sentence, in characters, and elements looked at.
_LONGEST, _ELEMENTS, _DEEPEST = 80, 4_000, 80
_PLACES = "h1, h2, h3, h4, p, div, span, strong, b, em, i, section, dt, dd"
_ELSEWHERE = (
    *("a", "nav", "footer", "aside", "li", "tr", "option", "template", "script", "style", "noscript"),
    *("textarea", "blockquote", "button", "label"),
)
_OTHERS = re.compile(
    r"recommend|related|similar|guess|history|footprint|comment|review|rate|cart|order|faq|question|answer|chat|notice"
    r"|search|toast|dialog|modal|推荐|评价",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_UNSEEN_CLASSES = frozenset({"hide", "hidden", "d-none", "none", "invisible", "is-hidden", "dn"})
#: Where an answer in JSON says what became of the request, and the largest that is looked through, in bytes.
_MESSAGES = frozenset({"ret", "msg", "message", "errormessage", "error_msg", "errmsg", "error", "text", "tip"})
_SMALL = 20_000


@dataclass(frozen=True, slots=True)
class Signs:
    """How one platform says it: in the ``address`` to which it leads, or in ``words`` (regular expressions). They are
    its own, so they count although the page still names the goods, or offers others to buy."""

    address: str = ""
    words: str = ""


_ALIBABA = Signs(
    address=r"/auction/noitem\.htm",
    words="很抱歉，您查看的(?:宝贝不存在|商品找不到了)|此宝贝已下架|ERRCODE_QUERY_DETAIL_FAIL::宝贝不存在",
)
#: As public programs that watch these platforms look for it (see docs/crawling.md); not tried on saved pages.
SIGNS: Mapping[str, Signs] = MappingProxyType(
    {
        "taobao": _ALIBABA,
        "tmall": _ALIBABA,
        "jd": Signs(words="(?:抱歉，)?该商品已下柜"),
        "1688": Signs(address=r"/shtml/static/wrongpage\.html", words=r"商品已下架(?![\u4e00-\u9fff])"),
        "xianyu": Signs(words="FAIL_BIZ_ITEM_DEL_NOT_FOUND|您要看的宝贝不存在或已被删除"),
    }
)


def is_absence(reason: str) -> bool:
    """Whether a reason of set_aside.jsonl says that the goods are not there."""
    return reason.startswith((ABSENT, DELISTED))


def by_sign(page: Page, signs: Signs) -> str:
    """What a product's page says by its platform's own signs, as a Chinese clause; "" when it does not."""
    if signs.address and re.search(signs.address, page.url):
        return f"{DELISTED}：被转到 {page.url[:200]}"
    words = re.compile(signs.words)
    if not signs.words or not words.search(page.text):
        return ""
    return _clause(next((said for said in _sentences(page, words) if words.match(said)), ""))


def by_words(page: Page) -> str:
    """What a product's page that gave no product says in plain words, as a Chinese clause; "" when it does not."""
    if page.status != 200 or not _HINT.search(page.text):
        return ""
    said = next((said for said in _sentences(page, _HINT) if _SAID.match(said) or _SAID_ENGLISH.match(said)), "")
    if not said or (not page.is_json and _sells(page)):
        return ""
    return _clause(said)


def _clause(said: str) -> str:
    return f"{DELISTED}：页面写明“{said[:_LONGEST]}”" if said else ""


def _sentences(page: Page, words: re.Pattern[str]) -> Iterator[str]:
    """Short texts with such words that stand by themselves: the title, visible elements outside lists of other goods,
    the messages of an answer in JSON."""
    if page.is_json:
        if len(page.body) <= _SMALL:
            try:
                yield from _messages(json.loads(page.text), "")
            except (ValueError, RecursionError):
                return
        return
    title = page.tree.css_first("title")
    if title is not None:
        yield line(title.text(deep=True))[:_LONGEST]
    for node in page.tree.css(_PLACES)[:_ELEMENTS]:
        own = line(node.text(deep=False))
        if 4 <= len(own) <= _LONGEST and words.search(own) and _in_sight(node):
            yield own


def _messages(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, str):
        if name in _MESSAGES:
            yield line(value)[:200]
            yield line(value.rpartition("::")[2])[:_LONGEST]
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _messages(inner, str(key).lower())
    elif isinstance(value, list):
        for inner in value:
            yield from _messages(inner, name)


def _in_sight(node: LexborNode) -> bool:
    """Whether a visitor sees the element, as something said of the page's own goods."""
    step: LexborNode | None = node
    for _ in range(_DEEPEST):
        if step is None or step.tag in ("body", "html"):
            return True
        given = step.attributes
        marks = given.get("class") or ""
        if (
            step.tag in _ELSEWHERE
            or "hidden" in given
            or given.get("aria-hidden") == "true"
            or _UNSEEN.search(given.get("style") or "")
            or not _UNSEEN_CLASSES.isdisjoint(marks.split())
            or _OTHERS.search(f"{marks} {given.get('id') or ''}")
        ):
            return False
        step = step.parent
    return False


def _sells(page: Page) -> bool:
    body = page.tree.body
    return body is not None and _BUY.search(body.text(deep=True, separator=" ")) is not None
