"""A page and the record it should give: real saved pages beside the project, and drawn ones kept in tests/pages.

Each folder of tests/pages holds expected.json ``{platform or family, page, url, content_type, listings, reasons}``;
``page`` is a file in the folder, or (when it is not there) one of the saved pages beside the project.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.page import Page
from crawlers.platform import Parsed, Platform
from crawlers.platforms import BUILT_IN, READERS
from domain.codec import from_builtins, to_builtins
from domain.records import Listing

PAGES = Path(__file__).resolve().parent.parent / "pages"
CASES = sorted(path.parent.name for path in PAGES.glob("*/expected.json"))
AT = datetime(2026, 11, 24, tzinfo=UTC)


def _expected(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((PAGES / name / "expected.json").read_text(encoding="utf-8"))
    return loaded


def _platform(expected: dict[str, Any]) -> Platform:
    built_in = {platform.name: platform for platform in BUILT_IN}
    if "platform" in expected:
        return built_in[expected["platform"]]
    return Platform(
        name="drawn",
        title="样张",
        start_urls=("https://shop.example/",),
        product_url=r"/goods/(\w+)",
        follow=r"/list",
        read=READERS[expected["family"]],
    )


def _parse(name: str, request: pytest.FixtureRequest) -> tuple[dict[str, Any], Parsed]:
    expected = _expected(name)
    path = PAGES / name / expected["page"]
    if not path.exists():
        path = request.getfixturevalue("shared") / "pages" / expected["page"]
    headers = {"content-type": expected["content_type"]}
    page = Page(url=expected["url"], body=path.read_bytes(), at=AT, headers=headers)
    return expected, _platform(expected).parse(page)


@pytest.mark.parametrize("name", CASES)
def test_page_gives_its_record(name: str, request: pytest.FixtureRequest) -> None:
    expected, parsed = _parse(name, request)
    found = [to_builtins(record) for record in parsed.listings]
    assert len(found) == len(expected["listings"])
    for listing, wanted in zip(found, expected["listings"], strict=True):
        for field in wanted:
            assert listing[field] == wanted[field], field
        assert listing == wanted
        assert from_builtins(listing, Listing).key == f"{listing['platform']}/{listing['ref']}"
    assert [record.reason for record in parsed.set_aside] == expected.get("reasons", [])


@pytest.mark.parametrize("platform", BUILT_IN, ids=lambda platform: platform.name)
def test_every_platform_has_a_page_a_floor_and_a_delay(platform: Platform) -> None:
    assert any(_expected(name).get("platform") == platform.name for name in CASES)
    assert platform.floor >= 1
    assert platform.delay >= 1
    assert platform.robots
    assert not platform.allow_private


def test_the_marketplaces_of_the_task_are_there() -> None:
    assert {"taobao", "tmall", "jd", "pdd", "1688", "xianyu"} <= {platform.name for platform in BUILT_IN}


@pytest.mark.parametrize("name", [name for name in CASES if "platform" in _expected(name)])
def test_every_platform_knows_a_blocked_and_an_empty_page(name: str) -> None:
    expected = _expected(name)
    platform, url = _platform(expected), expected["url"]
    html = {"content-type": "text/html; charset=utf-8"}
    challenges = (
        ('<html><script>var x5secdata="...";</script><p>请按住滑块</p>', html),
        ('{"ret":["FAIL_SYS_USER_VALIDATE::请完成验证"],"data":{}}', {"content-type": "application/json"}),
    )
    for body, headers in challenges:
        blocked = platform.parse(Page(url=url, body=body.encode(), at=AT, headers=headers))
        assert blocked.blocked
        assert not blocked.listings
    for body, headers in (("<html><body></body></html>", html), ("{}", {"content-type": "application/json"})):
        empty = platform.parse(Page(url=url, body=body.encode(), at=AT, headers=headers))
        assert not empty.listings
        assert not empty.blocked
        assert empty.set_aside
