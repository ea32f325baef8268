"""How many product pages a CPU-second the crawler reads, against Scrapy alone, with parsel, and with extruct.

Pages of about 108 KB (41 KB gzipped) with JSON-LD, from a server process on loopback. Every crawl is a process of its
own with the same number of requests at once and no delay; CPU is that process's from the first request until its
output is written. Ours writes every response to a WARC file and obeys robots.txt. The recall of six fields stands
beside the speed. The peers are given every setting of ours that makes a crawl cheaper (``HELPFUL``: above all
CONCURRENT_ITEMS, by default a hundred tasks are started for every page); what they do with Scrapy's own defaults stands
in rows of its own.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.table import Row, main_of

PAGES, FEW = 600, 60
ROUNDS = 2
CONCURRENCY = 16
FIELDS = ("title", "price", "currency", "brand", "seller", "image")
#: A peer's name, with ``!`` behind it where it runs with Scrapy's own defaults.
PEERS = {"scrapy": PAGES, "parsel": PAGES, "extruct": FEW, "scrapy!": PAGES, "parsel!": PAGES}
#: What the product sets that saves work; all of it would help any spider.
HELPFUL = {
    "CONCURRENT_ITEMS": 2,
    "COOKIES_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "DOWNLOAD_WARNSIZE": 0,
    "WARN_ON_GENERATOR_RETURN_VALUE": False,
}


def truth(number: int) -> dict[str, str]:
    return {
        "title": f"河湾牌 稻花香米 {number} 号 5kg 真空包装",
        "price": f"{number % 90 + 9}.50",
        "currency": "CNY",
        "brand": "河湾",
        "seller": f"粮行 {number % 37}",
        "image": f"https://img.shop.example/{number}.jpg",
    }


def page(number: int) -> bytes:
    """One product page: head, JSON-LD, navigation, attribute tables, links to other products, filler text."""
    chance, fields = random.Random(number), truth(number)
    product = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": fields["title"],
        "image": [fields["image"]],
        "description": "当季新米，产地直发。" * 20,
        "brand": {"@type": "Brand", "name": fields["brand"]},
        "sku": f"HW-{number}",
        "additionalProperty": [{"@type": "PropertyValue", "name": f"参数{n}", "value": f"值{n}"} for n in range(12)],
        "offers": {
            "@type": "Offer",
            "price": fields["price"],
            "priceCurrency": fields["currency"],
            "seller": {"@type": "Organization", "name": fields["seller"]},
        },
    }
    links = "".join(
        f'<li><a class="item" href="/p/{chance.randrange(PAGES)}.html">相关商品</a></li>' for _ in range(60)
    )
    rows = "".join(f"<tr><th>属性{n}</th><td>{chance.randbytes(6).hex()}</td></tr>" for n in range(150))
    block = json.dumps(product, ensure_ascii=False)
    head = (
        f'<html><head><meta charset="utf-8"><title>{fields["title"]}</title>'
        f'<meta property="og:type" content="product"><meta property="og:title" content="{fields["title"]}">'
        f'<script type="application/ld+json">{block}</script></head>'
    )
    body = [
        f'<body><h1 class="name">{fields["title"]}</h1>',
        f'<span class="price" data-currency="CNY">¥{fields["price"]}</span>',
        f'<a class="brand" href="/brand/1">{fields["brand"]}</a><a class="shop" href="/s/1">{fields["seller"]}</a>',
        f'<img class="main" src="{fields["image"]}"><ul>{links}</ul><table>{rows}</table>',
    ]
    size = len(head.encode()) + sum(len(part.encode()) for part in body)
    while size < 107_000:
        text = (
            f'<div class="c{chance.randrange(99)}" data-k="{chance.randbytes(40).hex()}"><p>商品评价 {number}</p></div>'
        )
        body.append(text)
        size += len(text.encode())
    return (head + "".join(body) + "</body></html>").encode()


def serve(ready: Any) -> None:
    """An HTTP/1.1 server as thin as it goes: its pages are made and gzipped before the first request."""
    plain = [page(number) for number in range(PAGES)]
    zipped = [gzip.compress(body, 6, mtime=0) for body in plain]
    sizes = (sum(map(len, plain)) // PAGES, sum(map(len, zipped)) // PAGES)
    head = "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (asked := await reader.readuntil(b"\r\n\r\n")) and (path := asked.split(b" ", 2)[1].decode()):
            if path.startswith("/p/"):
                body = zipped[int(path[3:-5])]
                encoded = "Content-Encoding: gzip\r\n"
                writer.write(head.format("text/html; charset=utf-8", len(body), encoded).encode() + body)
            else:
                writer.write(head.format("text/plain", 15, "").encode() + b"User-agent: *\r\n")
            await writer.drain()

    async def run() -> None:
        def quiet(*_: object) -> None:
            """A client that goes away is no news."""

        asyncio.get_running_loop().set_exception_handler(quiet)
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        ready.send((server.sockets[0].getsockname()[1], *sizes))
        await server.serve_forever()

    asyncio.run(run())


def peer(name: str, port: int, count: int) -> dict[str, Any]:
    """One crawl by a plain Scrapy spider, in this process: CPU seconds and what it read."""
    import scrapy
    from scrapy.crawler import CrawlerProcess

    read: list[dict[str, Any]] = []

    def by_parsel(response: Any) -> dict[str, Any]:
        return {
            "title": response.css("h1.name::text").get(),
            "price": response.css("span.price::text").get().lstrip("¥"),
            "currency": response.css("span.price::attr(data-currency)").get(),
            "brand": response.css("a.brand::text").get(),
            "seller": response.css("a.shop::text").get(),
            "image": response.css("img.main::attr(src)").get(),
        }

    def by_extruct(response: Any) -> dict[str, Any]:
        import extruct

        node = extruct.extract(response.text, base_url=response.url)["json-ld"][0]
        offer = node["offers"]
        return {
            "title": node["name"],
            "price": offer["price"],
            "currency": offer["priceCurrency"],
            "brand": node["brand"]["name"],
            "seller": offer["seller"]["name"],
            "image": node["image"][0],
        }

    reader = {"parsel": by_parsel, "extruct": by_extruct}.get(name.rstrip("!"))

    class Spider(scrapy.Spider):
        name = "peer"
        start_urls = [f"http://127.0.0.1:{port}/p/{number}.html" for number in range(count)]  # noqa: RUF012

        def parse(self, response: Any) -> Any:
            item = reader(response) if reader else {}
            read.append(item)
            yield item | {"url": response.url}

    process = CrawlerProcess(
        {
            "LOG_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            "CONCURRENT_REQUESTS": CONCURRENCY,
            "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENCY,
            "DOWNLOAD_DELAY": 0,
            **({} if name.endswith("!") else HELPFUL),
        }
    )
    process.crawl(Spider)
    start = time.process_time()
    process.start()
    return {"cpu": time.process_time() - start, "pages": len(read), "recall": recall(read) if reader else None}


def ours(port: int, count: int) -> dict[str, Any]:
    """The same crawl by the product's own spider and settings, WARC capture on; its outcome is read back from disk."""
    from scrapy.crawler import CrawlerProcess
    from scrapy.utils.project import get_project_settings

    from crawlers.loader import spider_class
    from crawlers.platform import Platform
    from domain.codec import decode
    from domain.records import Listing

    platform = Platform(
        name="bench",
        title="bench",
        start_urls=tuple(f"http://127.0.0.1:{port}/p/{number}.html" for number in range(count)),
        product_url=r"/p/(\d+)\.html",
        delay=0,
        concurrency=CONCURRENCY,
        images=False,
        allow_private=True,
    )
    with tempfile.TemporaryDirectory() as folder:
        settings = get_project_settings()
        run = Path(folder) / "runs" / "bench"
        settings.update(
            {"LOG_ENABLED": False, "QINGYUAN_HOME": folder, "QINGYUAN_RUN_DIR": str(run)}, priority="cmdline"
        )
        settings.set("CONCURRENT_REQUESTS", CONCURRENCY, priority="cmdline")
        process = CrawlerProcess(settings)
        process.crawl(spider_class(platform))
        start = time.process_time()
        process.start()
        cpu = time.process_time() - start
        lines = (run / "crawl" / "bench" / "listings.jsonl").read_bytes().splitlines()
        records = [decode(line, Listing) for line in lines]
        captured = sum(path.read_bytes().count(b"\n") for path in (Path(folder) / "vault").rglob("*.index.jsonl"))
    assert captured == count + 1, f"{captured} captures of {count} pages and robots.txt"
    read = [
        {
            "title": record.title,
            "price": str(record.price),
            "currency": record.currency,
            "brand": record.claims.get("品牌"),
            "seller": record.seller.name,
            "image": record.images[0] if record.images else None,
        }
        for record in records
    ]
    return {"cpu": cpu, "pages": len(read), "recall": recall(read)}


def recall(read: Sequence[dict[str, Any]]) -> float:
    """Share of the fields of the pages read that are exactly right."""
    wanted = {json.dumps(truth(number), sort_keys=True, ensure_ascii=False) for number in range(PAGES)}
    titles = {truth(number)["title"]: truth(number) for number in range(PAGES)}
    assert len(wanted) == PAGES
    right = sum(
        item.get(name) == titles.get(item.get("title", ""), {}).get(name, "") for item in read for name in FIELDS
    )
    return right / (len(FIELDS) * len(read)) if read else 0.0


def _run(name: str, port: int, count: int) -> dict[str, Any]:
    """One crawl in a fresh process: a reactor cannot be started twice."""
    command = [sys.executable, "-m", "bench.crawl", "--one", name, str(port), str(count)]
    from crawlers.settings import child_environment

    # Compiled modules are kept from the first round on, on both sides: a night compiles nothing.
    environment = child_environment(Path(tempfile.gettempdir())) if name == "ours" else dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(Path(tempfile.gettempdir()) / "bench-crawl-compiled")
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=900, env=environment)
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert measured["pages"] == count, f"{name} read {measured['pages']} of {count} pages"
    return measured


def rows() -> list[Row]:
    """Pages a CPU-second: the best of a few rounds on each side, rounds interleaved."""
    theirs, mine = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(mine,), daemon=True)
    server.start()
    port, plain, zipped = theirs.recv()
    best: dict[str, float] = {}
    recalls: dict[str, float | None] = {}
    try:
        for turn in range(ROUNDS):
            for name, count in {"ours": PAGES, **PEERS}.items():
                if name == "extruct" and turn:
                    continue
                measured = _run(name, port, count)
                best[name] = max(best.get(name, 0.0), measured["pages"] / measured["cpu"])
                recalls[name] = measured["recall"]
    finally:
        server.terminate()
        server.join()
    titles = {
        "scrapy": "Scrapy, no parsing",
        "parsel": "Scrapy + parsel item",
        "extruct": "Scrapy + extruct, all its syntaxes",
        "scrapy!": "Scrapy, no parsing, its own settings",
        "parsel!": "Scrapy + parsel item, its own settings",
    }
    pages = f"{plain / 1000:.0f} KB pages, {zipped / 1000:.0f} KB gzipped"

    def note(name: str) -> str:
        theirs = "" if recalls[name] is None else f", peer's {recalls[name]:.2f}"
        return f"recall of {len(FIELDS)} fields {recalls['ours']:.2f}{theirs}; {pages}; WARC on"

    return [Row("crawl", "pages/CPU-s", best["ours"], titles[name], best[name], note(name)) for name in PEERS]


def main() -> int:
    if sys.argv[1:2] == ["--one"]:
        name, port, count = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
        print(json.dumps(ours(port, count) if name == "ours" else peer(name, port, count)))
        return 0
    return main_of(rows)


if __name__ == "__main__":
    sys.exit(main())
