"""Highlights stand in the verbatim text, whatever folding does to it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from search_world import NOW, RIGHTS

from domain.records import Finding, Listing, ListingRef, Signal
from domain.text import fold
from indexer.conditions import Contains, Spaced
from indexer.documents import build
from indexer.highlights import WIDTH, highlights


def marked(title: str, *terms: str | Spaced, **fields: object) -> list[tuple[str, str]]:
    listing = Listing(platform="p", ref="1", url="u", title=title, observed_at=NOW, **fields)  # type: ignore[arg-type]
    document = build(listing, first_seen=NOW, last_seen=NOW)
    needles = [Contains(fold(term)) if isinstance(term, str) else term for term in terms]
    return [
        (each.field, each.text[mark.start : mark.end])
        for each in highlights(document.source, needles)
        for mark in each.marks
    ]


def test_marks_are_verbatim() -> None:
    assert marked("正品ＮＩＫＥ鞋", "nike") == [("title", "ＮＩＫＥ")]
    assert marked("cafe\u0301 5㎏装", "é", "kg") == [("title", "e\u0301"), ("title", "㎏")]
    assert marked("5㎏米", "米") == [("title", "米")]
    assert marked("茅★台 茅台", Spaced(("茅", "台"), ((0, 2),))) == [("title", "茅★台"), ("title", "茅台")]


def test_other_texts_show_only_where_a_term_stands() -> None:
    found = marked("米", "五常", description="产于五常", claims={"产地": "五常市", "品牌": "无"})
    assert found == [("description", "五常"), ("claims", "五常")]


def test_a_long_text_is_cut_around_the_first_mark() -> None:
    listing = Listing(
        platform="p", ref="1", url="u", title="米", observed_at=NOW, description="长" * 5_000 + "五常" + "短" * 500
    )
    (_, cut) = highlights(build(listing, first_seen=NOW, last_seen=NOW).source, [Contains("五常")])
    assert len(cut.text) == WIDTH
    assert [cut.text[mark.start : mark.end] for mark in cut.marks] == ["五常"]


def test_the_name_of_the_right_is_marked_where_the_finding_saw_it() -> None:
    signal = Signal(name="近形", score=2.0, detail="", listing_value="五長大米", right_value="五常大米")
    against = Signal(name="店名", score=-1.0, detail="", listing_value="正品")
    finding = Finding(
        id="f", listing=ListingRef(key="p/1"), right="gi-wuchang", score=0.9, tier="高", signals=(signal, against)
    )
    listing = Listing(platform="p", ref="1", url="u", title="正品五長大米", observed_at=NOW)
    document = build(listing, findings=[finding], rights=RIGHTS, first_seen=NOW, last_seen=NOW)
    ((mark,),) = [each.marks for each in highlights(document.source, [])]
    assert (mark.start, mark.end, mark.name, mark.kind) == (2, 6, "五常大米", "right")


@given(st.text(alphabet="五aＡé\u0301㎏ﬁ가각ガｶﾞİß😀ᆨ ", min_size=1, max_size=15), st.data())
def test_any_mark_lies_in_the_text_and_folds_to_around_the_term(title: str, data: st.DataObject) -> None:
    folded = fold(title)
    if not folded or not title:
        return
    start = data.draw(st.integers(0, len(folded) - 1))
    term = folded[start : start + data.draw(st.integers(1, 3))]
    for _, text in marked(title, term):
        # A mark covers whole characters, so it may say a little more than the term, but no less.
        assert term in fold(text) or fold(text) not in folded


def test_hostile_runs_of_accents_cost_bounded_time() -> None:
    assert len(marked("e" + "\u0301" * 50_000, "e\u0301")) <= 20
