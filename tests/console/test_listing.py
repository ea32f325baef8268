"""The page of a listing."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from qingyuan.workspace import Workspace
from tests.console import market


def test_reasons_for_and_against_stand_apart(workspace: Workspace, as_: Callable[..., Client]) -> None:
    page = as_("du", "查阅").get("/listing", {"key": market.RICE}).content.decode()
    supporting, opposing = page.index("支持涉嫌"), page.index("不支持涉嫌")
    assert supporting < page.index("不在“五常大米”的保护范围内") < opposing < page.index("没有明显偏低")
    assert "96.4%" in page
    assert "黑龙江省哈尔滨市五常市" in page
