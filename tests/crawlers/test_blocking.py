from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.blocking import blocked, wall
from crawlers.page import Page

AT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    "url",
    [
        "https://login.taobao.com/member/login.jhtml?redirectURL=x",
        "https://login.tmall.com/",
        "https://passport.jd.com/new/login.aspx?ReturnUrl=x",
        "https://mobile.yangkeduo.com/login.html?from=x",
        "https://sec.taobao.com/query.htm",
        "https://detail.tmall.com//item.htm/_____tmd_____/punish?x5secdata=x",
        "https://cfe.m.jd.com/privatedomain/risk_handler/03101900/",
        "https://mobile.yangkeduo.com/psnl_verification.html",
        "https://shop.example/captcha?next=/",
    ],
)
def test_walls_are_known_by_address(url: str) -> None:
    assert wall(url)


@pytest.mark.parametrize(
    "url",
    ["https://item.taobao.com/item.htm?id=1", "https://shop.example/goods/login-book", "https://reginald.example/"],
)
def test_ordinary_addresses_are_no_walls(url: str) -> None:
    assert not wall(url)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (403, "", False),
        (429, "", False),
        (200, "<title>Just a moment...</title>", False),
        (200, '<script src="/cdn-cgi/challenge-platform/x.js"></script>', False),
        (200, "<p>亲，访问过于频繁，请稍后再试</p>", False),
        (200, "请按住滑块，拖动到最右边", False),
        (200, '{"ret":["FAIL_SYS_USER_VALIDATE::被挤爆啦"]}', True),
        (200, '{"ret":["FAIL_SYS_SESSION_EXPIRED::Session过期"]}', True),
        (200, "<p>请先登录后查看商品</p>", True),
    ],
)
def test_blocked_pages(status: int, body: str, expected: bool) -> None:
    assert blocked(Page(url="https://shop.example/x", body=body.encode(), at=AT, status=status), expected=expected)


@pytest.mark.parametrize("body", ["<h1>购物车</h1><p>请先登录</p>", "<p>商品已下架</p>", "x" * 70_000 + "geetest_"])
def test_ordinary_pages(body: str) -> None:
    assert not blocked(Page(url="https://shop.example/cart", body=body.encode(), at=AT), expected=False)
