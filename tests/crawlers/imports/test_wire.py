"""The fast gate says what the codec says."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.imports.wire import shape
from domain import codec
from domain.errors import DecodeError
from domain.records import Listing, Right, Trademark

GATE = msgspec.json.Decoder(shape(Listing))

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
_TEXTS = st.text(max_size=8) | st.sampled_from(
    ["", "a/b", "59.90", "1e5", "NaN", "-0", "1.", "2026-11-24T08:00:00+08:00", "2026-11-24T08:00:00", "2026-11-24"]
)
_FLAT = _SCALARS | _TEXTS
_ANY = _FLAT | st.lists(_FLAT, max_size=3) | st.dictionaries(_TEXTS | st.sampled_from(["name", "contacts"]), _FLAT)
_GOOD = {
    "platform": "甲",
    "ref": "1",
    "url": "https://a.example/1",
    "title": "五常大米",
    "observed_at": "2026-11-24T08:00:00+08:00",
}
_FIELDS = [*codec.to_builtins(codec.from_builtins(_GOOD, Listing)), "unknown"]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(_FIELDS), _ANY, max_size=4), st.sets(st.sampled_from(sorted(_GOOD)), max_size=1))
def test_what_the_gate_lets_through_the_codec_reads_the_same(changed: dict[str, object], dropped: set[str]) -> None:
    value = {**{name: item for name, item in _GOOD.items() if name not in dropped}, **changed}
    line = msgspec.json.encode(value)
    try:
        passed = msgspec.json.encode(GATE.decode(line))
    except msgspec.DecodeError:
        return
    assert codec.encode(codec.decode(line, Listing)) == passed


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(_TEXTS, _TEXTS), st.lists(_TEXTS), st.integers(0, 10**9) | st.none())
def test_good_listings_pass(claims: dict[str, str], images: list[str], sales: int | None) -> None:
    line = msgspec.json.encode({**_GOOD, "claims": claims, "images": images, "sales": sales, "price": "59.90"})
    assert msgspec.json.encode(GATE.decode(line)) == codec.encode(codec.decode(line, Listing))


@pytest.mark.parametrize("field", ["platform", "title"])
def test_the_records_own_checks_hold(field: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="不能为空"):
        GATE.decode(msgspec.json.encode({**_GOOD, field: ""}))


def test_other_records_have_a_shape_too() -> None:
    line = '{"id":"tm-1","sign":"茅台","kind":"trademark","classes":[33],"valid_to":"2030-01-01"}'.encode()
    gate = msgspec.json.Decoder(shape(Trademark))
    assert msgspec.json.encode(gate.decode(line)) == codec.encode(codec.decode(line, Right))
    bad = line.replace(b"[33]", b"[99]")
    with pytest.raises(msgspec.ValidationError):
        gate.decode(bad)
    with pytest.raises(DecodeError):
        codec.decode(bad, Right)
