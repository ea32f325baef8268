"""Pages a second through the browser, and whether its memory stays flat over two thousand of them.

Every page draws itself: a script fetches its data, then builds a heading, a price, forty pictures and a table, in
fonts of its own. The crawl is the product's own (capture on, no delay, two tabs); the peer opens a tab for every page
and lets the browser load pictures and fonts, which is what scrapy-playwright does by itself. Memory is the
proportional set size (PSS) of the crawling process and everything that it started: driver, browser, renderers.

    python -m bench.rendering            200 pages each
    python -m bench.rendering memory     2,000 pages, memory at 200, 1,000 and 2,000
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from bench.table import Row, main_of

FEW, MANY = 200, 2_000
MARKS = (200, 1_000, 2_000)
TABS = 2
FIELDS = ("title", "price", "brand")
_PICTURE = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de") + bytes(6_000)
_PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>{n}</title><style>
@font-face {{ font-family: own; src: url(/own.woff2); }} body {{ font-family: own; }}</style></head><body>
<div id="a"></div>
<script>fetch("/api/{n}").then(r => r.json()).then(p => {{ document.title = p.title;
document.getElementById("a").innerHTML = `<div><h1>${{p.title}}</h1><b class="price">¥${{p.price}}</b>
<button>加入购物车</button></div><table><tr><th>品牌</th><td>${{p.brand}}</td></tr><tr><th>产地</th><td>河湾</td></tr></table>`
+ p.pictures.map(u => `<img src="${{u}}">`).join("") + `<p class="done"></p>`; }})</script>{filler}</body></html>"""


def truth(number: int) -> dict[str, str]:
    return {"title": f"河湾牌 稻花香米 {number} 号", "price": f"{number % 90 + 9}.50", "brand": "河湾"}


def serve(ready: Any) -> None:
    """An HTTP/1.1 server as thin as it goes."""
    filler = "".join(f'<div class="c{n}"><p>商品评价 {n}</p></div>' for n in range(400))
    head = "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n"

    def body_of(path: str) -> tuple[str, bytes]:
        kind, _, name = path.strip("/").partition("/")
        if kind == "p":
            return "text/html; charset=utf-8", _PAGE.format(n=int(name), filler=filler).encode()
        if kind == "api":
            pictures = [f"/i/{name}-{n}.png" for n in range(40)]
            return "application/json", json.dumps({**truth(int(name)), "pictures": pictures}).encode()
        if kind == "i":
            return "image/png", _PICTURE
        return ("font/woff2", bytes(20_000)) if path.endswith("woff2") else ("text/plain", b"User-agent: *\r\n")

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while path := (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode():
                media_type, body = body_of(path)
                writer.write(head.format(media_type, len(body)).encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def _tree(root: int) -> list[int]:
    """A process and all that it started."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found)


def memory(root: int) -> dict[str, float]:
    """MiB by proportional set size: the crawler itself, and the browser with its driver."""
    sizes = {"crawler": 0.0, "browser": 0.0}
    for pid in _tree(root):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        pss = next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
        sizes["crawler" if pid == root else "browser"] += pss / 1024
    return sizes


def peer(port: int, count: int) -> dict[str, Any]:
    """scrapy-playwright as it comes: a tab a page, pictures and fonts loaded, nothing captured."""
    import scrapy
    from scrapy.crawler import CrawlerProcess
    from scrapy_playwright.page import PageMethod

    from crawlers import settings

    read: list[dict[str, Any]] = []
    options = settings.PLAYWRIGHT_LAUNCH_OPTIONS
    arguments = [part for part in options["args"] if "imagesEnabled" not in part]

    class Spider(scrapy.Spider):
        name = "peer"

        async def start(self) -> Any:
            for number in range(count):
                meta = {"playwright": True, "playwright_page_methods": [PageMethod("wait_for_selector", "p.done")]}
                meta["playwright_page_methods"][0].kwargs["state"] = "attached"
                yield scrapy.Request(f"http://127.0.0.1:{port}/p/{number}", meta=meta)

        def parse(self, response: Any) -> Any:
            read.append(
                {
                    "title": response.css("h1::text").get(),
                    "price": response.css("b.price::text").get("").lstrip("¥"),
                    "brand": response.css("td::text").get(),
                }
            )

    process = CrawlerProcess(
        {
            "LOG_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            "CONCURRENT_REQUESTS": TABS,
            "DOWNLOAD_HANDLERS": {"http": "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler"},
            "PLAYWRIGHT_LAUNCH_OPTIONS": {**options, "args": arguments},
            "TWISTED_REACTOR": settings.TWISTED_REACTOR,
        }
    )
    process.crawl(Spider)
    start = time.monotonic()
    process.start()
    return {"seconds": time.monotonic() - start, "pages": len(read), "recall": recall(read)}


def ours(port: int, count: int) -> dict[str, Any]:
    """The same pages by the product's own spider, every answer of the browser captured; memory at each mark."""
    import os

    from scrapy.crawler import CrawlerProcess
    from scrapy.utils.project import get_project_settings

    from crawlers.loader import spider_class
    from crawlers.platform import Platform
    from domain.codec import decode
    from domain.records import Listing

    platform = Platform(
        name="bench",
        title="bench",
        start_urls=tuple(f"http://127.0.0.1:{port}/p/{number}" for number in range(count)),
        product_url=r"/p/(\d+)$",
        render=True,
        wait_for="p.done",
        delay=0,
        concurrency=TABS,
        images=False,
        allow_private=True,
    )
    sizes: dict[int, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "runs" / "bench"
        settings = get_project_settings()
        settings.update(
            {"LOG_ENABLED": False, "QINGYUAN_HOME": folder, "QINGYUAN_RUN_DIR": str(run)}, priority="cmdline"
        )
        rendered = run / "crawl" / "bench" / "rendered.jsonl"
        over = threading.Event()

        def watch() -> None:
            waiting = [mark for mark in MARKS if mark <= count]
            while waiting and not over.wait(0.2):
                done = rendered.read_bytes().count(b"\n") if rendered.exists() else 0
                if done >= waiting[0] - 1:
                    sizes[waiting.pop(0)] = memory(os.getpid())

        watcher = threading.Thread(target=watch)
        watcher.start()
        process = CrawlerProcess(settings)
        process.crawl(spider_class(platform))
        start = time.monotonic()
        process.start()
        seconds = time.monotonic() - start
        over.set()
        watcher.join()
        lines = (run / "crawl" / "bench" / "listings.jsonl").read_bytes().splitlines()
        records = [decode(line, Listing) for line in lines]
    read = [{"title": r.title, "price": str(r.price), "brand": r.claims.get("品牌")} for r in records]
    return {"seconds": seconds, "pages": len(read), "recall": recall(read), "memory": sizes}


def recall(read: list[dict[str, Any]]) -> float:
    """Share of the fields of the pages read that are exactly right."""
    titles = {truth(number)["title"]: truth(number) for number in range(MANY)}
    right = sum(
        item.get(name) == titles.get(item.get("title", ""), {}).get(name, "") for item in read for name in FIELDS
    )
    return right / (len(FIELDS) * len(read)) if read else 0.0


def _run(name: str, port: int, count: int) -> dict[str, Any]:
    from crawlers.settings import child_environment

    command = [sys.executable, "-m", "bench.rendering", "--one", name, str(port), str(count)]
    environment = child_environment(Path(tempfile.gettempdir()))
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=3600, env=environment)
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert measured["pages"] == count, f"{name} read {measured['pages']} of {count} pages"
    return measured


def _measured(*runs: tuple[str, int]) -> list[dict[str, Any]]:
    theirs, mine = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(mine,), daemon=True)
    server.start()
    port = theirs.recv()
    try:
        return [_run(name, port, count) for name, count in runs]
    finally:
        server.terminate()
        server.join()


def rows() -> list[Row]:
    """Pages a second on both sides, one after the other."""
    our, their = _measured(("ours", FEW), ("peer", FEW))
    note = f"{FEW} pages, {TABS} tabs, recall {our['recall']:.2f}, peer's {their['recall']:.2f}; ours captures"
    rate, peers = FEW / our["seconds"], FEW / their["seconds"]
    return [Row("rendering", "pages/s", rate, "scrapy-playwright, a tab a page", peers, note)]


def main() -> int:
    if sys.argv[1:2] == ["--one"]:
        name, port, count = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
        print(json.dumps(ours(port, count) if name == "ours" else peer(port, count)))
        return 0
    if sys.argv[1:2] == ["memory"]:
        (measured,) = _measured(("ours", MANY))
        print(f"{MANY / measured['seconds']:.2f} pages/s, recall {measured['recall']:.2f}")
        for mark, sizes in measured["memory"].items():
            print(f"after {mark} pages: crawler {sizes['crawler']:.0f} MiB, browser {sizes['browser']:.0f} MiB (PSS)")
        return 0
    return main_of(rows)


if __name__ == "__main__":
    sys.exit(main())
