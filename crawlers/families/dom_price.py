"""Prices and units sold around a heading, as a visible page writes them.

First what is marked as a price (``class="price"``); where nothing is, the elements that hold nothing but an amount
with its currency (``¥ 504.65``), as pages made of utility classes write them. Amounts in tables, in links and on the
cards of other goods do not count, nor those that a word beside them calls something else (postage, coupon, tax).
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from crawlers import prices
from crawlers.families.dom_tree import MAX_DEPTH, above, is_small, marks, of_a_card, set_aside, text, visible, within
from crawlers.offer import line

#: Elements with a price looked at around a heading, and elements looked at where none is marked.
MAX_MARKED = 150
MAX_BARE = 4_000
_MARKED = '[class*="price"], [class*="Price"], [id*="price"], [id*="Price"], [class*="jiage"]'
_STRUCK = re.compile(
    r"(?:^|[-_\s])(?:(?:old|origin(?:al)?|market|was|del|strike|through|compare|before|regular)(?:$|[-_\s]|price)"
    r"|list[-_]?price)",  # "list" alone is a list (list-unstyled)
    re.IGNORECASE,
)
_BEFORE = re.compile("原价|划线价|市场价|吊牌价|专柜价|建议零售价|门市价|参考价")
_MONEY = re.compile(r"[¥￥$€£₩]|元|RMB|CNY|USD|万", re.IGNORECASE)
_NUMBER = r"\d[\d,，]*(?:\.\d{1,4})?\s*[万千]?"
_SIGN = r"(?:[¥￥$€£₩]|RMB|CNY|USD|US\$|HK\$|NT\$)"
#: An element's whole text: a word that says price at most, the amount with its currency, a range or 起.
_BARE = re.compile(
    rf"(?:(?:现价|售价|价格|促销价|活动价|秒杀价|拼单价|团购价|会员价|到手价|券后价?)\s*[:：]?\s*)?"
    rf"(?:{_SIGN}\s*{_NUMBER}(?:\s*[-–—~～]\s*{_SIGN}?\s*{_NUMBER})?|{_NUMBER}(?:\s*[-–—~～]\s*{_NUMBER})?\s*元)"
    rf"\s*(?:起|/\s*\S{{1,4}})?",
    re.IGNORECASE,
)
_BARE_BEFORE = re.compile(
    rf"(?:{_BEFORE.pattern})\s*[:：]?\s*{_SIGN}?\s*{_NUMBER}\s*元?",
    re.IGNORECASE,
)
_NOT_THE_PRICE = re.compile(
    r"运费|邮费|快递|配送|优惠|红包|立减|满|减|返|定金|订金|押金|税|积分|余额|合计|总计|小计|补贴|省"
    r"|shipping|postage|delivery|coupon|deposit|tax|total|save|off\b",
    re.IGNORECASE,
)
_SOLD = re.compile(
    r"(?:已售|月销量?|总销量|累计销量|销量|已拼|成交)\s*[:：]?\s*[\d,.]+\s*[万千wWkK]?\+?\s*[件笔单份个]?"
    r"|[\d,.]+\s*[万wW]?\+?\s*(?:人付款|人收货)"
)
#: An element's whole text: the number above its label.
_SOLD_BELOW = re.compile(r"[\d,.]+\s*[万wW]?\+?\s*[件笔单]?\s*(?:月销量|总销量|累计销量|销量|已售|成交)")


def _struck(node: LexborNode, block: LexborNode) -> bool:
    return any(
        step.tag in ("del", "s", "strike") or _STRUCK.search(marks(step)) is not None for step in within(node, block)
    )


def _in_words(node: LexborNode, block: LexborNode, shown: str) -> str:
    """The price with the words around it (券后价 ¥89), as long as these add no other number."""
    for step in list(above(node))[:2]:
        if step.mem_id == block.mem_id:
            break
        around = text(step)
        for part in step.css("del, s, strike"):
            around = line(around.replace(text(part), " ", 1))
        wider, own = prices.read(around), prices.read(shown)
        if len(around) > 40 or wider is None or own is None or (wider.low, wider.high) != (own.low, own.high):
            break
        shown = around
    return shown


def marked(block: LexborNode) -> tuple[list[str], list[str]]:
    """(prices to pay, prices struck out) of the elements marked as prices; of nested ones the inner ones count."""
    paid: dict[str, None] = {}
    before: dict[str, None] = {}
    seen: set[int] = set()
    nodes = block.css(_MARKED)[:MAX_MARKED]
    if any(sum(1 for _ in above(node)) >= MAX_DEPTH for node in nodes):
        return [], []  # nested without end: reading the texts would cost n²
    for node in nodes:
        if node.mem_id in seen or node.mem_id == block.mem_id or set_aside(node, block) or of_a_card(node, block):
            continue
        seen.add(node.mem_id)
        if any(
            inner.mem_id != node.mem_id and prices.read(text(inner)) and _MONEY.search(text(inner))
            for inner in node.css(_MARKED)[:8]
        ):
            continue
        struck = [part for part in node.css("del, s, strike") if text(part)]
        shown = text(node)
        for part in struck:
            before[text(part)] = None
            shown = shown.replace(text(part), " ", 1)
        shown = line(shown)
        if not shown or not _MONEY.search(shown) or prices.read(shown) is None:
            continue
        shown = _in_words(node, block, shown)
        if _struck(node, block) or (_BEFORE.search(shown) and len(re.findall(r"\d+(?:\.\d+)?", shown)) == 1):
            before[shown] = None
        else:
            paid[shown] = None
    return list(paid), list(before)


def _small(block: LexborNode) -> list[tuple[LexborNode, str]]:
    """The elements of a block with at most a few words, outside tables, each once, with their text."""
    found: list[tuple[LexborNode, str]] = []
    seen: set[int] = set()
    for node in block.css("span, b, strong, em, i, p, div, h1, h2, h3, h4, h5, h6, ins, del, s, li, font")[:MAX_BARE]:
        if node.mem_id in seen:
            continue
        seen.add(node.mem_id)
        if not is_small(node):
            continue
        shown = text(node)
        if 0 < len(shown) <= 40:
            found.append((node, shown))
    return found


def _called_otherwise(node: LexborNode, block: LexborNode) -> bool:
    """Whether the words around an amount, as far as they hold no other number, say that it is no price."""
    own = len(re.findall(r"\d+", text(node)))
    for step in list(above(node))[:2]:
        around = text(step)
        if step.mem_id == block.mem_id or len(around) > 60 or len(re.findall(r"\d+", around)) > own:
            return False
        if _NOT_THE_PRICE.search(around):
            return True
    return False


def bare(block: LexborNode) -> tuple[list[str], list[str]]:
    """The same of the elements that hold nothing but an amount with its currency."""
    paid: dict[str, None] = {}
    before: dict[str, None] = {}
    if sum(1 for _ in above(block)) >= MAX_DEPTH:
        return [], []
    for node, shown in _small(block):
        if any(step.tag in ("table", "dl", "select", "option") for step in within(node, block)):
            continue
        is_before = _BARE_BEFORE.fullmatch(shown) is not None
        if not (is_before or _BARE.fullmatch(shown)) or set_aside(node, block) or of_a_card(node, block):
            continue
        price = prices.read(shown.replace(" ", "") if is_before else shown)
        if is_before or _struck(node, block):
            before[shown] = None
        elif price is not None and price.low > 0 and not _called_otherwise(node, block):
            paid[shown] = None
    return list(paid), list(before)


def sold(block: LexborNode) -> str:
    """The units sold as a block shows them; "" where it shows none, or several."""
    found = {line(hit[0]) for hit in _SOLD.finditer(visible(block))}
    if not found:
        found = {shown for _, shown in _small(block) if _SOLD_BELOW.fullmatch(shown)}
    return found.pop() if len(found) == 1 else ""
