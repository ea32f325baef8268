"""HTML whose elements stand in each other without end: Lexbor looks through all that are open for each new one.

A hundred thousand ``<div>`` (half a megabyte) take it fifteen seconds, a page at the size limit an hour; elements of
formatting that are never closed (``<p><b id=1></p><p><b id=2></p>…``) are made again in each paragraph, and fill the
memory. Pages of real shops are some dozens deep.

What is open is estimated, and never too low: only an end tag that meets its own start tag lowers the count. Whatever
is closed over the head of others stays counted, since the parser need not agree that it is closed.
"""

from __future__ import annotations

import logging
import re

from selectolax.lexbor import LexborHTMLParser

logger = logging.getLogger(__name__)

#: So many elements may be open at once.
DEEPEST = 2_000
#: A page of so few tags costs a fraction of a second whatever they are, and is not looked through.
FEW = 1_000
#: So much may be asked of the parser, in elements looked at: about a second.
LABOUR = 200_000_000
#: What it costs to make an element of formatting again, and to look at one here rather than in the parser.
_MADE, _SEEN = 400, 20

_SPACE = r"[ \t\n\f\r]"
#: As the parser reads them: a quote opens a value only after "="; possessive, so that hostile text costs one pass.
_TOKEN = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))|<[!?][^>]*+>?|</[^a-zA-Z][^>]*+>?"
    r"|<(?P<end>/?)(?P<name>[a-zA-Z][^ \t\n\f\r/>]*+)"
    rf"(?:{_SPACE}++|/(?!>)|(?:=[^ \t\n\f\r/>=]*+|[^ \t\n\f\r/>=]++)"
    rf"(?:{_SPACE}*+={_SPACE}*+(?:\"[^\"]*+\"?|'[^']*+'?|[^ \t\n\f\r>\"'][^ \t\n\f\r>]*+)?+)?+)*+"
    r"(?P<closed>/?)>?",
    re.DOTALL,
)
_MARKUP = re.compile(r"<[^>]*>?")
_SCRIPT = re.compile(r"<!(?=--)|-->|<(/?)script(?=[ \t\n\f\r/>])", re.IGNORECASE)
_RAW = {
    name: re.compile(rf"</{name}(?=[ \t\n\f\r/>])", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext")
}
_VOID = frozenset((
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",),
    *("track", "wbr", "frame", "keygen", "bgsound", "basefont",),
))  # fmt: skip
_FORMATTING = frozenset(
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]
)
#: Where others than the usual rules hold: what is raw text elsewhere need not be here.
_STRANGE = frozenset(("svg", "math", "select", "frameset"))
#: An opening of the first closes the nearest of the second, unless others than of the third lie between.
_INLINE = _FORMATTING | {"span", "label"}
_CELLS = frozenset(("td", "th"))
_ROWS = _CELLS | {"tr"}
_ITEMS = frozenset(("dd", "dt"))
_BETWEEN = _INLINE | {"p", "div", "address"}
_GROUPS = frozenset(("tbody", "thead", "tfoot"))
_NEXT: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "p": (frozenset(("p",)), _INLINE),
    "li": (frozenset(("li",)), _BETWEEN),
    "option": (frozenset(("option",)), frozenset()),
    "tr": (frozenset(("tr",)), _BETWEEN | _CELLS),
    "colgroup": (frozenset(("colgroup",)), frozenset()),
    **dict.fromkeys(_ITEMS, (_ITEMS, _BETWEEN)),
    **dict.fromkeys(_CELLS, (_CELLS, _BETWEEN)),
    **dict.fromkeys(_GROUPS, (_GROUPS, _BETWEEN | _ROWS)),
}
#: What an end tag closes along with its own element, as every parser does.
_PLAIN = frozenset(("p", "li", *_ITEMS))
_WITHIN: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("ul", "ol", "dl", "div", "section", "article", "main", "nav", "aside", "header", "footer"), _PLAIN
    ),
    **dict.fromkeys(("table", *_GROUPS), _ROWS | _GROUPS | {"colgroup", "p"}),
    **dict.fromkeys(("tr", "td", "th", "li", *_ITEMS), _CELLS | {"p"}),
    "select": frozenset(("option", "optgroup")),
    "optgroup": frozenset(("option",)),
}
#: Elements of HTML that end a drawing, and those of a drawing that may hold HTML: what is self-closed there is not.
_LEAVES = frozenset(["title", "desc", "style", "script", "mi", "mo", "mn", "ms", "mtext"])
_ENDING = _FORMATTING | frozenset((
    *("blockquote", "body", "br", "center", "dd", "div", "dl", "dt", "embed", "h1", "h2", "h3", "h4",),
    *("h5", "h6", "head", "hr", "img", "li", "listing", "menu", "meta", "ol", "p", "pre", "ruby", "span",),
    *("sub", "sup", "table", "ul", "var", "foreignobject", "annotation-xml",),
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
    if html.count("<") <= FEW:
        return html
    cut = _Open().until(html)
    if cut is None:
        return html
    logger.warning("网页嵌套过深：第 %d 个字符（共 %d）之后只取文字", cut, len(html))
    return html[:cut] + _MARKUP.sub(" ", html[cut:])


class _Open:
    """The elements that are open, as far as one can tell without building the tree."""

    def __init__(self) -> None:
        self.stack: list[tuple[str, str]] = []  # name, whole tag
        self.counts: dict[str, int] = {}
        self.formatting = 0
        self.labour = 0
        #: Elements closed over the head of others; of those of formatting the parser makes three alike again.
        self.astray = 0
        self.left: dict[str, int] = {}
        #: Where in the stack a drawing begins, as long as it is certain that the parser is in it.
        self.drawing: int | None = None

    def until(self, html: str) -> int | None:
        """Where there are too many, if anywhere."""
        at = deaf = 0
        ends: dict[str, int] = {}
        while (token := _TOKEN.search(html, at)) is not None:
            at = token.end()
            if token["name"] is None:
                if token[0].startswith("<![CDATA[") and token.start() >= deaf:
                    # Text in a drawing, elsewhere a comment up to the first ">": end tags in it are not believed.
                    self.drawing = None
                    end = html.find("]]>", token.start())
                    deaf = len(html) if end < 0 else end
                continue
            name = token["name"].lower()
            if token["end"]:
                if token.start() >= deaf:
                    self._close(name)
            else:
                self._open(name, token[0], bool(token["closed"]))
                if name in _RAW and not (token["closed"] and self.drawing is not None):
                    if ends.get(name, 0) < at:
                        ends[name] = _end_of_raw(html, name, at)
                    if any(self.counts.get(strange) for strange in _STRANGE):
                        deaf = max(deaf, ends[name])
                    else:
                        at = ends[name]
            self.labour += len(self.stack)
            if len(self.stack) + self.astray > DEEPEST or self.labour > LABOUR:
                return token.start()
        return None

    def _open(self, name: str, tag: str, closed: bool) -> None:
        if self.drawing is not None:
            if name in _ENDING or self.stack[-1][0] in _LEAVES:
                self.drawing = None
            elif closed:
                return
        strange = self.counts.get("svg") or self.counts.get("math")
        if not strange:
            if name in _VOID:
                return
            if name in _NEXT:
                closes, between = _NEXT[name]
                self._close_nearest(closes, between)
        if name in ("svg", "math") and not self.counts.get("select") and not self.counts.get("frameset"):
            if closed:
                return
            if self.drawing is None:
                self.drawing = len(self.stack)
        self.stack.append((name, tag))
        self.counts[name] = self.counts.get(name, 0) + 1
        self.formatting += name in _FORMATTING

    def _close(self, name: str) -> None:
        if name not in _FORMATTING:  # what of formatting is open or left may be made again after it
            self.labour += _MADE * (self.formatting + sum(self.left.values()))
        if not self.counts.get(name):
            if name in ("p", "br"):
                self.drawing = None
            return
        if self.stack[-1][0] == name:
            self._pop()
            return
        self.drawing = None
        for above in range(len(self.stack) - 1, -1, -1):
            self.labour += _SEEN
            other = self.stack[above][0]
            if other == name:
                self._pop_over(above, _WITHIN.get(name, frozenset()))
                return
            if other in _STRANGE:
                return

    def _close_nearest(self, closes: frozenset[str], between: frozenset[str]) -> None:
        for above in range(len(self.stack) - 1, -1, -1):
            self.labour += _SEEN
            other = self.stack[above][0]
            if other in closes:
                self.labour += _MADE * (self.formatting + sum(self.left.values()))
                self._pop_over(above, _ROWS | {"p"})
                return
            if other not in between:
                return

    def _pop_over(self, above: int, free: frozenset[str]) -> None:
        """Close what stands at ``above`` and all in it; others than ``free`` stay counted."""
        over = False
        while len(self.stack) > above + 1:
            name, tag = self._pop()
            if name not in free:
                over = True
                self.astray += 1
                if name in _FORMATTING:
                    self.left[tag] = min(self.left.get(tag, 0) + 1, 3)
        name, tag = self._pop()
        if over:  # the parser may have heeded neither
            self.astray += 1
            if name in _FORMATTING:
                self.left[tag] = min(self.left.get(tag, 0) + 1, 3)

    def _pop(self) -> tuple[str, str]:
        name, tag = self.stack.pop()
        self.counts[name] -= 1
        self.formatting -= name in _FORMATTING
        if self.drawing is not None and len(self.stack) <= self.drawing:
            self.drawing = None
        return name, tag


def _end_of_raw(html: str, name: str, start: int) -> int:
    """Where the text of a script, a style sheet or the like ends; in a comment in a script may be another script."""
    if name != "script":
        end = _RAW[name].search(html, start)
        return end.start() if end is not None and name != "plaintext" else len(html)
    level = 0  # 1 in a comment, 2 in a script in it
    for mark in _SCRIPT.finditer(html, start):
        if mark[0] == "<!":
            level = level or 1
        elif mark[0] == "-->":
            level = 0
        elif not mark[1]:
            level = 2 if level else 0
        elif level < 2:
            return mark.start()
        else:
            level = 1
    return len(html)
