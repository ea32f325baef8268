"""The search page."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from domain.errors import BackendError
from qingyuan.workspace import Workspace
from tests.console import market


@pytest.fixture
def reader(workspace: Workspace, as_: Callable[..., Client]) -> Client:
    return as_("du", "查阅")


def keys(page: str) -> list[str]:
    return [unescape(part.partition('"')[0]) for part in page.split('data-key="')[1:]]


def search(client: Client, **query: object) -> str:
    answer = client.get("/search", query)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_the_most_suspicious_comes_first(reader: Client) -> None:
    assert keys(search(reader)) == [market.RICE, market.FILED, market.NOODLE, market.HOSTILE, market.PLAIN]


def test_words_are_found_and_marked(reader: Client) -> None:
    page = search(reader, q="稻花香2号")
    assert keys(page) == [market.RICE]
    assert "<mark>稻花香2号</mark>" in page


def test_what_is_found_elsewhere_is_shown(reader: Client) -> None:
    assert "卖家：" in search(reader, q="13800001111")


def test_facets_count_and_add_up(reader: Client) -> None:
    page = search(reader, tier="高")
    assert keys(page) == [market.RICE, market.FILED]
    both = unescape(page.partition("中 · 建议核查")[0].rpartition('href="')[2].partition('"')[0])
    assert "tier=%E9%AB%98" in both
    assert keys(reader.get(f"/search{both}").content.decode()) == [market.RICE, market.FILED, market.NOODLE]


def test_a_chosen_value_can_be_taken_away(reader: Client) -> None:
    page = search(reader, q="大米", platform="平台文件")
    away = unescape(page.partition("平台：")[0].rpartition('href="')[2].partition('"')[0])
    assert "platform" not in away
    assert "q=" in away


def test_a_form_of_ranges_moves_to_the_canonical_address(reader: Client) -> None:
    answer = reader.get("/search", {"q": "", "price_from": "30", "price_to": "", "sort": "price"})
    assert answer.status_code == 302
    assert keys(reader.get(answer["Location"]).content.decode()) == [market.RICE]


def test_order(reader: Client) -> None:
    assert keys(search(reader, sort="price"))[:2] == [market.NOODLE, market.RICE]


def test_paging_meets_every_listing_once(reader: Client) -> None:
    met, address = [], "/search?size=2"
    while address:
        page = reader.get(address).content.decode()
        met += keys(page)
        link = page.partition('id="next" href="')[2].partition('"')[0]
        address = f"/search{unescape(link)}" if link else ""
    assert sorted(met) == sorted([market.RICE, market.NOODLE, market.HOSTILE, market.PLAIN, market.FILED])


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/search?q=%22abc", "引号没有配对"),
        ("/search?bogus=1", "没有 bogus 这个参数"),
        ("/search?sort=colour", "排序"),
        ("/search?size=99999", "每页条数"),
        ("/search?after=xyz", "翻页位置"),
        ("/search?q=tier:" + "%E9%AB%98|" * 300, ""),
        ("/search?q=" + "a%20" * 3000, ""),
        ("/search?price=abc..", "价格"),
    ],
)
def test_a_wrong_query_is_a_sentence(reader: Client, address: str, sentence: str) -> None:
    answer = reader.get(address)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert sentence in page


def test_the_place_of_a_mistake_is_shown(reader: Client) -> None:
    page = reader.get("/search", {"q": '五常 "大米'}).content.decode()
    assert "<mark><bdi>&quot;大米</bdi></mark>" in page


def test_an_index_that_is_away_is_a_sentence(
    reader: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise BackendError("检索服务无法连接")

    monkeypatch.setattr(workspace.backend(), "search", away)
    answer = reader.get("/search")
    assert answer.status_code == 503
    assert "检索服务无法连接" in answer.content.decode()
    listing = reader.get("/listing", {"key": market.RICE})
    assert listing.status_code == 200
    assert "检索服务无法连接" in listing.content.decode()


def test_hostile_titles_are_inert(reader: Client) -> None:
    page = search(reader, q="常大米")
    assert market.HOSTILE in keys(page)
    assert "<script>document" not in page
    assert market.RTL not in page
    assert "⟦200B⟧" in page


def test_what_is_typed_is_inert(reader: Client) -> None:
    page = reader.get("/search", {"q": market.SCRIPT}).content.decode()
    assert "<script>document" not in page
