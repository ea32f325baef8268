"""Elements in elements without end: what is asked of the parser stays bounded, and other pages stay as they are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console import readable
from crawlers.nesting import DEEPEST, FEW, bounded, parsed

OTHERS = "".join(f"<li>第 {number} 件<br><img src=x>" for number in range(FEW))


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
    assert bounded(html).count("<b ") == DEEPEST
    assert "底" in bounded(html)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<div>" * FEW,
        f"<ul>{OTHERS}</ul>",
        "<p>段落" * 100_000,
        "<div><span>价</span><b>99</b></div>\n" * 50_000,
        "<table>" + "<tr><td>x" * 50_000,
    ],
    ids=["empty", "few", "a list", "paragraphs", "closed", "rows"],
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
