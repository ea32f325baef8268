"""The query language: what a text means, and where an error is."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import QueryError
from domain.text import fold
from indexer.conditions import AnyOf, Between, Contains, Known, Like, Not, OneOf, Spaced
from indexer.language import parse, quote
from indexer.query import Query, from_options


def means(text: str) -> list[object]:
    return [clause.condition for clause in parse(text)]


def test_words_phrases_and_exclusion() -> None:
    assert means("五常大米 ＮＩＫＥ") == [Contains("五常大米"), Contains("nike")]
    assert means('"黑龙江 五常" “东北 大米”') == [Contains("黑龙江 五常"), Contains("东北 大米")]
    assert means('-批发 -"散 装"') == [Not(Contains("批发")), Not(Contains("散 装"))]
    assert means("A-1 - 2") == [Contains("a-1"), Contains("-"), Contains("2")]
    assert means("　五常　大米\t新\n米 ") == [Contains(each) for each in ("五常", "大米", "新", "米")]
    assert means("") == means("   ") == []


def test_quotes_take_everything_literally() -> None:
    assert means(r'"a \"b\" \\ c*?-: tier:高"') == [Contains(r'a "b" \ c*?-: tier:高')]
    assert means('米"新 米"') == [Contains("米"), Contains("新 米")]


@given(st.text(min_size=1, max_size=40))
def test_a_quoted_text_is_that_text(text: str) -> None:
    assert means(quote(text)) == [Contains(fold(text))]


def test_wildcards_in_a_word() -> None:
    assert means("茅?台") == [Spaced(("茅", "台"), ((1, 1),))]
    assert means("茅*台*酒") == [Spaced(("茅", "台", "酒"), ((0, 2), (0, 2)))]
    assert means("茅??台") == [Spaced(("茅", "台"), ((2, 2),))]
    # At either end a wildcard asks for nothing that a substring does not allow.
    assert means("*茅台?") == [Contains("茅台")]
    assert means("真的吗？") == [Contains("真的吗?")]


def test_filters_in_english_and_chinese() -> None:
    assert means("tier:高|中 等级：低") == [OneOf("tier", ("高", "中")), OneOf("tier", ("低",))]
    assert means('seller:"五常 大米|店"|乙') == [OneOf("seller", ("五常 大米|店", "乙"))]
    assert means("-platform:淘宝") == [Not(OneOf("platform", ("淘宝",)))]
    assert means("卖家:*旗舰店") == [Like("seller", ("", "*", "旗舰店"))]
    assert means("卖家:甲|乙*") == [AnyOf((OneOf("seller", ("甲",)), Like("seller", ("乙", "*", ""))))]
    assert means("tier:* -verdict:*") == [Known("tier"), Not(Known("verdict"))]
    assert means("gone:true 下架:否") == [OneOf("gone", ("是",)), OneOf("gone", ("否",))]


def test_ranges() -> None:
    assert means("price:10..20.5") == [Between("price", 100_000, 205_000)]
    assert means("价格:>10 price:<=0.5") == [Between("price", 100_001, None), Between("price", None, 5_000)]
    assert means("sales:100 销量:..5") == [Between("sales", 100, 100), Between("sales", None, 5)]
    # Between two stored values nothing is rounded into the range.
    assert means("price:0.00004..0.00016") == [Between("price", 1, 1)]
    day = 86_400_000
    start = 1_793_980_800_000  # 2026-11-07T00:00+08:00
    assert means("first_seen:2026-11-07") == [Between("first_seen", start, start + day - 1)]
    assert means("last_seen:>2026-11-07") == [Between("last_seen", start + day, None)]
    assert means("last_seen:<2026-11-07") == [Between("last_seen", None, start - 1)]
    assert means("last_seen:2026-11-06T16:00:00Z..") == [Between("last_seen", start, None)]
    assert means("last_seen:>=2026-11-07T00:00:00") == [Between("last_seen", start, None)]


def test_what_only_looks_like_a_field() -> None:
    assert means("尺寸:大") == [Contains("尺寸:大")]
    assert means("https://item.example/1") == [Contains("https://item.example/1")]
    assert means("8:30 a.b:c") == [Contains("8:30"), Contains("a.b:c")]


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ('五常 "大米', 3, "引号没有配对"),
        ("米”", 1, "引号没有配对"),
        ('五常 ""', 3, "引号里没有内容"),
        ("米 platfrom:淘宝", 2, "没有 platfrom 这个字段"),
        ("米 tier:", 7, "等级后面没有值"),
        ("tier:高||中", 7, "后面没有值"),
        ("price:abc", 6, "看不懂价格的范围"),
        ("price:1e999", 6, "看不懂价格的范围"),
        ("price:nan", 6, "看不懂价格的范围"),
        ("price:..", 6, "范围是空的"),
        ("first_seen:2026-13-01", 11, "看不懂首次发现的范围"),
        ("米 **", 2, "通配符之外要有文字"),
        ("a***b", 0, "最多跨 2 个字符"),
        ("a*b*c*d*e*f", 0, "最多 4 处通配"),
        ("a*b*c*d*e " * 4, 30, "通配符太多"),
        ("seller:*a*b*c*d*e", 7, "最多 4 处通配"),
        ("米 " * 5_000, 4_000, "请缩短"),
        ("米 " * 100, 128, "多于 64 个条件"),
        ("五" * 201, 0, "多于 200 个字符"),
        ("tier:" + "|".join(f"a{number:03}" for number in range(201)), 1_005, "多于 200 个值"),
    ],
)
def test_an_error_names_its_place_and_what_to_do(text: str, position: int, says: str) -> None:
    with pytest.raises(QueryError, match=says) as caught:
        parse(text)
    assert caught.value.position == position
    assert f"第 {position + 1} 个字符" in str(caught.value)


@given(st.text(alphabet='五a"“”\\-:|*?.>< \n：tierpc高0', max_size=60))
def test_any_text_is_either_understood_or_refused_with_a_place(text: str) -> None:
    try:
        clauses = parse(text)
    except QueryError as error:
        assert error.position is not None
        assert 0 <= error.position <= len(text)
        return
    ends = [0]
    for clause in clauses:
        assert ends[-1] <= clause.start < clause.end <= len(text)
        ends.append(clause.end)


def test_ten_thousand_clauses_are_refused_at_once() -> None:
    started = time.process_time()
    with pytest.raises(QueryError):
        parse(" ".join(f"w{number}" for number in range(10_000)))
    with pytest.raises(QueryError):
        parse('"' * 10_001)
    assert time.process_time() - started < 1


# Queries as values.

TEXTS = st.sampled_from(["", "五常 大米", '"a&b=c" 茅?台', "tier:高|中 price:>3"])
QUERIES = st.builds(
    Query,
    TEXTS,
    where=st.dictionaries(
        st.sampled_from(["platform", "seller", "gone"]), st.lists(st.text(min_size=1, max_size=5), max_size=3)
    ),
    ranges=st.dictionaries(st.just("price"), st.tuples(st.sampled_from(["", "1", "2.5"]), st.sampled_from(["", "9"]))),
    facets=st.lists(st.sampled_from(["tier", "price", "sign"]), max_size=3),
    histogram=st.sampled_from([None, ("first_seen", "week"), ("last_seen", "day")]),
    sort=st.sampled_from(["suspicion", "price"]),
    collapse=st.booleans(),
    size=st.integers(0, 50),
)


@given(QUERIES)
def test_the_url_is_the_identity(query: Query) -> None:
    again = Query.from_url(query.url())
    assert again == query
    assert again.url() == query.url()
    assert again.id == query.id


def test_order_of_filters_and_values_does_not_matter() -> None:
    one = Query("米", where={"platform": ["淘宝", "京东"], "tier": "高"}, ranges={"price": (1, None)})
    other = Query(" 米 ", where={"tier": ["高"], "platform": ["京东", "淘宝", "京东"]}, ranges={"price": ("1", "")})
    assert one == other
    assert one.url() == other.url()
    assert one.id != Query("米", where={"tier": "高"}).id


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: Query(where={"colour": ["红"]}), "不能按 colour 筛选"),
        (lambda: Query(where={"price": ["1"]}), "不能按 price 筛选"),
        (lambda: Query(ranges={"tier": ("1", "2")}), "tier 没有范围"),
        (lambda: Query(ranges={"price": ("x", "2")}), "看不懂价格的范围"),
        (lambda: Query(facets=["first_seen"]), "不能按 first_seen 计数"),
        (lambda: Query(sort="magic"), "不能按 magic 排序"),
        (lambda: Query(size=1_001), "每页条数"),
        (lambda: Query(size=-1), "每页条数"),
        (lambda: Query(facet_size=0), "每项计数"),
        (lambda: Query(histogram=("price", "day")), "时间分布"),
        (lambda: Query('"'), "引号没有配对"),
        (lambda: Query(like="a/1", picture="0" * 16), "各自成序"),
        (lambda: Query.from_url("q=米&colour=红"), "没有 colour 这个参数"),
        (lambda: Query.from_url("size=many"), "应为整数"),
        (lambda: Query.from_url("&".join("facet=tier" for _ in range(1_001))), "多于 1000 个"),
        (lambda: from_options("米", where=["platform"]), "应形如 字段=值"),
        (lambda: from_options("米", where=["colour=红"]), "应形如 字段=值"),
    ],
)
def test_a_query_that_cannot_be_is_refused(build: object, says: str) -> None:
    with pytest.raises(QueryError, match=says):
        build()  # type: ignore[operator]


def test_nought_is_an_end_and_not_an_open_one() -> None:
    assert Query(ranges={"sales": (0, 0)}).condition == Query("sales:0..0").condition
    assert Query(ranges={"price": (0, None)}) == Query(ranges={"price": ("0", "")})
    assert Query(ranges={"price": (None, "")}) == Query()


def test_text_that_no_engine_can_be_given_is_made_such_that_it_can() -> None:
    query = Query("米\udc80", where={"seller": "\udc81"})
    assert (query.text, query.where["seller"]) == ("米�", ("�",))
    assert Query.from_url(query.url()) == query


def test_options_of_the_command_line() -> None:
    query = from_options("米", where=["平台=淘宝", "platform=京东", "价格=1..2"], facets=["等级"], sort="price")
    assert query == Query(
        "米", where={"platform": ["淘宝", "京东"]}, ranges={"price": ("1", "2")}, facets=["tier"], sort="price"
    )


def test_what_is_highlighted_is_what_was_asked_for() -> None:
    query = Query('米 -茶 "a b" 茅?台 tier:高')
    assert query.needles == (Contains("米"), Contains("a b"), Spaced(("茅", "台"), ((1, 1),)))
    assert query.needles[2].label == "茅?台"  # type: ignore[union-attr]
