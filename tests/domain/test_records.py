"""The records' own rules, the error tree and the one meaning of "the same text"."""

from __future__ import annotations

import dataclasses
import inspect
from datetime import UTC, datetime

import pytest

from domain import errors, records
from domain.text import fold

AT = datetime(2026, 11, 24, tzinfo=UTC)


def test_records_cannot_be_changed() -> None:
    listing = records.Listing(platform="p", ref="1", url="u", title="t", observed_at=AT)
    with pytest.raises(dataclasses.FrozenInstanceError):
        listing.title = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        listing.claims["a"] = "b"  # type: ignore[index]


def test_a_platform_may_not_hold_the_separator_of_the_key() -> None:
    with pytest.raises(ValueError, match="platform"):
        records.Listing(platform="a/b", ref="1", url="u", title="t", observed_at=AT)


def test_the_id_of_a_finding_depends_on_listing_and_right_only() -> None:
    one = records.finding_id("p/1", "r")
    assert one == records.finding_id("p/1", "r")
    assert len(one) == 32
    assert (
        len({one, records.finding_id("p/1", "s"), records.finding_id("p/2", "r"), records.finding_id("p", "1\nr")}) == 4
    )


def test_a_score_is_a_probability() -> None:
    with pytest.raises(ValueError, match="score"):
        records.Finding(id="a", listing=records.ListingRef(key="k"), right="r", score=1.5, tier="高")


def test_every_error_is_of_one_tree_and_drawn_in_its_docstring() -> None:
    classes = [value for _, value in inspect.getmembers(errors, inspect.isclass) if issubclass(value, Exception)]
    for error in classes:
        assert issubclass(error, errors.QingyuanError)
        assert error.__name__ in (errors.__doc__ or "")
        assert error.exit_code in (2, 3)
    assert errors.UsageError.exit_code == errors.QueryError.exit_code == 2


def test_a_decode_error_says_where() -> None:
    error = errors.DecodeError("坏了", field="a").at(line=3, source="x.csv")
    assert str(error) == "x.csv 第 3 行 字段 a：坏了"
    assert str(error.at(line=9)) == "x.csv 第 9 行 字段 a：坏了"
    assert str(errors.DecodeError("坏了")) == "坏了"


def test_fold() -> None:
    assert fold("ＮＩＫＥ　鞋①") == "nike 鞋1"
    assert fold(fold("ﬁ Ⅳ")) == fold("ﬁ Ⅳ")
