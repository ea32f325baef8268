"""Pages that say with status 200 that the goods are gone; and lawful pages that merely contain the words."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.page import Page
from crawlers.platform import Parsed, Platform
from crawlers.platforms import BUILT_IN
from evidence.vault import Vault

from .conftest import Answer, Site, crawl_site, page, platform_file, product, redirect

AT = datetime(2026, 11, 24, tzinfo=UTC)
PAGES = Path(__file__).resolve().parent.parent / "pages"
SHOP = Platform(name="shop", title="店", start_urls=("https://shop.example/",), product_url=r"/p/(\d+)")
HTML = {"content-type": "text/html; charset=utf-8"}
JSON = {"content-type": "application/json"}


def parsed(body: str, *, platform: Platform = SHOP, url: str = "https://shop.example/p/1", asked: str = "") -> Parsed:
    headers = JSON if body.startswith("{") else HTML
    return platform.parse(Page(url=url, body=body.encode(), at=AT, headers=headers, asked=asked, capture="sha256:x"))


@pytest.mark.parametrize(
    "body",
    [
        "<title>商品已下架</title><p>去看看别的吧</p>",
        "<h1>很抱歉，您查看的商品不存在，可能已下架或被转移<h1><p>您可以返回首页</p>",
        '<div class=page-content><p class="tip404">很抱歉，您查看的宝贝不存在，可能已下架或被转移</p></div>',
        "<html><head><title>商品下架</title></head><body><h3>该商品已下架</h3></body></html>",
        "<h2>亲，该宝贝已被卖家删除</h2>",
        "<div><h3><strong>该商品已下柜，非常抱歉！</strong></h3></div><ul><li>热卖 <a href=/p/2>大米</a> ¥9</li></ul>",
        "<p>Sorry, this item is no longer available.</p>",
        '{"code":404,"msg":"商品已失效","data":null}',
        '{"ret":["FAIL_BIZ::商品已下架"],"data":{}}',
    ],
)
def test_pages_that_say_so_are_gone(body: str) -> None:
    found = parsed(body)
    assert found.gone
    assert not found.listings
    (record,) = found.set_aside
    assert record.reason.startswith("商品已下架或不存在：页面写明“")
    assert record.capture == "sha256:x"


@pytest.mark.parametrize(
    "body",
    [
        # another page's goods, in a recommendation, a list, a comment or a cart
        '<div class="recommend"><p>该商品已下架</p></div>',
        "<ul><li><a href=/p/2>该商品已下架</a></li><li><p>该商品已下架</p></li></ul>",
        '<div class="comment-list"><p>商品已下架了吗？</p></div>',
        '<div id="mini-cart"><span>商品已失效</span></div>',
        # not seen by a visitor
        '<div style="display: none"><p>该商品已下架</p></div><p>正在加载</p>',
        '<div class="off hide">该商品已下架</div><p>正在加载</p>',
        "<script>var tip = '该商品已下架'</script><template><p>该商品已下架</p></template>",
        # it is for sale all the same
        "<p>该商品已下架</p><button>加入购物车</button>",
        # the words are about something else
        "<p>关于商品下架规则的通知</p><p>优惠券已失效</p><p>卖家承诺：商品不存在质量问题</p>",
        "<p>本店商品已下架旧款，欢迎选购新款，新款参数见下表并请以实物为准，本店不另行通知各位顾客敬请谅解，"
        "本店不另行通知各位顾客敬请谅解，本店不另行通知各位顾客敬请谅解</p>",
        '{"items":[{"title":"该商品已下架"}]}',
    ],
)
def test_pages_that_only_contain_the_words_are_not(body: str) -> None:
    found = parsed(body)
    assert not found.gone
    assert all("下架或不存在" not in record.reason for record in found.set_aside)


def test_goods_that_are_read_are_there_whatever_a_page_adds() -> None:
    body = product("五常大米").replace("</body>", "<p>该商品已下架</p></body>")
    found = parsed(body)
    assert len(found.listings) == 1 and not found.gone


def test_only_a_products_page_is_gone() -> None:
    assert not parsed("<h1>商品已下架</h1>", url="https://shop.example/help/off").gone


TAOBAO = "https://item.taobao.com/item.htm?id=12345678"


@pytest.mark.parametrize(
    ("name", "url", "asked", "body"),
    [
        ("taobao", TAOBAO, "", "<div class=err>很抱歉，您查看的宝贝不存在，可能已下架或者被转移。</div>"),
        ("taobao", "https://item.taobao.com/auction/noitem.htm?itemid=1", TAOBAO, "<p>x</p>"),
        ("taobao", TAOBAO, "", '{"ret":["ERRCODE_QUERY_DETAIL_FAIL::宝贝不存在"]}'),
        (
            "tmall",
            "https://detail.tmall.com/item.htm?id=12345678",
            "",
            "<p>很抱歉，您查看的商品找不到了</p><b>加入购物车</b>",
        ),
        (
            "jd",
            "https://item.jd.com/100000001.html",
            "",
            "<div class=sku-name>某机</div><div class=itemover-tip>该商品已下柜，欢迎挑选其他商品！</div>",
        ),
    ],
)
def test_platforms_by_their_own_signs(name: str, url: str, asked: str, body: str) -> None:
    platform = next(platform for platform in BUILT_IN if platform.name == name)
    found = parsed(body, platform=platform, url=url, asked=asked)
    assert found.gone
    assert found.set_aside[0].where == (asked or url)


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(path.parent.name for path in PAGES.glob("*/expected.json")))
def test_no_page_that_we_have_is_taken_for_gone(name: str, request: pytest.FixtureRequest) -> None:
    """Real saved pages and drawn ones, each at an address that promises a product."""
    expected = json.loads((PAGES / name / "expected.json").read_text(encoding="utf-8"))
    path = PAGES / name / expected["page"]
    if not path.exists():
        path = request.getfixturevalue("shared") / "pages" / expected["page"]
    headers = {"content-type": expected["content_type"]}
    anything = Platform(name="any", title="任意", start_urls=("https://shop.example/",), product_url=r"/p/(\d+)")
    found = anything.parse(Page(url="https://shop.example/p/1", body=path.read_bytes(), at=AT, headers=headers))
    assert not found.gone


def test_a_crawl_counts_them_with_their_captures(tmp_path: Path, site: Site) -> None:
    site.pages |= {
        "/": page("".join(f'<a href="/p/{n}">p</a>' for n in range(1, 6))),
        "/p/1": page(product("五常大米")),
        "/p/2": page("<h2>该商品已下架</h2>"),
        "/p/3": Answer(status=410),
        "/p/4": redirect("/off.html"),
        "/p/5": redirect("/"),
        "/off.html": page("<title>宝贝不存在</title>"),
    }
    platform_file(
        tmp_path, "shop", start_urls=[site.url + "/"], product_url=r"/p/(\d+)", delay=0, allow_private=True, floor=1
    )
    crawled = crawl_site(tmp_path, "shop")
    assert crawled.stats.ok, crawled.stats
    assert (crawled.stats.listings, crawled.stats.gone) == (1, 3)
    vault = Vault(str(tmp_path / "vault"))
    by_path = {record.where.removeprefix(site.url): record for record in crawled.set_aside}
    # a product's address that leads to the front page (already read) says nothing of the product
    assert set(by_path) == {"/p/2", "/p/3", "/p/4"}
    assert "该商品已下架" in vault.decoded(by_path["/p/2"].capture).decode()
    assert "宝贝不存在" in vault.decoded(by_path["/p/4"].capture).decode()


def test_a_bureau_writes_how_its_platform_says_so(tmp_path: Path, site: Site) -> None:
    site.pages |= {"/": page('<a href="/p/1">p</a>'), "/p/1": page("<h1>五常大米</h1><em>本链接暂停展示</em>")}
    platform_file(
        tmp_path, "shop", start_urls=[site.url + "/"], product_url=r"/p/(\d+)", gone="本链接暂停展示", delay=0,
        allow_private=True, select={"title": "h1"},
    )  # fmt: skip
    assert crawl_site(tmp_path, "shop").stats.gone == 1
