"""The labelled sets of the text detector, those it learns from and those it never sees, are well formed, varied and
labelled as their READMEs say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from domain import codec
from domain.errors import DecodeError
from domain.identifiers import uscc
from domain.records import Case, GeographicalIndication, Right, Trademark
from domain.text import fold


@dataclass(frozen=True)
class Frozen:
    """One set: its folder, and the fewest cases, cases of a kind, marks and indications it may hold."""

    folder: Path
    cases: int
    of_a_kind: int
    marks: int
    indications: int
    every_kind: bool = True

    def path(self, name: str) -> Path:
        return self.folder / name


BLIND = Path(__file__).parent / "blind"
LISTINGS = Path(__file__).resolve().parents[2] / "detection" / "training" / "listings"
READ = ("shops", "stalls", "casebook", "mechanisms")
PARTS = (*READ, "exam", "duty")
TAUGHT = ("fashion", "food", "devices", "household")
#: Twenty of the hardest kinds, fewer of the others.
HARD = (
    *("outdoors", "cellar", "parts", "nursery", "foreign"),
    *("wholesale", "flea", "streams", "workshop", "jargon"),
    *("provinces", "brands", "everyday", "origins", "lawful", "retail", "twins"),
    *("summits", "runners", "drawers", "boutique"),
    *("gadgets", "pantry"),
)
#: Titles as rows of search words: what nobody writes so is not there.
ROWS = ("catalogue", "keywords", "shelves", "aisles")
SETS = (
    Frozen(LISTINGS / "first", cases=750, of_a_kind=30, marks=35, indications=25),
    Frozen(LISTINGS / "second", cases=720, of_a_kind=20, marks=35, indications=24),
    Frozen(LISTINGS / "third", cases=720, of_a_kind=18, marks=30, indications=20),
    Frozen(LISTINGS / "fourth", cases=720, of_a_kind=18, marks=30, indications=20),
    *(Frozen(BLIND / part, cases=290, of_a_kind=8, marks=16, indications=10) for part in PARTS),
    *(Frozen(LISTINGS / part, cases=99, of_a_kind=2, marks=16, indications=10) for part in READ),
    *(Frozen(LISTINGS / part, cases=400, of_a_kind=7, marks=14, indications=11) for part in TAUGHT),
    *(Frozen(LISTINGS / part, cases=310, of_a_kind=3, marks=14, indications=10) for part in HARD),
    *(Frozen(LISTINGS / part, cases=380, of_a_kind=5, marks=20, indications=6, every_kind=False) for part in ROWS),
)

#: The kinds of issue 5: what a type says about every case that carries it.
SUSPECTED = (
    *("仿冒用语", "一字之差", "谐音", "形近字", "拆字", "繁体", "全角", "分隔隐写", "拉丁形近混写", "拼音互换"),
    *("俗称暗语", "低价异常", "冒充授权", "自相矛盾"),
    *("地标产地外", "地标蹭名", "地标假标志", "地标错标准", "地标产地矛盾", "地标地名_外"),
)
LEGITIMATE = (
    *("授权卖家", "正常转售", "配件适用", "二手闲置", "平行进口", "否定用语", "常用词", "异类商品", "偶然近似"),
    "描述性合理使用",
    *("地标授权用户", "地标产地相符", "共用词地标", "通用名称", "地址店名书名", "地标地名_内"),
)
PREFIX, SHARED_PREFIX = 8, 4


def records(path: Path, record: Any) -> list[Any]:
    """Every line, strictly; the first that cannot be read fails by line and field."""

    def read() -> Iterator[Any]:
        lines = path.read_bytes().splitlines()
        for _number, one in codec.decode_lines(lines, record, source=str(path)):
            if isinstance(one, DecodeError):
                raise one
            yield one

    return list(read())


@pytest.fixture(scope="module", params=SETS, ids=lambda frozen: f"{frozen.folder.parent.name}-{frozen.folder.name}")
def frozen(request: pytest.FixtureRequest) -> Frozen:
    one: Frozen = request.param
    return one


@pytest.fixture(scope="module")
def cases(frozen: Frozen) -> list[Case]:
    return records(frozen.path("cases.jsonl"), Case)


@pytest.fixture(scope="module")
def rights(frozen: Frozen) -> dict[str, Trademark | GeographicalIndication]:
    found = records(frozen.path("rights.jsonl"), Right)
    assert len({right.id for right in found}) == len(found)
    return {right.id: right for right in found}


def twice(values: list[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]


def plain(title: str) -> str:
    return "".join(fold(title).split())


def test_ids_listings_and_titles_are_unique(cases: list[Case]) -> None:
    assert twice([case.id for case in cases]) == []
    assert twice([case.listing.key for case in cases]) == []
    assert twice([plain(case.listing.title) for case in cases]) == []


def test_the_sets_share_no_case() -> None:
    every = [case for frozen in SETS for case in records(frozen.path("cases.jsonl"), Case)]
    assert twice([case.id for case in every]) == []
    assert twice([case.listing.key for case in every]) == []
    assert twice([plain(case.listing.title) for case in every]) == []


def test_there_are_enough_of_every_kind_and_of_both_labels(frozen: Frozen, cases: list[Case]) -> None:
    kinds = Counter(case.label.type for case in cases)
    assert set(kinds) <= {*SUSPECTED, *LEGITIMATE}
    assert not frozen.every_kind or len(kinds) == len({*SUSPECTED, *LEGITIMATE})
    assert {kind: times for kind, times in kinds.items() if times < frozen.of_a_kind} == {}
    assert len(cases) >= frozen.cases
    assert 0.39 <= sum(case.label.suspected for case in cases) / len(cases) <= 0.61


def test_the_blind_set_holds_thirty_of_every_kind() -> None:
    every = [case for part in PARTS for case in records(BLIND / part / "cases.jsonl", Case)]
    kinds, page = Counter(case.label.type for case in every), (BLIND / "README.md").read_text(encoding="utf-8")
    assert min(kinds.values()) >= 30
    assert len(every) >= 600
    for kind, times in kinds.items():
        assert f"| {kind} | {'suspected' if kind in SUSPECTED else 'legitimate'} | {times} |" in page


def test_the_table_in_the_readme_is_true(
    frozen: Frozen, cases: list[Case], rights: dict[str, Trademark | GeographicalIndication]
) -> None:
    if not frozen.path("README.md").exists():  # the page one level up has a row for it
        page = (frozen.folder.parent / "README.md").read_text(encoding="utf-8")
        (row,) = [line for line in page.splitlines() if line.startswith(f"| `{frozen.folder.name}` |")]
        assert {str(len(cases)), str(len(rights))} <= {cell.strip() for cell in row.split("|")}
        return
    page = frozen.path("README.md").read_text(encoding="utf-8")
    for kind, times in Counter(case.label.type for case in cases).items():
        label = "suspected" if kind in SUSPECTED else "legitimate"
        assert f"| {kind} | {label} | {times} |" in page


def test_a_label_names_rights_exactly_when_it_suspects(
    cases: list[Case], rights: dict[str, Trademark | GeographicalIndication]
) -> None:
    for case in cases:
        assert case.label.suspected == bool(case.label.rights) == (case.label.type in SUSPECTED), case.id
        assert set(case.label.rights) <= set(rights), case.id
        assert case.label.why, case.id
        if case.label.suspected:
            kinds = {type(rights[right]) for right in case.label.rights}  # an indication may be misspelt as a mark is
            assert kinds == {GeographicalIndication} or not case.label.type.startswith("地标"), case.id


def test_titles_are_not_stamped_from_a_template(cases: list[Case]) -> None:
    openings = Counter(case.listing.title[:PREFIX] for case in cases)
    assert {opening: times for opening, times in openings.items() if times > SHARED_PREFIX} == {}


def test_a_suspected_listing_is_not_sold_by_an_authorised_seller(
    cases: list[Case], rights: dict[str, Trademark | GeographicalIndication]
) -> None:
    for case in cases:
        seller = case.listing.seller
        for right in (rights[name] for name in case.label.rights):
            for party in right.authorised:
                assert not (seller.uscc and seller.uscc == party.uscc), case.id
                assert not (seller.company and seller.company == party.company), case.id
                assert not (seller.name and seller.name == party.name), case.id


def test_every_authorised_case_matches_the_register(
    cases: list[Case], rights: dict[str, Trademark | GeographicalIndication]
) -> None:
    parties = [party for right in rights.values() for party in right.authorised]
    known = {text for party in parties for text in (party.name, party.company, party.uscc) if text}
    for case in cases:
        if case.label.type in ("授权卖家", "地标授权用户"):
            assert {case.listing.seller.name, case.listing.seller.company, case.listing.seller.uscc} & known, case.id


def test_the_register_is_sound(frozen: Frozen, rights: dict[str, Trademark | GeographicalIndication]) -> None:
    marks = [right for right in rights.values() if isinstance(right, Trademark)]
    indications = [right for right in rights.values() if isinstance(right, GeographicalIndication)]
    assert len(marks) >= frozen.marks
    assert len(indications) >= frozen.indications
    assert all(mark.classes and mark.goods and mark.holder for mark in marks)
    assert all(indication.area and indication.product for indication in indications)
    assert twice([mark.sign for mark in marks] + [indication.sign for indication in indications]) == []
    for right in rights.values():
        for party in right.authorised:
            code = uscc.parse(party.uscc)
            assert code is not None, (right.id, party)
            assert not code.warnings, (right.id, party)


def test_claimed_credit_codes_of_sellers_are_well_formed(cases: list[Case]) -> None:
    for case in cases:
        if case.listing.seller.uscc:
            code = uscc.parse(case.listing.seller.uscc)
            assert code is not None, case.id
            assert uscc.confirmed(code) or case.label.type == "地标假标志", case.id
