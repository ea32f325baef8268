"""Watches and the inbox: what fires once, what fires again, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from search_world import NOW, RIGHTS, documents

from domain.errors import NotFoundError, QueryError, UsageError
from domain.records import Finding, Listing, ListingRef, Seller
from indexer.documents import Document, build
from indexer.embedded.backend import EmbeddedBackend
from indexer.query import Query
from indexer.watches import Inbox, run
from indexer.watches.explain import explain

DAY = timedelta(days=1)


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    with Inbox(tmp_path / "watches.sqlite3") as opened:
        yield opened


@pytest.fixture
def backend(tmp_path: Path) -> EmbeddedBackend:
    return EmbeddedBackend(tmp_path / "index")


def listing(ref: str, title: str, *, score: float = 0.0, gone: bool = False, **fields: object) -> Document:
    record = Listing(platform="淘宝", ref=ref, url="u", title=title, observed_at=NOW, **fields)  # type: ignore[arg-type]
    finding = Finding(
        id=f"f{ref}",
        listing=ListingRef(key=record.key),
        right="gi-wuchang",
        score=score,
        tier="高" if score > 0.8 else "低",
    )
    return build(
        record,
        findings=[finding] if score else [],
        rights=RIGHTS,
        first_seen=NOW,
        last_seen=NOW,
        gone=gone,
    )


def test_a_watch_fires_once_and_again_when_the_listing_is_news(inbox: Inbox, backend: EmbeddedBackend) -> None:
    inbox.add(Query("五常大米"), owner="李", now=NOW)

    def fired(night: int, **fields: object) -> list[str]:
        run(inbox, backend, [listing("1", "五常大米", **fields)], now=NOW + night * DAY)  # type: ignore[arg-type]
        alerts = inbox.new("李")
        if alerts:
            inbox.saw("李", up_to=alerts[0].id, now=NOW + night * DAY)
        return [alert.reason for alert in alerts]

    first, quoted = "标题含“五常大米”（…五常大米…）", "；标题含“五常大米”（…五常大米…）"
    assert fired(0) == [first]
    assert fired(1) == []
    assert fired(2, score=0.3) == ["等级由无变为低、涉嫌的权利有变化" + quoted]
    assert fired(3, score=0.9) == ["等级由低变为高" + quoted]
    assert fired(4, score=0.3) == ["等级由高变为低" + quoted]
    assert fired(5, score=0.3, gone=True) == ["已下架" + quoted]
    assert fired(6, score=0.3) == ["重新上架" + quoted]
    assert fired(7, score=0.3) == []
    assert len(inbox.all("李")) == 6


def test_one_query_of_one_officer_is_one_watch(inbox: Inbox) -> None:
    one = inbox.add(Query("米", where={"tier": "高"}, facets=["tier"], size=5), owner="李", now=NOW)
    assert inbox.add(Query("米", where={"tier": ["高"]}), owner="李", now=NOW + DAY) == one
    assert inbox.add(Query("米", where={"tier": "高"}), owner="王", now=NOW) != one
    assert one.query == Query("米", where={"tier": "高"})
    assert [watch.owner for watch in inbox.watches()] == ["李", "王"]
    assert [watch.owner for watch in inbox.watches(owner="王")] == ["王"]


def test_a_muted_watch_keeps_what_it_finds_quietly(inbox: Inbox, backend: EmbeddedBackend) -> None:
    watch = inbox.add(Query("米"), owner="李", now=NOW)
    inbox.mute(watch.id, NOW + 2 * DAY)
    assert run(inbox, backend, [listing("1", "米")], now=NOW).alerts == 1
    assert inbox.new("李") == []
    assert [alert.listing for alert in inbox.all("李")] == ["淘宝/1"]
    assert run(inbox, backend, [listing("2", "米")], now=NOW + 3 * DAY).alerts == 1
    assert [alert.listing for alert in inbox.new("李")] == ["淘宝/2"]


def test_an_expired_or_ended_watch_does_not_run(inbox: Inbox, backend: EmbeddedBackend) -> None:
    short = inbox.add(Query("米"), owner="李", now=NOW, expires=NOW + DAY)
    ended = inbox.add(Query("大米"), owner="李", now=NOW)
    inbox.end(ended.id, NOW)
    assert run(inbox, backend, [listing("1", "大米")], now=NOW).watches == 1
    assert run(inbox, backend, [listing("2", "大米")], now=NOW + DAY).watches == 0
    inbox.expire(short.id, None)
    assert run(inbox, backend, [listing("3", "大米")], now=NOW + DAY).alerts == 1
    assert inbox.add(Query("大米"), owner="李", now=NOW).id != ended.id


def test_what_comes_while_the_officer_reads_stays_new(inbox: Inbox, backend: EmbeddedBackend) -> None:
    inbox.add(Query("米"), owner="李", now=NOW)
    run(inbox, backend, [listing("1", "米")], now=NOW)
    shown = inbox.new("李")
    run(inbox, backend, [listing("2", "米")], now=NOW)
    assert inbox.saw("李", up_to=shown[0].id, now=NOW) == 1
    assert [alert.listing for alert in inbox.new("李")] == ["淘宝/2"]
    assert inbox.count_new("李") == 1
    assert inbox.count_new("王") == 0


def test_a_run_that_fails_keeps_nothing_and_can_be_repeated(
    inbox: Inbox, backend: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.add(Query("米"), owner="李", now=NOW)
    world = [listing(str(number), "米") for number in range(20)]
    calls: list[str] = []

    def failing(condition: object, document: Document) -> str:
        calls.append(document.key)
        if len(calls) == 11:
            raise OSError("disk")
        return "why"

    with monkeypatch.context() as patch:
        patch.setattr("indexer.watches.night.explain", failing)
        with pytest.raises(OSError, match="disk"):
            run(inbox, backend, world, now=NOW)
    assert inbox.all("李") == []
    assert run(inbox, backend, world, now=NOW).alerts == 20


def test_what_cannot_be_watched_is_refused(inbox: Inbox) -> None:
    for query, says in (
        (Query(), "没有任何条件"),
        (Query(like="a/1"), "不能设为关注"),
        (Query(picture="0" * 16), "不能"),
    ):
        with pytest.raises(QueryError, match=says):
            inbox.add(query, owner="李", now=NOW)
    with pytest.raises(UsageError, match="归属"):
        inbox.add(Query("米"), owner="", now=NOW)
    with pytest.raises(NotFoundError, match="第 7 号"):
        inbox.mute(7, NOW)


def test_the_inbox_survives_reopening(tmp_path: Path, backend: EmbeddedBackend) -> None:
    path = tmp_path / "w" / "watches.sqlite3"
    with Inbox(path) as inbox:
        inbox.add(Query("tier:高"), owner="李", now=NOW)
        run(inbox, backend, documents(2, 50), now=NOW, run_id="n")
        alerts = inbox.new("李")
        assert alerts
    with Inbox(path) as inbox:
        assert inbox.new("李") == alerts


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("五常 -批发", "标题含“五常”（…正宗五常大米稻花香…）"),
        ("稻?香", "标题含“稻花香”（…正宗五常大米稻花香…）"),
        ("某店", "卖家含“某店”（…某店…）"),
        ("产地", "声明含“产地”（…产地…）"),
        ("tier:高 price:<100", "等级：高；价格：12.5"),
        ("seller:*店|无", "卖家：某店"),
        ("verdict:*", "判定：未判"),
        ("-tier:低", "符合全部条件"),
        ("last_seen:>2026-01-01", "最近发现：2026-11-24 12:00"),
    ],
)
def test_a_reason_says_what_matched(text: str, says: str) -> None:
    from decimal import Decimal

    document = listing(
        "1", "正宗五常大米稻花香", score=0.9, seller=Seller(name="某店"), claims={"产地": "吉林"}, price=Decimal("12.5")
    )
    assert explain(Query(text).condition, document) == says
