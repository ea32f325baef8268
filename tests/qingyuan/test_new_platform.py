"""``crawl new``: real pages that nobody here wrote, a drawn shop, and everything that must stop it."""

from __future__ import annotations

import doctest
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers import platforms, skeleton
from crawlers.page import Page
from evidence.vault import Vault
from qingyuan import new_platform
from tests.crawlers.conftest import Answer, Site, page, product, redirect, site

__all__ = ["site"]  # the fixture

PAGES = Path(__file__).resolve().parent.parent / "pages"
#: A page that states nothing in a structured way, as small shops still write them.
VISIBLE = """<html><head><title>信阳毛尖 - 某县茶行</title></head><body>
<form action="/search.php"><input type=hidden name=cat value=7><input name=keyword></form>
<div class="goods-info"><h1>信阳毛尖 明前特级</h1><div class="buy"><span class="now-price">¥128.00</span></div>
<img class="main-pic" src="/pic/1.jpg"><button>加入购物车</button></div>
<table class="attr"><tr><th>品牌</th><td>某山</td></tr><tr><th>产地</th><td>河南信阳</td></tr>
<tr><th>净含量</th><td>250g</td></tr></table>
<a href="/goods-12.html">another</a><a href="/goods-13.html">another</a><a href="/cart">购物车</a>
<a href="/login?back=/">登录</a></body></html>"""


def run(home: Path, *arguments: str, expected: int = 0) -> Any:
    ended = subprocess.run(
        [sys.executable, "-m", "qingyuan", "--home", str(home), "crawl", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == expected, ended.stderr + ended.stdout
    return json.loads(ended.stdout) if "--json" in arguments else ended.stdout + ended.stderr


def new(home: Path, url: str, *options: str, expected: int = 0) -> Any:
    return run(home, "new", url, "--name", "shop", "--allow-private", "--json", *options, expected=expected)


def files(home: Path) -> list[str]:
    return sorted(str(path.relative_to(home)) for path in (home / "platforms").rglob("*") if path.is_file())


def test_the_examples_in_the_docstrings() -> None:
    for module in (skeleton, new_platform):
        assert doctest.testmod(module).failed == 0


def test_a_page_of_a_storefront_that_we_did_not_write() -> None:
    """A product's page as django-oscar 4.2.1 (BSD-3-Clause) serves it by its own templates; only the goods are ours."""
    body = (Path(__file__).parent / "oscar_product.html").read_bytes()
    url = "http://shop.example/catalogue/xinyang-maojian_209/"
    shown = Page(url=url, body=body, at=datetime(2026, 11, 24, tzinfo=UTC), headers={"content-type": "text/html"})
    found = skeleton.draft(shown)
    assert (found.family, found.source) == ("selectors", "dom")
    assert found.select["price"] == "p.price_color"
    assert {"title", "images", "rows", "row_name", "row_value"} <= set(found.select)
    assert found.search == "http://shop.example/search/?q={term}"
    # the addresses beside it have their numbers in the same place
    pattern = re.compile(found.product_url)
    assert [
        hit[1] for hit in (pattern.search(url), pattern.search("http://shop.example/catalogue/rice_7/")) if hit
    ] == [
        "209",
        "7",
    ]
    assert not pattern.search("http://shop.example/catalogue/category/tea_2/")


@pytest.mark.shared
def test_a_saved_marketplace_page_finds_its_reader(tmp_path: Path, site: Site, shared: Path) -> None:
    """The real 天猫 page of 2017: no JSON-LD, no structured data of any kind; read, written, and crawled again."""
    expected = json.loads((PAGES / "tmall_item" / "expected.json").read_bytes())
    body = (shared / "pages" / expected["page"]).read_bytes()
    path = "/item.htm?id=" + expected["listings"][0]["ref"]
    site.pages[path] = Answer(body, media_type=expected["content_type"])
    made = new(tmp_path, site.url + path)
    assert made["family"] == "tmall"
    assert made["listing"]["title"] == expected["listings"][0]["title"]
    assert made["listing"]["price"] == expected["listings"][0]["price"]
    assert "销量" in made["missing"]  # not in the page, and said so
    assert files(tmp_path) == ["platforms/shop.toml", "platforms/shop/expected.json", "platforms/shop/page.html"]
    assert Vault(str(tmp_path / "vault")).read(made["listing"]["capture"]) == body
    assert run(tmp_path, "check", "shop", "--json")["differences"] == []
    # the pictures lie on the platform's servers, which a test never asks
    toml = tmp_path / "platforms" / "shop.toml"
    toml.write_text(f"{toml.read_text('utf-8')}images = false\n", "utf-8")
    crawled = run(tmp_path, "run", "shop", "--limit", "1", "--json")
    assert (crawled["listings"], crawled["failed"], crawled["alarms"]) == (1, {}, {})


def test_a_page_without_structured_data_gets_selectors_that_read_it(tmp_path: Path, site: Site) -> None:
    site.pages |= {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /cart\nCrawl-delay: 4\nSitemap: http://shop.example/map.xml\n"),
        "/goods-11.html": page(VISIBLE),
    }  # fmt: skip
    made = new(tmp_path, site.url + "/goods-11.html")
    assert (made["family"], made["source"]) == ("selectors", "可见页面")
    assert (made["listing"]["ref"], made["listing"]["title"], made["listing"]["price"]) == (
        "11", "信阳毛尖 明前特级", "128.00",
    )  # fmt: skip
    assert made["listing"]["claims"]["产地"] == "河南信阳"
    platform = platforms.load(tmp_path)["shop"]
    assert platform.delay == 4.0
    assert platform.sitemaps == ("http://shop.example/map.xml",)
    assert platform.search == f"{site.url}/search.php?cat=7&keyword={{term}}"
    assert platform.start_urls == (f"{site.url}/", f"{site.url}/goods-11.html")
    assert platform.allow_private
    followed = {path for path in ("/goods-12.html", "/list?p=2", "/cart", "/login?back=/") if _follows(platform, path)}
    assert followed == {"/goods-12.html", "/list?p=2"}


def _follows(platform: Any, path: str) -> bool:
    return re.search(platform.follow, platform.start_urls[0].rstrip("/") + path) is not None


@pytest.mark.slow
def test_a_list_is_followed_to_one_product(tmp_path: Path, site: Site) -> None:
    cards = "".join(f'<div><a href="/p/rice-{n}.html"><img src="/i/{n}.jpg"></a></div>' for n in range(1, 6))
    site.pages |= {"/": page(f"<h1>全部商品</h1><a href=/about><img src=/logo.png></a>{cards}")}
    site.find = lambda path: page(product(f"大米 {path}")) if path.startswith("/p/") else None
    made = new(tmp_path, site.url + "/")
    assert made["url"] == site.url + "/p/rice-1.html"
    assert platforms.load(tmp_path)["shop"].ref_of(site.url + "/p/rice-4.html") == "4"
    toml = tmp_path / "platforms" / "shop.toml"
    toml.write_text(re.sub(r"(?m)^delay = .*$", "delay = 0", toml.read_text("utf-8")), "utf-8")
    crawled = run(tmp_path, "run", "shop", "--json")
    assert crawled["listings"] == 5


def test_a_page_that_nothing_reads_leaves_a_skeleton_and_says_what_to_do(tmp_path: Path, site: Site) -> None:
    site.pages["/goods/7"] = page("<h1>只有标题</h1><p>没有价格</p>")
    said = run(tmp_path, "new", site.url + "/goods/7", "--name", "shop", "--allow-private", expected=1)
    assert "读不出商品" in said and "[select]" in said and "crawl check shop" in said
    text = (tmp_path / "platforms" / "shop.toml").read_text("utf-8")
    assert '# price = ".price"' in text
    toml = tmp_path / "platforms" / "shop.toml"
    toml.write_text(text.replace("# product_url", "product_url").replace('# price = ".price"', 'price = "p"'), "utf-8")
    assert run(tmp_path, "check", "shop", "--json", expected=1)["differences"] == ["应有 0 个商品，读出 1 个"]
    run(tmp_path, "check", "shop", "--accept")
    assert run(tmp_path, "check", "shop", "--json")["differences"] == []


def test_nothing_is_overwritten(tmp_path: Path, site: Site) -> None:
    site.pages["/goods-11.html"] = page(VISIBLE)
    (tmp_path / "platforms").mkdir()
    mine = tmp_path / "platforms" / "shop.toml"
    mine.write_text(f'start_urls = ["{site.url}/"]\n')
    said = run(tmp_path, "new", site.url + "/goods-11.html", "--name", "shop", "--allow-private", expected=2)
    assert "已存在，不会覆盖" in said
    assert mine.read_text() == f'start_urls = ["{site.url}/"]\n'
    assert site.asked.total() == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("https://item.taobao.com/item.htm?id=1",), 2, "内置平台"),
        (("ftp://shop.example/",), 2, "不是可以采集的网址"),
        (("https://shop.example/p/1", "--name", "../x"), 2, "平台名"),
        (("http://127.0.0.1:9/p/1",), 3, "内网地址"),
    ],
)
def test_what_must_not_be_captured_is_refused(
    tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    assert words in run(tmp_path, "new", *arguments, expected=code)
    assert not (tmp_path / "platforms").exists()


def test_robots_and_walls_are_honoured(tmp_path: Path, site: Site) -> None:
    site.pages |= {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /private\n"),
        "/private/1": page(product("不许看")),
        "/p/1": redirect("/login?to=/p/1"),
    }
    for path, words in (("/private/1", "robots.txt 不允许"), ("/p/1", "登录页")):
        said = run(tmp_path, "new", site.url + path, "--name", "shop", "--allow-private", expected=3)
        assert words in said and "未写任何文件" in said
    assert site.asked["/private/1"] == 0
    assert not (tmp_path / "platforms").exists()


@pytest.mark.browser
def test_a_page_drawn_by_javascript(tmp_path: Path, site: Site) -> None:
    drawn = json.dumps(VISIBLE.partition("<body>")[2].partition("</body>")[0])
    site.pages["/goods-11.html"] = page(f"<html><body><script>document.body.innerHTML = {drawn}</script></body></html>")
    made = new(tmp_path, site.url + "/goods-11.html", "--render")
    assert (made["family"], made["listing"]["price"]) == ("selectors", "128.00")
    assert platforms.load(tmp_path)["shop"].render
    assert run(tmp_path, "check", "shop", "--json")["differences"] == []


#: A list and goods that stand in the page only after its script has run.
DRAWN_LIST = """<div id=a></div><script>document.getElementById("a").innerHTML =
[1, 2].map(n => `<a href="/goods/${n}">${n}</a>`).join("")</script>"""
DRAWN_GOODS = """<div id=a></div><script>const n = location.pathname.split("/")[2];
document.getElementById("a").innerHTML = `<h1>明前毛尖 ${n} 号</h1><b class="price">¥1${n}8.00</b>
<button>加入购物车</button><table><tr><th>品牌</th><td>某山</td></tr></table>`</script>"""


@pytest.mark.slow
@pytest.mark.browser
def test_an_address_is_rendered_where_the_officer_asks_for_it(tmp_path: Path, site: Site) -> None:
    site.pages |= {"/": page(DRAWN_LIST), "/goods/1": page(DRAWN_GOODS), "/goods/2": page(DRAWN_GOODS)}
    plain = run(tmp_path, "run", site.url + "/", "--allow-private", "--json", expected=1)
    assert plain["listings"] == 0
    assert "--render" in next(iter(plain["alarms"].values()))[0]
    drawn = run(tmp_path / "drawn", "run", site.url + "/", "--allow-private", "--render", "--json")
    assert (drawn["listings"], drawn["alarms"]) == (2, {})
    (folder,) = (tmp_path / "drawn" / "runs").glob("*/crawl/web-*")
    read = [json.loads(line) for line in (folder / "listings.jsonl").read_text("utf-8").splitlines()]
    assert [(record["title"], record["price"], record["claims"]["品牌"]) for record in read] == [
        (f"明前毛尖 {n} 号", f"1{n}8.00", "某山") for n in (1, 2)
    ]
