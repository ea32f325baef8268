"""Crawled text as HTML that does nothing."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from console import inert


class _Read(HTMLParser):
    """The tags and the text of what a browser would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_a_script_is_shown_and_not_run() -> None:
    assert "&lt;script&gt;" in inert.html("<script>alert(1)</script>")


def test_invisible_characters_are_shown_with_their_name() -> None:
    drawn = inert.html("五\u200b常\u202e大米")
    assert "⟦200B⟧" in drawn
    assert "ZERO WIDTH SPACE" in drawn
    assert "RIGHT-TO-LEFT OVERRIDE" in drawn
    assert "\u202e" not in drawn


def test_a_long_text_is_cut_and_says_how_long_it_was() -> None:
    drawn = inert.html("长" * 1_000_000, limit=300)
    assert len(drawn) < 1000
    assert "1000000 字" in drawn


def test_marks_survive_escaping() -> None:
    assert inert.html("a<b>c", spans=[(1, 4)]) == "<bdi>a<mark>&lt;b&gt;</mark>c</bdi>"


def test_marks_outside_the_text_are_ignored() -> None:
    assert inert.html("abc", spans=[(-3, 1), (2, 99), (50, 60)]) == "<bdi><mark>a</mark>b<mark>c</mark></bdi>"


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=4))
def test_no_text_brings_a_tag_or_attribute_of_its_own(text: str, spans: list[tuple[int, int]]) -> None:
    read = _Read()
    read.feed(inert.html(text, spans=spans))
    read.close()
    assert read.tags <= {"bdi", "mark", "span"}
    assert read.attributes <= {"class", "title"}


def test_differences_mark_the_swapped_character() -> None:
    left, right = inert.differences("康帅傅", "康师傅")
    assert (left, right) == ([(1, 2)], [(1, 2)])


def test_numbers_and_strangers_have_no_differences() -> None:
    assert inert.differences("39.90", "41.00") == ([], [])
    assert inert.differences("江苏连云港", "黑龙江省哈尔滨市五常市") == ([], [])
