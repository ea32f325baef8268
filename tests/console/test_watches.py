"""Watches in the console: saved from the search page, an inbox of one's own, every change in the audit log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import quote, urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client

from console import audit
from console.models import AuditEvent
from domain.errors import BackendError
from indexer.query import Query
from indexer.watches import Inbox, Watch
from qingyuan.stages import watches as stage
from qingyuan.workspace import Workspace
from tests.console import market

NIGHT = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)


@pytest.fixture
def reader(workspace: Workspace, as_: Callable[..., Client]) -> Client:
    return as_("du", "查阅")


@pytest.fixture
def box(workspace: Workspace) -> Iterator[Inbox]:
    with closing(stage.inbox(workspace)) as opened:
        yield opened


def events() -> list[dict[str, str]]:
    rows = AuditEvent.objects.filter(action="watch").order_by("seq")
    return [{"人员": row.actor, "对象": row.object, **audit.detail(row)} for row in rows]


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def keys(page: str) -> list[str]:
    return [unescape(part.partition('"')[0]) for part in page.split('data-key="')[1:]]


def watched(box: Inbox, owner: str, words: str = "五常大米", **query: object) -> Watch:
    return box.add(Query(words, **query), owner=owner, now=NIGHT)  # type: ignore[arg-type]


def test_a_search_is_saved_from_its_page(reader: Client, box: Inbox) -> None:
    page = text(reader, "/search?" + urlencode({"q": "大米", "tier": "高"}))
    assert 'action="/watches/add"' in page
    query = unescape(page.partition('name="query" value="')[2].partition('"')[0])
    day = (datetime.now(UTC) + timedelta(days=40)).date()
    answer = reader.post("/watches/add", {"query": query, "name": "大米线索", "day": str(day)}, follow=True)
    assert "已关注“大米线索”" in answer.content.decode()
    (watch,) = box.watches(owner="du")
    assert (watch.query, watch.name, watch.last_day) == (Query("大米", where={"tier": "高"}), "大米线索", day)
    assert events() == [
        {"人员": "du", "对象": watch.url, "操作": "新增", "名称": "大米线索", "到期": str(day)},
    ]
    again = text(reader, "/search?" + urlencode({"tier": "高", "q": "大米", "sort": "price"}))
    assert "已关注这个查询" in again
    assert 'action="/watches/add"' not in again
    reader.post("/watches/add", {"query": query})
    assert len(box.watches(owner="du")) == len(events()) == 1


@pytest.mark.parametrize(
    "address", ["/search", f"/search?like={quote(market.RICE)}", "/search?picture=0123456789abcdef"]
)
def test_what_cannot_be_watched_is_not_offered(reader: Client, address: str) -> None:
    assert 'action="/watches/add"' not in text(reader, address)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"query": ""}, "没有任何条件"),
        ({"query": "q=%22abc"}, "引号没有配对"),
        ({"query": "bogus=1"}, "bogus"),
        ({"query": "q=米", "day": "2020-01-01"}, "不是今天或以后的日子"),
        ({"query": "q=米", "day": "soon"}, "请选择一个日期"),
        ({"query": "q=米", "name": "长" * 61}, "不能超过 60 个字符"),
    ],
)
def test_a_watch_that_cannot_be_is_a_sentence(reader: Client, box: Inbox, sent: dict[str, str], says: str) -> None:
    assert says in reader.post("/watches/add", sent, follow=True).content.decode()
    assert box.watches() == []
    assert events() == []


def test_the_night_fills_the_inbox_and_the_badge_counts(reader: Client, box: Inbox, workspace: Workspace) -> None:
    rice = watched(box, "du")
    watched(box, "du", "方便面")
    watched(box, "ban")
    assert 'class="count"' not in text(reader, "/search").partition("</header>")[0]
    stage.watches(workspace, now=NIGHT, run="n1")
    header = text(reader, "/search").partition("</header>")[0]
    assert '<span class="count">2<span' in header
    page = text(reader, "/watches")
    assert sorted(keys(page)) == sorted([market.RICE, market.FILED])
    assert "标题含“五常大米”" in page
    assert "2026-11-22 02:00:00 提醒" in page
    assert keys(text(reader, f"/watches?watch={rice.id}")) == keys(page)
    # what is seen is no longer new, and is still there
    up_to = page.partition('name="up_to" value="')[2].partition('"')[0]
    watched(box, "du", "康帅傅")
    workspace.catalog.touch(market.NOODLE)
    stage.watches(workspace, now=NIGHT + timedelta(days=1), run="n2")
    reader.post("/watches/seen", {"up_to": up_to, "watch": ""})
    assert keys(text(reader, "/watches")) == [market.NOODLE]
    assert len(keys(text(reader, "/watches?all=1"))) == 3
    assert box.count_new("ban") == 2


def test_a_listing_that_is_news_again_says_what_changed(reader: Client, box: Inbox, workspace: Workspace) -> None:
    watched(box, "du", "康帅傅")
    stage.watches(workspace, now=NIGHT, run="n1")
    entry = workspace.catalog.entry(market.NOODLE)
    workspace.catalog.screened("test", [(entry, [])])
    stage.watches(workspace, now=NIGHT + timedelta(days=1), run="n2")
    page = text(reader, "/watches")
    assert keys(page) == [market.NOODLE] * 2
    assert "等级由中变为无" in page


def test_mute_end_and_last_day(reader: Client, box: Inbox, workspace: Workspace) -> None:
    watch = watched(box, "du")
    day = (datetime.now(UTC) + timedelta(days=400)).date()

    def change(do: str, **sent: object) -> str:
        answer = reader.post(f"/watches/{watch.id}", {"do": do, **sent}, follow=True)
        assert answer.status_code == 200
        return answer.content.decode()

    assert f"静音至 {day}" in change("mute", day=day)
    stage.watches(workspace, now=datetime.now(UTC), run="n1")
    assert keys(text(reader, "/watches")) == []
    assert len(keys(text(reader, "/watches?all=1"))) == 2
    change("unmute")
    assert box.watch(watch.id).muted_until is None
    assert f"到 {day}" in change("expire", day=day)
    change("keep")
    assert box.watch(watch.id).expires is None
    assert "请选择一个日期" in change("expire")
    assert "已取消关注" in change("end")
    assert box.watches(owner="du") == []
    assert len(keys(text(reader, "/watches?all=1"))) == 2
    said = [event["操作"] for event in events()]
    assert said == ["已静音", "已恢复提醒", "已设到期日", "已改为长期", "已取消关注"]
    assert audit.verify().ok
    assert reader.post(f"/watches/{watch.id}", {"do": "explode"}).status_code == 400


def test_an_officer_has_no_hand_in_the_watches_of_another(reader: Client, box: Inbox, workspace: Workspace) -> None:
    theirs = watched(box, "ban")
    stage.watches(workspace, now=NIGHT, run="n1")
    assert reader.get("/watches", {"watch": theirs.id}).status_code == 404
    assert reader.post(f"/watches/{theirs.id}", {"do": "end"}).status_code == 404
    reader.post("/watches/seen", {"up_to": "999999", "watch": str(theirs.id)})
    assert box.count_new("ban") == 2
    assert box.watch(theirs.id).ended is None
    assert keys(text(reader, "/watches?all=1")) == []


def test_whoever_manages_accounts_has_no_inbox(workspace: Workspace, as_: Callable[..., Client]) -> None:
    client = as_("guan", "管理")
    assert client.get("/watches").status_code == 403
    assert "关注" not in client.get("/audit").content.decode().partition("</header>")[0]


def test_a_long_inbox_is_paged_without_a_cap(
    reader: Client, box: Inbox, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from console import watching

    monkeypatch.setattr(watching, "PAGE", 2)
    for words in ("大米", "五常", "稻花香", "江苏"):
        watched(box, "du", words)
    stage.watches(workspace, now=NIGHT, run="n1")
    total, met, address = box.count_new("du"), 0, "/watches"
    assert total > 4
    while address:
        page = text(reader, address)
        met += len(keys(page))
        address = unescape(page.partition('rel="next" href="')[2].partition('"')[0])
    assert met == total


def test_hostile_titles_and_names_are_inert(reader: Client, box: Inbox, workspace: Workspace) -> None:
    box.add(Query("米"), owner="du", now=NIGHT, name=market.SCRIPT)
    stage.watches(workspace, now=NIGHT, run="n1")
    page = text(reader, "/watches")
    assert market.HOSTILE in keys(page)
    assert "<script>document" not in page
    assert market.RTL not in page


def test_a_wrong_address_is_a_sentence(reader: Client) -> None:
    assert reader.get("/watches?watch=abc").status_code == 400
    assert reader.get("/watches?before=٣").status_code == 400
    assert reader.get("/watches?watch=77").status_code == 404


def test_the_inbox_stands_without_the_index(
    reader: Client, box: Inbox, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched(box, "du")
    stage.watches(workspace, now=NIGHT, run="n1")

    def away(*_: object) -> None:
        raise BackendError("检索服务无法连接")

    monkeypatch.setattr(workspace.backend(), "search", away)
    assert len(keys(text(reader, "/watches"))) == 2


def test_an_event_and_its_watch_are_kept_together_or_not_at_all(
    reader: Client, box: Inbox, monkeypatch: pytest.MonkeyPatch, officer: Callable[..., User]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr(Inbox, "add", full)
    reader.raise_request_exception = False
    assert reader.post("/watches/add", {"query": "q=米"}).status_code == 500
    assert events() == []
