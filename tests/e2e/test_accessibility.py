"""axe-core over every page: WCAG 2.1 A and AA, and axe's own best practices."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.console import market
from tests.e2e.conftest import Watched, night

# one console and one browser for all of them, so all on the same worker
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("accessibility")]

AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"
RUN = "() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
RICE, HOSTILE = quote(market.RICE, safe=""), quote(market.HOSTILE, safe="")
#: Officer → the pages to look at.
PAGES = {
    "": ["/login"],
    "ban": [
        "/search",
        "/search?q=%22",
        "/search?q=zzz&tier=%E9%AB%98&price=10..20",
        f"/listing?key={RICE}",
        f"/listing?key={HOSTILE}",
        f"/listing/trace?key={RICE}",
        "/search?q=%E5%A4%A7%E7%B1%B3&collapse=1",
        f"/search?like={RICE}",
        "/watches",
        "/watches?all=1",
        "/photo",
        "/password",
        "/nowhere",
    ],
    "guan": ["/audit?verify=1", "/accounts", "/accounts/1"],
}


def violations(window: Watched) -> list[str]:
    page = window.page
    page.wait_for_load_state("networkidle")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return [f"{each['id']}: {each['help']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("officer", PAGES)
def test_pages(window: Watched, officer: str) -> None:
    if officer:
        window.log_in(officer, market.PASSWORD)
    wrong = {}
    for path in PAGES[officer]:
        window.page.goto(window.base + path)
        if found := violations(window):
            wrong[path] = found
    assert not wrong


def test_a_watch_that_fired_and_a_photo_that_was_found(window: Watched, served_home: Path, tmp_path: Path) -> None:
    page = window.page
    window.log_in("ban", market.PASSWORD)
    page.goto(f"{window.base}/search?q={quote('五常大米')}")
    page.get_by_text("关注这个查询").click()
    page.get_by_label("名称").fill("五常大米 · 每晚")
    assert not violations(window)
    page.get_by_role("button", name="关注", exact=True).click()
    page.get_by_text("已关注“五常大米 · 每晚”").wait_for()
    night(served_home)
    page.goto(f"{window.base}/watches")
    assert page.locator("header .count").inner_text().startswith("2")
    assert page.locator("#hits > .hit").count() == 2
    assert not violations(window)
    page.get_by_role("link", name="五常大米 · 每晚").click()
    assert not violations(window)
    page.get_by_role("button", name="全部标为已看").click()
    page.get_by_text("已将 2 条提醒标为已看").wait_for()
    assert page.locator("header .count").count() == 0

    photo = tmp_path / "rice.png"
    photo.write_bytes(market.PICTURES["http://market.example/rice-1.png"])
    page.goto(f"{window.base}/photo")
    page.get_by_label("选择一张图片").set_input_files(photo)
    page.get_by_role("button", name="查找").click()
    page.get_by_role("heading", name="同一张照片").wait_for()
    assert market.RICE in [each.get_attribute("data-key") for each in page.locator(".hit").all()]
    assert not violations(window)
    window.check()


def test_a_captured_page_and_a_judged_finding(window: Watched) -> None:
    page = window.page
    window.log_in("ban", market.PASSWORD)
    page.goto(f"{window.base}/listing?key={RICE}")
    page.get_by_role("radio", name="存疑").check()
    page.get_by_role("button", name="提交").click()
    page.get_by_text("已记录").wait_for()
    assert not violations(window)
    page.locator("figcaption a").first.click()
    assert not violations(window)
    page.go_back()
    page.locator("table.pairs a.mono").first.click()
    assert not violations(window)
