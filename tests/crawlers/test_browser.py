"""A browser that cannot start: one sentence that says what to do, from the crawl and from the probe of ``doctor``."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers import browser, settings
from domain.errors import CrawlError

from .conftest import Site, crawl_site, platform_file

pytestmark = pytest.mark.browser

OPTIONS = settings.PLAYWRIGHT_LAUNCH_OPTIONS
#: What the dynamic linker says of Playwright's driver on a bare Debian.
DRIVER = """#!/bin/sh
echo "node: error while loading shared libraries: libatomic.so.1: cannot open shared object file" >&2
exit 127
"""


@pytest.fixture
def broken_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "node"
    path.write_text(DRIVER)
    path.chmod(0o755)
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(path))


def probe(executable: object = OPTIONS["executable_path"]) -> str:
    return browser.probe(str(executable), list(OPTIONS["args"]))  # type: ignore[call-overload]


def test_a_browser_that_starts_is_no_trouble() -> None:
    assert probe() == ""


def test_a_browser_that_is_not_there_is_named() -> None:
    assert "apt-get install chromium" in probe("/nowhere/chromium")


@pytest.mark.usefixtures("broken_driver")
def test_a_driver_that_cannot_start_is_named() -> None:
    assert "libatomic1" in probe()


@pytest.mark.usefixtures("broken_driver")
def test_a_rendered_crawl_ends_with_one_sentence_and_asks_for_nothing(tmp_path: Path, site: Site) -> None:
    platform_file(tmp_path, "js", title="渲染店", start_urls=[site.url + "/"], render=True, delay=0, allow_private=True)
    with pytest.raises(CrawlError, match=r"渲染店.*浏览器无法启动.*libatomic1.*qingyuan doctor"):
        crawl_site(tmp_path, "js")
    assert set(site.asked) <= {"/robots.txt"}
    assert not (tmp_path / "runs" / "night" / "crawl" / "js" / "stats.json").exists()
