"""HTML whose elements stand in each other without end: Lexbor looks through all that are open for each new one.

A hundred thousand ``<div>`` (half a megabyte) take it fifteen seconds, a page at the size limit an hour; elements of
formatting that are never closed (``<p><b id=1></p><p><b id=2></p>…``) are made again in each paragraph, and fill the
memory. Pages of real shops are some dozens deep.
"""

from __future__ import annotations

import re
from collections import Counter

from selectolax.lexbor import LexborHTMLParser

#: So many elements may be open at once.
DEEPEST = 2_000
#: A page of so few tags costs at most a second or two whatever they are, and is not looked through.
FEW = 5_000
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,40})")
_MARKUP = re.compile(r"<[^>]*>?")
#: Elements without content, and those that the next of their kind closes.
_SHALLOW = frozenset((
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"),
    *("colgroup", "dd", "dt", "li", "optgroup", "option", "p", "rp", "rt", "tbody", "td", "tfoot", "th", "thead", "tr"),
))  # fmt: skip


def parsed(html: str) -> LexborHTMLParser:
    """The tree of a page or a piece of one; of what is nested deeper than DEEPEST only the text."""
    return LexborHTMLParser(bounded(html))


def bounded(html: str) -> str:
    """``html``, without its tags from where too many elements are open.

    >>> bounded("<p>" * 9_000) == "<p>" * 9_000
    True
    >>> bounded("<b>" * 9_000 + "x").count("<b>")
    2000
    """
    if html.count("<") <= FEW:  # all but a few pages
        return html
    open_now: Counter[str] = Counter()
    depth = 0
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if name in _SHALLOW:
            continue
        if not tag[1]:
            open_now[name] += 1
            depth += 1
        elif open_now[name]:
            open_now[name] -= 1
            depth -= 1
        if depth > DEEPEST:
            return html[: tag.start()] + _MARKUP.sub(" ", html[tag.start() :])
    return html
