"""What saves work changes no result: folding many texts at once, and leaving out what surely scores too little."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detection.model import shipped
from detection.names.folding import align, decode, fold, skeleton, skeletons
from detection.screener import Screener
from domain import codec
from domain.records import Listing, Right

HERE = Path(__file__).parent
ODD = ["", "vv", "v·v", "r\u200bn", "㈱耐克™", "ﬁnike", "a\0b", "v\0v", "\ud800x", "İ", "丨", "Ν·l·k·е", "modern", "🔥"]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("vrn·\0I0ﬁ㈱張")), max_size=12), max_size=8)
)
def test_many_skeletons_are_each_text_s_own(texts: list[str]) -> None:
    texts += ODD
    codes, ends = skeletons(texts)
    assert decode(codes) == [skeleton(fold(text)) for text in texts]
    assert ends.tolist() == [place + 1 for place, code in enumerate(codes.tolist()) if code == 0]
    for text in texts:
        aligned = align(text)
        assert len(aligned.starts) == len(aligned.ends) == len(aligned.skeleton)


@pytest.mark.parametrize("folder", ["shops", "stalls", "mechanisms"])
def test_what_is_left_out_scores_less(folder: str) -> None:
    """With a bound, all that reaches it is there as it was; and the bound saves something."""
    lines = (HERE / "blind" / folder / "rights.jsonl").read_bytes().splitlines()
    rights: list[Right] = [
        codec.decode(line, Right)  # type: ignore[arg-type]
        for line in lines
    ]
    cases = (HERE / "blind" / folder / "cases.jsonl").read_bytes().splitlines()[:400]
    listings = [codec.decode(json.dumps(json.loads(line)["listing"]).encode(), Listing) for line in cases]
    screener = Screener(rights, shipped())
    every = [found for _, found in screener.assess_many(listings)]
    for least in (0.2, screener.lowest, 0.9):
        some = [found for _, found in screener.assess_many(listings, at_least=least)]
        for all_of, left in zip(every, some, strict=True):
            assert [one for one in all_of if one.score >= least] == [one for one in left if one.score >= least]
            assert {one.right.id for one in left} <= {one.right.id for one in all_of}
        assert sum(map(len, some)) < sum(map(len, every))
