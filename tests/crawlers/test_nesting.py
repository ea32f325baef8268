"""Elements in elements without end: what is asked of the parser stays bounded, and other pages stay as they are."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from console import readable
from crawlers.nesting import DEEPEST, FEW, bounded, parsed

OTHERS = "".join(f"<li>第 {number} 件<br><img src=x>" for number in range(5_000))


def depths(html: str) -> Iterator[int]:
    """How deep each element of the tree stands."""
    waiting = [(parsed(html).root, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield depth
        if node is not None:
            waiting += [(child, depth + 1) for child in node.iter()]


@pytest.mark.parametrize(
    "html",
    [
        "<html>" + "<div>" * 100_000 + "底",
        "<div></x>" * 200_000 + "底",
        "</div>" * 100_000 + "<DIV\n>" * 100_000 + "底",
        "<table><tr><td>" * 50_000 + "底",
        "<div><p>x</p>" * 50_000 + "底",
    ],
    ids=["open", "closed by others", "closed before", "tables", "with others between"],
)
def test_no_page_is_deeper_than_the_bound_and_its_text_is_kept(html: str) -> None:
    assert DEEPEST / 3 < max(depths(html)) < DEEPEST * 5  # a table is four deep: it has rows, and they have cells
    assert "底" in parsed(html).root.text()  # type: ignore[union-attr]


def test_formatting_that_is_never_closed_is_not_made_again_without_end() -> None:
    """Each paragraph would have all before it: of a hundred thousand five thousand million elements are made."""
    html = "".join(f"<p><b id={number}></p>" for number in range(100_000)) + "底"
    assert FEW / 2 < bounded(html).count("<b ") <= DEEPEST
    assert "底" in bounded(html)


MANY = 20_000
BOLD = "".join(f"<b id={number}>" for number in range(500))


@pytest.mark.parametrize(
    "html",
    [
        "<div><!--</div>-->" * 40_000,
        "".join(f"<p><b id={number}></p><!--</b>-->" for number in range(2_600)),
        "<!-->" + "<div>" * MANY + "-->",
        "<div a='</div>'>" * MANY,
        "<div a=\"'\" b='</div>'>" * MANY,
        "<li><dd>" * MANY,
        "<dd><dt><li>" * 10_000,
        "<li><div><li><dd></div>" * MANY,
        "<option><optgroup>" * MANY,
        "<rt>" * MANY,
        "<span><div></span></div>" * MANY,
        "<span><p></span></p>" * MANY,
        "<div><table><tr><td></div></table>" * MANY,
        "<div><select></div></select>" * MANY,
        "<div><textarea></div></textarea>" * MANY,
        "<div><script><!--<script></script></div>--></script>" * MANY,
        "<svg>" + "<g><![CDATA[></g>]]>" * MANY,
        "<svg><script>" + "<g>" * MANY,
        "<svg>" + "<g a=b/>" * MANY,
        "<svg><div></div>" + "<g/>" * MANY,
        "<svg><desc></svg></desc>" + "<g/>" * MANY,
        "<svg><span></svg>" * MANY,
        "<p>" + BOLD + "<div>x</div>" + "<div>x</div>" * MANY,
        "".join(f"<b id={number}><div></b></div>" for number in range(MANY)),
        "<div>" * 1_990 + "<li>" * 100_000,
        "<div><select>" + "<x>" * 1_900 + "</div>" * 100_000,
    ],
    ids=lambda html: html[:24],
)
def test_no_end_tag_that_the_parser_does_not_heed_makes_a_page_deeper_than_is_counted(html: str) -> None:
    assert bounded(html) is not html
    began = time.process_time()
    assert max(depths(html)) < DEEPEST * 5
    assert time.process_time() - began < 8  # a second or two, and the walk through the tree; unbounded up to an hour


@pytest.mark.parametrize("part", ["<", "<a b='", "<a ", "<!--", "=", "/", " ", "<![CDATA[", "<script>", "</"])
def test_unfinished_markup_is_looked_through_once(part: str) -> None:
    began = time.process_time()
    bounded("<svg>" * (FEW + 1) + "<a" + part * 200_000)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<div>" * FEW,
        f"<ul>{OTHERS}</ul>",
        "<p>段落" * 100_000,
        "<div><span>价</span><b>99</b></div>\n" * 50_000,
        "<table>" + "<tr><td>x" * 50_000,
        "<svg><path d=''/><g><title>x</title><circle r='1' /></g></svg>" * 5_000,
        "<script>for(i=0;i<n;i++)a<b&&c<div</script><style>a<b{}</style>" * 5_000,
        "<textarea><div><ul></textarea><title><div></title>" * 5_000,
        "<dl>" + "<dt>产地<dd><p>五常" * 5_000 + "</dl>",
        "<ul><li><p>x</ul><select><option>a<option>b</select>" * 5_000,
        "<table><tbody><tr><td><p>x<td><a href=y>z</a><tr><th>x</table>" * 5_000,
        "<a href='?a>b'><div title=\"a>b</div>\"><!-- <div> --><b>x</b></div></a>" * 5_000,
    ],
)
def test_long_pages_are_left_as_they_are(html: str) -> None:
    assert bounded(html) is html


def test_what_comes_before_is_read_as_ever() -> None:
    head = '<html><head><title>五常大米</title></head><body><h1 class="t">大米</h1>'
    tree = parsed(head + "<div>" * 50_000 + "<b>底</b>")
    assert [node.text() for node in tree.css("title, h1.t")] == ["五常大米", "大米"]


def test_the_console_shows_the_text_of_such_a_page() -> None:
    text, _ = readable.text_of(("<html>顶" + "<div>" * 100_000 + "<i>底</i>").encode(), "text/html")
    assert text.split() == ["顶", "底"]


def test_what_is_cut_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    parsed("<div>" * MANY)
    assert [record.getMessage() for record in caplog.records] == [
        "网页嵌套过深：第 10000 个字符（共 100000）之后只取文字"
    ]
