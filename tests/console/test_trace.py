"""The trace as a page and as a part of one."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from console.tracepage import proof
from qingyuan.workspace import Workspace
from tests.console import market

DIGEST = "sha256:" + "a" * 64


def test_names_strength_and_captures_of_each_hop(workspace: Workspace, as_: Callable[..., Client]) -> None:
    page = as_("du", "查阅").get("/listing/trace", {"key": market.RICE}).content.decode()
    assert "连云港丰收粮油有限公司" in page
    assert "赣榆区万家粮油批发部" in page
    assert "登记事实" in page
    assert "批发老李（平台文件）" in page
    assert f'href="/captures/{workspace.catalog.entry(market.RICE).capture}"' in page


def test_every_capture_that_it_cites_can_be_opened(workspace: Workspace, as_: Callable[..., Client]) -> None:
    client = as_("du", "查阅")
    page = client.get("/listing/trace", {"key": market.RICE}).content.decode()
    cited = {part.partition('"')[0] for part in page.split('href="/captures/')[1:]}
    assert len(cited) >= 3
    for digest in cited:
        assert client.get(f"/captures/{digest}").status_code == 200


def test_the_part_is_only_the_inside(workspace: Workspace, as_: Callable[..., Client]) -> None:
    part = as_("du", "查阅").get("/listing/trace", {"key": market.RICE, "part": "1"}).content.decode()
    assert "<html" not in part
    assert "赣榆区万家粮油批发部" in part


def test_hostile_names_are_inert(workspace: Workspace, as_: Callable[..., Client]) -> None:
    part = as_("du", "查阅").get("/listing/trace", {"key": market.HOSTILE, "part": "1"}).content.decode()
    assert "<script" not in part
    assert market.RTL not in part


def test_an_unknown_listing_is_a_sentence(workspace: Workspace, as_: Callable[..., Client]) -> None:
    client = as_("du", "查阅")
    assert client.get("/listing/trace", {"key": "没有/1"}).status_code == 404
    part = client.get("/listing/trace", {"key": "没有/1", "part": "1"})
    assert part.status_code == 200
    assert "没有商品" in part.content.decode()


def test_proofs() -> None:
    assert proof(f"{DIGEST}#7") == {"digest": DIGEST, "row": "7", "linked": True}
    assert not proof("javascript:alert(1)")["linked"]
