"""An officer's day in a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from evidence.verify import verify
from tests.console import market
from tests.e2e.conftest import Watched

# one console and one browser for all of them, so all on the same worker
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("console")]


def test_from_login_to_a_verified_pack(window: Watched, tmp_path: Path) -> None:
    page = window.page
    window.log_in("ban", market.PASSWORD)
    page.get_by_label("检索词").fill("五常大米 连云港")
    page.get_by_role("button", name="检索", exact=True).click()
    expect(page.get_by_text("1 件商品")).to_be_visible()
    page.get_by_role("link", name=re.compile("正宗.*稻花香2号")).click()

    finding = page.get_by_role("region", name=re.compile("涉嫌侵犯 五常大米"))
    expect(finding.get_by_text("不在“五常大米”的保护范围内")).to_be_visible()
    expect(finding.get_by_role("heading", name=re.compile("不支持涉嫌"))).to_be_visible()
    expect(finding.get_by_role("img", name="图片中被框出的部分")).to_be_visible()
    photo = page.get_by_role("img", name="商品图片 1")
    expect(photo).to_be_visible()
    assert photo.evaluate("image => image.naturalWidth") == 480

    trace = page.get_by_role("region", name="溯源")
    expect(trace.get_by_text("赣榆区万家粮油批发部").first).to_be_visible()
    expect(trace.get_by_text("登记事实").first).to_be_visible()

    finding.get_by_role("radio", name="不成立").check()
    finding.get_by_label("说明").fill("产地标注不实，但为误填")
    finding.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已记录初核：不成立。")).to_be_visible()
    expect(page.get_by_text("产地标注不实，但为误填")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("button", name="下载证据包").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    report = verify(saved)
    assert report.ok, [check for check in report.checks if not check.ok]

    page.get_by_role("link", name="← 返回结果").click()
    expect(page.locator("#hits")).to_contain_text("不成立")
    page.goto(f"{window.base}/listing?key={quote(market.RICE, safe='')}")
    page.get_by_role("button", name="撤回").click()
    expect(page.get_by_text("已撤回初核判断。")).to_be_visible()
    window.check()


def test_triage_without_a_mouse(window: Watched) -> None:
    page = window.page
    window.log_in("ban2", market.PASSWORD)
    page.keyboard.press("/")
    page.keyboard.type("康帅傅")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 件商品")).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator(".hit.current")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("康帅傅")
    expect(page.locator("#place")).to_have_text("1 / 1")  # the script has run
    page.keyboard.press("1")
    expect(page.get_by_role("radio", name="成立", exact=True)).to_be_checked()
    page.keyboard.press("n")
    page.keyboard.type("j 不是翻页")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.get_by_text("已记录初核：成立。")).to_be_visible()
    expect(page.get_by_text("j 不是翻页")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    expect(page.get_by_label("检索词")).to_have_value("康帅傅")
    window.check()


def test_turning_from_listing_to_listing(window: Watched) -> None:
    page = window.page
    window.log_in("ban", market.PASSWORD)
    keys = page.locator(".hit").evaluate_all("hits => hits.map(hit => hit.dataset.key)")
    page.locator(".hit a").first.click()
    expect(page.locator("#place")).to_have_text(f"1 / {len(keys)}")
    page.keyboard.press("j")
    expect(page.locator("#place")).to_have_text(f"2 / {len(keys)}")
    page.keyboard.press("k")
    expect(page.locator("#place")).to_have_text(f"1 / {len(keys)}")
    window.check()


def test_it_works_without_javascript(window: Watched) -> None:
    browser = window.page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    plain = Watched(context, window.base)
    page = plain.page
    plain.log_in("ban", market.PASSWORD)
    page.get_by_label("排序").select_option("price")
    page.locator(".results-head").get_by_role("button", name="应用").click()
    expect(page.locator(".hit").first).to_contain_text("康帅傅")
    page.locator(".hit a").first.click()
    page.get_by_role("link", name="查看这件商品的上游来源与证据").click()
    expect(page.get_by_text("赣榆区万家粮油批发部").first).to_be_visible()
    page.get_by_role("link", name="← 返回商品").click()
    page.get_by_role("radio", name="存疑").check()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已记录初核：存疑。")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [1440, 1024])
@pytest.mark.parametrize("path", ["/search", f"/listing?key={quote(market.HOSTILE, safe='')}"])
def test_hostile_listings_do_nothing(window: Watched, path: str, width: int) -> None:
    page = window.page
    page.set_viewport_size({"width": width, "height": 900})
    window.log_in("ban", market.PASSWORD)
    page.goto(window.base + path)
    expect(page.get_by_text("onerror=alert").first).to_be_visible()
    expect(page.get_by_title("RIGHT-TO-LEFT OVERRIDE").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.title().endswith("清源")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the window"
    window.check()


def test_a_captured_page_is_not_run(window: Watched) -> None:
    page = window.page
    window.log_in("ban", market.PASSWORD)
    page.goto(f"{window.base}/listing?key={quote(market.RICE, safe='')}")
    page.locator("section", has=page.get_by_role("heading", name="页面所示")).locator("a.mono").click()
    expect(page.get_by_text("商品 1001 五常大米").first).to_be_visible()
    assert page.title().startswith("抓取内容")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载原始内容").click()
    assert download.value.suggested_filename.endswith(".bin")
    window.check()


def test_locked_after_five_wrong_passwords(window: Watched) -> None:
    page = window.page
    page.goto(f"{window.base}/login")
    for _ in range(5):
        page.get_by_label("用户名").fill("du")
        page.get_by_label("密码").fill("wrong")
        page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="登录已锁定")).to_be_visible()
