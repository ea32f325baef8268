"""Bad input through a real server and a real crawl: each gets a sentence, is counted, and the crawl goes on."""

from __future__ import annotations

import gzip
import json
import random
import struct
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawlers.discovery import FRUITLESS
from evidence import warc
from evidence.vault import Vault

from .conftest import Answer, Crawled, Site, crawl_site, page, platform_file, product, redirect, serving

# one crawl for all of them, so all on the same worker
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hostile")]

MIB = 1024 * 1024
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 60_000, 60_000) + b"\x08\x02\0\0\0"


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Connection", "close")
    handler.end_headers()
    for _ in range(4096):  # 256 MiB, sixteen times the bound
        handler.wfile.write(b"<p>" + b"x" * 65_533)


def endless_zipped(handler: BaseHTTPRequestHandler) -> None:
    """Says 10 GB, sends compressed zeros for as long as it is listened to."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Encoding", "gzip")
    handler.send_header("Content-Length", str(10 * 1024**3))
    handler.end_headers()
    piece = gzip.compress(random.Random(1).randbytes(65_536), 0)
    for _ in range(4096):
        handler.wfile.write(piece)


def slow(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then, for ever: the time of a request is bounded as well."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    for _ in range(600):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.1)


def cut(handler: BaseHTTPRequestHandler) -> None:
    body = product("断线的商品").encode()
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html; charset=utf-8")
    handler.send_header("Content-Length", str(len(body) + 1000))
    handler.end_headers()
    handler.wfile.write(body)
    handler.close_connection = True


def fill(site: Site) -> None:
    other = "http://localhost:9"
    paths = [
        "good",
        "nothing",
        "long",
        "longer",
        "truncated",
        "bomb",
        "gbk",
        "utf8",
        "deep",
        "wide",
        "loop",
        "metadata",
        "private",
        "stream",
        "zipped",
        "slow",
        "calendar",
        "rebound",
        "cut",
        "login",
        "slider",
        "forbidden",
        "image",
        "gone",
        "broken",
        "brotli",
        "dom",
        "local-image",
        "lone",
    ]
    links = "".join(f'<a href="/p/{name}.html">{name}</a>' for name in paths)
    deep = b'<script type="application/ld+json">' + b'{"@graph":[' * 100_000 + b"</script>"
    wide = json.dumps([{"@type": "Thing", "n": n} for n in range(40_000)])
    half = gzip.compress(product("半截的商品").encode() * 50)
    gbk = product("五常大米").replace("</head>", '<meta charset="utf-8"></head>').encode("gb18030")
    utf8 = product("阳澄湖大闸蟹").replace("</head>", '<meta charset="gbk"></head>').encode()
    site.pages |= {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /p/forbidden.html\n", media_type="text/plain"),
        "/": page(
            f'{links}<a href="file:///etc/passwd">f</a><a href="data:text/html,x">d</a><a href="ftp://a/b">p</a>'
        ),
        "/p/good.html": page(product("好商品", url="http://169.254.169.254/latest")),
        "/p/nothing.html": page("<title>关于我们</title><p>这里没有商品</p>"),
        "/p/long.html": page(product("长" * 5_000)),
        "/p/longer.html": page(product("长" * 3_500_000)),
        "/p/truncated.html": Answer(half[: len(half) // 2], headers={"Content-Encoding": "gzip"}),
        "/p/bomb.html": Answer(gzip.compress(b"\0" * 100_000_000, 9), headers={"Content-Encoding": "gzip"}),
        "/p/gbk.html": page(gbk),
        "/p/utf8.html": page(utf8, media_type="text/html; charset=gbk"),
        "/p/deep.html": page(deep),
        "/p/wide.html": page(f'<script type="application/ld+json">{wide}</script>'),
        "/p/loop.html": redirect("/loop/0"),
        "/p/metadata.html": redirect("http://169.254.169.254/latest/meta-data/"),
        "/p/private.html": redirect(f"{other}/admin"),
        "/p/stream.html": Answer(write=endless),
        "/p/zipped.html": Answer(write=endless_zipped),
        "/p/slow.html": Answer(write=slow),
        "/p/rebound.html": redirect("http://www.rebind.test:8080/rebound"),
        "/p/calendar.html": page('<a href="/list/1">第一页</a>'),
        "/p/cut.html": Answer(write=cut),
        "/p/login.html": redirect("/member/login.jhtml?to=x"),
        "/p/slider.html": page('<html><div id="nc_1_nocaptcha">请按住滑块</div></html>'),
        "/p/forbidden.html": page(product("不该被访问")),
        "/p/image.html": page(product("图片炸弹", image=["/i/bomb.png", "/i/none.jpg", "data:image/png;base64,AA=="])),
        "/p/broken.html": page('<script type="application/ld+json">{"@type":"Product","name":"坏", oops}</script>'),
        "/p/brotli.html": Answer(b"not brotli at all", headers={"Content-Encoding": "br"}),
        "/p/dom.html": page("<div itemscope itemtype='https://schema.org/Product'>" + "<b>" * 1_000_000),
        "/p/local-image.html": page(product("内网图片", image=[f"{other}/_cat/indices", "http://127.0.0.1:22/x.png"])),
        "/p/lone.html": page(product("x").replace('"x"', r'"孤立\ud800代理"')),
        "/i/bomb.png": Answer(PNG, media_type="image/png"),
        "/i/none.jpg": Answer(b"<html>not a picture", media_type="image/jpeg"),
    }

    def find(path: str) -> Answer | None:
        if path.startswith("/loop/"):
            return redirect(f"/loop/{int(path[6:]) + 1}")
        if path.startswith("/list/"):  # pages without end, each leading to the next
            return page(f'<a href="/list/{int(path[6:]) + 1}">下一页</a><a href="/p/good.html">p</a>')
        return None

    site.find = find


#: In the crawl's process: bounds that a test can wait for, and a name whose DNS answers change from public to private.
SITE = """
import socket
real, answers = socket.gethostbyname, iter(["93.184.215.14"])
def gethostbyname(name):
    return next(answers, "127.0.0.1") if name == "www.rebind.test" else real(name)
socket.gethostbyname = gethostbyname
gethostbyname("www.rebind.test")  # a check made elsewhere, before the connection: it passed
import crawlers.settings
crawlers.settings.DOWNLOAD_TIMEOUT = 8
"""


def sitecustomised(home: Path) -> Path:
    folder = home / "site"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(SITE)
    return folder


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Crawled, Site]]:
    home: Path = tmp_path_factory.mktemp("hostile")
    with serving() as site:
        fill(site)
        platform_file(
            home,
            "hostile",
            title="恶意店",
            start_urls=[site.url + "/"],
            product_url=r"/p/([\w-]+)\.html",
            follow=r"/list/\d+",
            hosts=["rebind.test"],
            depth=1000,
            delay=0,
            allow_private=True,
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PYTHONPATH", str(sitecustomised(home)))
            yield crawl_site(home, "hostile"), site


CASES = {
    "/p/nothing.html": "读不出商品",
    "/p/long.html": "标题有 5000 个字符，上限 1000 个",
    "/p/longer.html": "JSON-LD 有",
    "/p/truncated.html": "不完整",
    "/p/bomb.html": "炸弹",
    "/p/deep.html": "嵌套过深",
    "/p/wide.html": "读不出商品",
    "/p/metadata.html": "169.254.169.254 是链路本地或元数据地址",
    "/p/private.html": "本机或内网地址",
    "/p/stream.html": "大小上限 16 MiB",
    "/p/zipped.html": "大小上限 16 MiB",
    "/p/slow.html": "超时",
    "/rebound": "www.rebind.test 解析到 127.0.0.1",
    "/p/calendar.html": "读不出商品",
    "/p/cut.html": "断开",
    "/p/login.html": "登录页",
    "/p/slider.html": "验证页",
    "/p/forbidden.html": "robots.txt",
    "/p/gone.html": "页面不存在（404）",
    "/p/broken.html": "无法解析",
    "/p/brotli.html": "解码失败",
    "/i/bomb.png": "60000×60000",
    "/i/none.jpg": "不是可识别的图片",
    "/_cat/indices": "内网地址",
    ":22/x.png": "内网地址",
}


@pytest.mark.parametrize("path", CASES)
def test_each_bad_input_has_its_sentence(crawled: tuple[Crawled, Site], path: str) -> None:
    assert CASES[path] in crawled[0].reasons(path)


def test_endless_redirect_ends(crawled: tuple[Crawled, Site]) -> None:
    aside = [record for record in crawled[0].set_aside if "重定向次数过多" in record.reason]
    assert len(aside) == 1
    assert sum(count for path, count in crawled[1].asked.items() if path.startswith("/loop/")) < 20


def test_endless_pagination_ends(crawled: tuple[Crawled, Site]) -> None:
    assert any("疑似无尽列表" in record.reason for record in crawled[0].set_aside)
    pages = sum(path.startswith("/list/") for path in crawled[1].asked)
    assert FRUITLESS <= pages <= FRUITLESS + 2


@pytest.mark.parametrize("path", ["/p/stream.html", "/p/zipped.html"])
def test_what_was_received_of_an_answer_too_large_is_kept_and_marked(crawled: tuple[Crawled, Site], path: str) -> None:
    vault = Vault(str(crawled[0].home / "vault"))
    (capture,) = vault.captures(next(r.capture for r in crawled[0].set_aside if r.where.endswith(path)))
    assert 16 * MIB < capture.size < 17 * MIB
    assert len(vault.read(capture.digest)) == capture.size
    record = warc.parse(warc.unfold(vault.record(capture), limit=32 * MIB))
    assert record.fields["warc-truncated"] == "length"
    if path == "/p/zipped.html":
        assert (b"x-archive-orig-content-length", b"10737418240") in vault.headers(capture)


def test_another_program_finds_every_digest_right(crawled: tuple[Crawled, Site]) -> None:
    """What ``warcio check`` does, without its decoding of brotli, which fails on what is no brotli."""
    checked = 0
    for path in sorted((crawled[0].home / "vault" / "warc").rglob("*.warc.gz")):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, check_digests=True):
                while record.raw_stream.read(65_536):
                    pass
                assert record.digest_checker.passed is not False, record.rec_headers.get_header("WARC-Target-URI")
                checked += bool(record.digest_checker.passed)
    assert checked > 100


def test_a_crawl_taken_up_again_knows_what_was_cut(crawled: tuple[Crawled, Site]) -> None:
    """Answers out of the vault: the cut ones are refused again, for the same reason, and nothing is asked for twice."""
    first, site = crawled
    before = {path: count for path, count in site.asked.items() if path.startswith("/p/")}
    (first.folder / "stats.json").rename(first.folder / "kept.json")
    again = crawl_site(first.home, "hostile")
    cut = [path for path in CASES if "大小上限" in CASES[path] or "断开" in CASES[path]]
    assert len(cut) == 3
    for path in cut:
        assert CASES[path] in again.reasons(path)
        assert site.asked[path] == before[path]
    assert [record.key for record in again.listings] == [record.key for record in first.listings]


def test_good_pages_between_the_bad_ones_are_read(crawled: tuple[Crawled, Site]) -> None:
    titles = {record.ref: record.title for record in crawled[0].listings}
    assert titles == {
        "good": "好商品",
        "gbk": "五常大米",
        "utf8": "阳澄湖大闸蟹",
        "image": "图片炸弹",
        "local-image": "内网图片",
        "lone": "孤立代理",
    }


def test_a_page_cannot_choose_its_address(crawled: tuple[Crawled, Site]) -> None:
    good = next(record for record in crawled[0].listings if record.ref == "good")
    assert good.url == crawled[1].url + "/p/good.html"


def test_other_schemes_are_refused_and_named(crawled: tuple[Crawled, Site]) -> None:
    reasons = {record.reason for record in crawled[0].set_aside}
    assert {f"链接的协议 {scheme}: 不跟随" for scheme in ("file", "data", "ftp")} <= reasons


def test_everything_is_counted(crawled: tuple[Crawled, Site]) -> None:
    stats = crawled[0].stats
    assert stats.ended == "finished"
    assert stats.listings == 6
    assert stats.set_aside == len(crawled[0].set_aside)
    assert stats.blocked == 2
    assert stats.robots == 2  # one page that the rules forbid, one of a host whose rules cannot be had
    assert any("被拦截" in alarm for alarm in stats.alarms)


def test_robots_and_agent(crawled: tuple[Crawled, Site]) -> None:
    site = crawled[1]
    assert site.asked["/robots.txt"] == 1
    assert site.asked["/p/forbidden.html"] == 0
    assert site.agents == {"Qingyuan/0.1 (market supervision monitoring; +mailto:contact@example.invalid)"}


def test_raw_bytes_are_in_the_vault_before_parsing(crawled: tuple[Crawled, Site]) -> None:
    vault = Vault(str(crawled[0].home / "vault"))
    truncated = next(record for record in crawled[0].set_aside if record.where.endswith("/p/truncated.html"))
    assert vault.read(truncated.capture) == crawled[1].pages["/p/truncated.html"].body
    for record in crawled[0].listings:
        assert vault.read(record.capture) == crawled[1].pages[f"/p/{record.ref}.html"].body
    loop = vault.captured("night", crawled[1].url + "/loop/1")
    assert loop is not None
    assert loop.status == 302
