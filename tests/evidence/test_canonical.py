"""RFC 8785: the vectors of its appendices, and the writer's and the verifier's spelling against each other."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import PackError
from evidence import canonical
from evidence.verify import strict
from evidence.verify.result import Broken

# Appendix B of RFC 8785: IEEE 754 bits, expected text
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
    "3e70000000000000": "5.960464477539063e-8",  # not in the RFC: two shortest texts are equally near
}


@pytest.mark.parametrize(("bits", "text"), NUMBERS.items())
def test_numbers(bits: str, text: str) -> None:
    value = struct.unpack(">d", bytes.fromhex(bits))[0]
    assert canonical.number(value) == text
    assert strict.spell(value) == text


def test_primitives_and_order() -> None:
    """Sections 3.2.2 and 3.2.3: literals, escapes, and names in order of UTF-16 code units."""
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    expected = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical.encode(value).decode() == expected
    assert strict.spell(value) == expected
    names = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    order = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical.encode(names))) == order
    assert list(json.loads(strict.spell(names))) == order


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, -(2**53), "\ud800", {"\udfff": 1}, {1, 2}, b"x"])
def test_what_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises(PackError):
        canonical.encode(value)


def test_depth_is_bounded() -> None:
    value: object = 1
    for _ in range(100_000):
        value = [value]
    with pytest.raises(PackError, match="嵌套过深"):
        canonical.encode(value)


def test_exact_keeps_large_integers() -> None:
    assert canonical.exact({"a": [2**53, 2**53 - 1, True, -(10**30)]}) == {
        "a": ["9007199254740992", 2**53 - 1, True, "-1" + "0" * 30]
    }


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(JSON)
def test_writer_and_verifier_spell_alike(value: object) -> None:
    data = canonical.encode(value)
    assert strict.spell(strict.parse(data, "x")).encode() == data
    strict.canonical(data, "x")


@pytest.mark.skipif(
    shutil.which("node") is None, reason="needs node, whose JSON.stringify is the reference for numbers"
)
def test_numbers_against_ecmascript_itself() -> None:
    values = [
        struct.unpack(">d", struct.pack(">Q", bits))[0] for bits in range(0x3E00 << 48, 0x4600 << 48, (3 << 44) + 7)
    ]
    values += [2.0**power for power in range(-1074, 1024)]
    values += [float(10**power) for power in range(25)] + [10.0**-power for power in range(25)]
    script = "process.stdout.write(JSON.stringify(JSON.parse(require('fs').readFileSync(0,'utf8')).map(String)))"
    done = subprocess.run(["node", "-e", script], input=json.dumps(values), capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [canonical.number(value) for value in values]
    assert json.loads(done.stdout) == [strict.spell(value) for value in values]


@pytest.mark.parametrize("text", ['{"b":1,"a":2}', '{"a": 1}', '{"a":1.0}', '"\\u0041"', "1e3", '{"a":1}\n', "-0"])
def test_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(Broken, match="规范"):
        strict.canonical(text.encode(), "x.json")
