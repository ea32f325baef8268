"""The page of a listing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from console.models import AuditEvent, Judgement
from domain.records import finding_id
from qingyuan.workspace import Workspace
from tests.console import market

RICE = finding_id(market.RICE, "gi-wuchang")


def shown(client: Client, key: str) -> str:
    answer = client.get("/listing", {"key": key})
    assert answer.status_code == 200
    return answer.content.decode()


def judged(client: Client, **sent: str) -> str:
    answer = client.post("/judge", {"finding": RICE, "stage": "初核"} | sent, follow=True)
    return answer.content.decode()


def test_reasons_for_and_against_stand_apart(workspace: Workspace, as_: Callable[..., Client]) -> None:
    page = shown(as_("du", "查阅"), market.RICE)
    order = ["支持涉嫌", "不在“五常大米”的保护范围内", "不支持涉嫌", "没有明显偏低"]
    places = [page.index(text) for text in order]
    assert places == sorted(places)
    assert "96.4%" in page
    assert "黑龙江省哈尔滨市五常市" in page


def test_the_swapped_character_is_marked(workspace: Workspace, as_: Callable[..., Client]) -> None:
    page = shown(as_("du", "查阅"), market.NOODLE)
    assert "康<mark>帅</mark>傅" in page
    assert "康<mark>师</mark>傅" in page


def test_pictures_come_from_the_vault_and_never_from_the_site(workspace: Workspace, as_: Callable[..., Client]) -> None:
    for key in (market.RICE, market.HOSTILE):
        page = shown(as_("du", "查阅"), key)
        sources = [part.partition('"')[0] for part in page.split(' src="')[1:] + page.split(' href="')[1:]]
        assert sources
        assert all(source.startswith(("/", "#")) for source in sources), sources
    assert "采集时网站返回 404" in shown(as_("du"), market.RICE)
    assert "采集到的内容不是图片" in shown(as_("du"), market.HOSTILE)
    assert "未采集" in shown(as_("du"), market.FILED)


def test_a_hostile_listing_is_inert_and_bounded(workspace: Workspace, as_: Callable[..., Client]) -> None:
    page = shown(as_("ban", "办案"), market.HOSTILE)
    assert "<script>document" not in page
    assert "<img src=x" not in page
    assert 'href="javascript:' not in page
    assert market.RTL not in page
    assert len(page) < 200_000
    assert "1000000 字" in page


def test_claims_are_verbatim(workspace: Workspace, as_: Callable[..., Client]) -> None:
    page = shown(as_("du", "查阅"), market.RICE)
    assert "￥39.90" in page


def test_looking_is_recorded(workspace: Workspace, as_: Callable[..., Client]) -> None:
    shown(as_("du", "查阅"), market.RICE)
    event = AuditEvent.objects.get(action="view")
    assert (event.actor, event.object) == ("du", market.RICE)


def test_an_unknown_listing_is_a_sentence(workspace: Workspace, as_: Callable[..., Client]) -> None:
    answer = as_("du", "查阅").get("/listing", {"key": "没有/1"})
    assert answer.status_code == 404
    assert "没有商品" in answer.content.decode()


def test_same_subject_by_the_index(workspace: Workspace, as_: Callable[..., Client]) -> None:
    page = shown(as_("du", "查阅"), market.RICE)
    assert "全部 2 件" in page
    assert "康帅傅红烧牛肉面" in page


@pytest.mark.parametrize("back", ["q=五常&tier=高", "javascript:alert(1)", "x=1&y=2", '"><script>'])
def test_the_way_back_is_a_query_or_nothing(workspace: Workspace, as_: Callable[..., Client], back: str) -> None:
    page = as_("du", "查阅").get("/listing", {"key": market.RICE, "from": back}).content.decode()
    href = page.partition('id="back" href="')[2].partition('"')[0]
    assert href.startswith("/search")
    assert "script" not in href
    assert ("tier=" in href) == back.startswith("q=")


def test_a_reader_sees_no_form_to_judge_or_pack(workspace: Workspace, as_: Callable[..., Client]) -> None:
    page = shown(as_("du", "查阅"), market.RICE)
    assert 'action="/judge"' not in page
    assert 'action="/pack"' not in page


def test_judging_reviewing_approving_and_withdrawing(workspace: Workspace, as_: Callable[..., Client]) -> None:
    first, second, third = as_("ban", "办案"), as_("ban2", "办案"), as_("shen", "审批")
    assert "已记录初核：成立" in judged(first, verdict="成立", note="产地不符")
    assert "须由初核人以外" in judged(first, verdict="成立", stage="复核")
    assert "已记录复核：存疑" in judged(second, verdict="存疑", stage="复核")
    assert "您的角色不能审批" in judged(second, verdict="成立", stage="审批")
    assert "已记录审批：不成立" in judged(third, verdict="不成立", stage="审批")
    assert "verdict-不成立" in shown(first, market.RICE)
    assert "没有可撤回" in judged(first, verdict="撤回", stage="审批") + judged(third, verdict="撤回", stage="初核")
    assert "已撤回审批判断" in judged(third, verdict="撤回", stage="审批")
    assert "verdict-存疑" in shown(first, market.RICE)
    assert Judgement.objects.count() == 4
    assert AuditEvent.objects.filter(action="judge").count() == 4


def test_the_form_offers_only_open_stages(workspace: Workspace, as_: Callable[..., Client]) -> None:
    def stages(client: Client) -> list[str]:
        page = shown(client, market.RICE)
        return [part.partition("<")[0] for part in page.split("<option>")[1:]]

    first, second = as_("ban", "办案"), as_("shen", "审批")
    assert stages(first) == stages(second) == ["初核"]
    judged(first, verdict="成立")
    assert stages(first) == ["初核"]
    assert stages(second) == ["初核", "复核", "审批"]


@pytest.mark.parametrize("sent", [{"verdict": "也许"}, {"verdict": ""}, {"verdict": "成立", "stage": "终审"}])
def test_a_forged_form_is_refused(workspace: Workspace, as_: Callable[..., Client], sent: dict[str, str]) -> None:
    answer = as_("ban", "办案").post("/judge", {"finding": RICE, "stage": "初核"} | sent)
    assert answer.status_code == 400
    assert not Judgement.objects.exists()


def test_a_note_is_shown_inert(workspace: Workspace, as_: Callable[..., Client]) -> None:
    page = judged(as_("ban", "办案"), verdict="成立", note=market.SCRIPT)
    assert "<script>document" not in page
    assert "&lt;script&gt;document" in page
