"""A console in a process of its own, and the system's Chromium to look at it with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]


def night(home: Path) -> None:
    """The watches run over what has changed, as at night, by a process of its own."""
    command = [sys.executable, "-m", "qingyuan", "--home", str(home), "watches", "run"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, check=True, timeout=180, cwd=home.parent, env=environment, capture_output=True)


@pytest.fixture(scope="module")
def served_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the console's state lives."""
    return tmp_path_factory.mktemp("e2e") / "home"


@pytest.fixture(scope="module")
def served(served_home: Path) -> Iterator[str]:
    """The address of a console over the market of ``tests/console/market.py``."""
    home = served_home
    environment = {**os.environ, "QINGYUAN_HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    subprocess.run(
        [sys.executable, str(ROOT / "tests/console/market.py"), str(home)],
        env=environment,
        check=True,
        timeout=180,
        cwd=home.parent,
    )
    with subprocess.Popen(
        [sys.executable, "-m", "qingyuan", "serve", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        cwd=home.parent,
    ) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            address = line.partition("http://")[2].partition("/")[0]
            assert address, f"no address in {line!r}"
            yield f"http://{address}"
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium. Ended with the module: an event loop that lives on would keep Django from working."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        message = "Chromium is not installed (make test installs it)"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Watched:
    """A browser window that remembers what went wrong in it, and every address it asked for."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.base = base
        self.requests: list[str] = []
        self.problems: list[str] = []
        self.dialogs: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda message: self._heard(message.type, message.text))
        self.page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "status of 404" not in text:
            self.problems.append(text)

    def log_in(self, username: str, password: str) -> None:
        self.page.goto(f"{self.base}/login")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()
        self.page.get_by_role("button", name="退出").wait_for()

    def check(self) -> None:
        """Nothing was blocked, nothing failed, nothing asked another host."""
        assert not self.problems
        assert not self.dialogs
        assert all(url.startswith((self.base, "data:", "blob:")) for url in self.requests)


@pytest.fixture
def window(chromium: Browser, served: str) -> Iterator[Watched]:
    """A fresh window at 1440 × 900, watched."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", accept_downloads=True)
    context.set_default_timeout(30_000)
    watched = Watched(context, served)
    yield watched
    context.close()
