"""Whether Chromium can be started here the way the crawler starts it, through Playwright's driver; and why not."""

from __future__ import annotations

import re

#: What an error says, and what to do about it. The driver is a program of its own (Node.js) beside the browser.
_REMEDIES = (
    (r"libatomic", "缺少系统库 libatomic1：请运行 apt-get install libatomic1"),
    (r"error while loading shared libraries: (\S+)", "缺少系统库 {0}：请用 apt-get 安装它"),
    (
        r"Executable doesn't exist|ENOENT",
        "没有找到浏览器：请运行 apt-get install chromium，或用 QINGYUAN_CHROMIUM 指明",
    ),
    (r"No usable sandbox|sandbox", "系统不允许浏览器的沙箱：请打开用户命名空间（user namespaces）"),
    (
        r"Connection closed while reading from the driver",
        "Playwright 的驱动程序启动后立即退出：多半缺少系统库 libatomic1",
    ),
)


def trouble(error: BaseException) -> str:
    """An error of the start as a Chinese clause: what is wrong, and how to put it right."""
    text = str(error)
    for mark, remedy in _REMEDIES:
        if found := re.search(mark, text, re.IGNORECASE):
            why = remedy.format(*found.groups())
            break
    else:
        why = " ".join(text.split())[:200] or type(error).__name__
    return f"浏览器无法启动：{why}"


def probe(executable: str, arguments: list[str]) -> str:
    """Start the browser through the driver, open a page and close it: "" when that works, else why not. Some 2 s."""
    from playwright.sync_api import sync_playwright

    try:
        with sync_playwright() as driver:
            opened = driver.chromium.launch(executable_path=executable, args=arguments, timeout=30_000)
            try:
                opened.new_page().set_content("<p>清源</p>")
            finally:
                opened.close()
    except Exception as error:  # noqa: BLE001 - a driver that ends at once is reported in many ways
        return trouble(error)
    return ""
