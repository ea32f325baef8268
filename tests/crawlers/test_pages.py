"""A page and the record it should give: real saved pages beside the project, and drawn ones kept in tests/pages.

Each folder of tests/pages holds expected.json ``{platform or family, page, url, content_type, listings, reasons}``;
``page`` is a file in the folder, or (when it is not there) one of the saved pages beside the project.
"""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.offer import Offer, Reading
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


HTML = {"content-type": "text/html; charset=utf-8"}
JSON = {"content-type": "application/json"}
CHALLENGES = (
    ('<html><script>var x5secdata="...";</script><p>请按住滑块</p>', HTML),
    ('{"ret":["FAIL_SYS_USER_VALIDATE::请完成验证"],"data":{}}', JSON),
)
EMPTY = (("<html><body></body></html>", HTML), ("{}", JSON))


def lacking(platform: Platform, cases: list[dict[str, Any]]) -> list[str]:
    """What the policy demands of a platform and it does not have: a fixture, a floor, a delay, robots.txt obeyed, no
    private network, and that a blocked page and an empty one are told apart on the address of each of its fixtures."""
    own = [case for case in cases if case.get("platform") == platform.name]
    found = [] if any(case["listings"] for case in own) else ["fixture"]
    found += [] if platform.floor >= 1 else ["floor"]
    found += [] if platform.delay >= 1 else ["delay"]
    found += [] if platform.robots else ["robots"]
    found += ["private"] if platform.allow_private else []
    for case in own:
        for body, headers in CHALLENGES:
            parsed = platform.parse(Page(url=case["url"], body=body.encode(), at=AT, headers=headers))
            if not parsed.blocked or parsed.listings or parsed.gone:
                found.append(f"blocked page: {case['url']}")
        for body, headers in EMPTY:
            parsed = platform.parse(Page(url=case["url"], body=body.encode(), at=AT, headers=headers))
            if parsed.blocked or parsed.listings or parsed.gone or not parsed.set_aside:
                found.append(f"empty page: {case['url']}")
    return found


@pytest.mark.parametrize("platform", BUILT_IN, ids=lambda platform: platform.name)
def test_every_platform_has_what_the_policy_demands(platform: Platform) -> None:
    assert lacking(platform, [_expected(name) for name in CASES]) == []


@pytest.mark.parametrize(
    ("changed", "lacks"),
    [
        ({"name": "unheard"}, "fixture"),
        ({"floor": 0}, "floor"),
        ({"delay": 0.5}, "delay"),
        ({"robots": False, "robots_basis": "x"}, "robots"),
        ({"allow_private": True}, "private"),
        # a reader that sees a product in anything takes a challenge for goods
        (
            {"read": lambda page: Reading(offers=(Offer(title=page.text, source="x", ref="1"),))},
            "blocked page: https://item.taobao.com/item.htm?id=546756179626",
        ),
        ({"read": lambda page: Reading(offers=(Offer(title="x", source="x", ref="1"),))}, "empty page"),
    ],
)
def test_the_policy_catches_what_it_is_for(changed: dict[str, Any], lacks: str) -> None:
    taobao = next(platform for platform in BUILT_IN if platform.name == "taobao")
    values = {field.name: getattr(taobao, field.name) for field in fields(taobao) if field.init}
    found = lacking(Platform(**{**values, **changed}), [_expected(name) for name in CASES])
    assert any(each.startswith(lacks) for each in found)


def test_the_marketplaces_of_the_task_are_there() -> None:
    assert {"taobao", "tmall", "jd", "pdd", "1688", "xianyu"} <= {platform.name for platform in BUILT_IN}
