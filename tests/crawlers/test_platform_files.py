from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers import platforms
from crawlers.page import Page
from domain.errors import NotFoundError, SettingsError, UsageError

GOOD = """
title = "某县农产品网"
start_urls = ["https://shop.example/list"]
product_url = '/goods/(\\d+)'
follow = '/list'
delay = 3.5
floor = 20
[select]
title = "h1"
price = ".price"
images = ".gallery img@data-src"
seller = ".shop a"
seller_url = ".shop a@href"
contacts = ".tel"
category = ".crumbs a"
sales = ".sold"
rows = "table.attr tr"
row_name = "th"
row_value = "td"
"claims.产地" = ".origin"
"""

HTML = """<h1>某县 <b>红枣</b></h1><p class=price>¥39.9起</p><div class=gallery><img data-src=/1.jpg><img src=x></div>
<p class=shop><a href=/s/1>枣乡铺</a></p><i class=tel>电话 13800000000</i><p class=crumbs><a>干果</a><a>红枣</a></p>
<p class=sold>已售 1.5万+件</p><p class=origin>河南新郑</p>
<table class=attr><tr><th>品牌：</th><td>枣乡</td></tr><tr><th>空</th></tr></table>"""


def _home(tmp_path: Path, **files: str) -> Path:
    (tmp_path / "platforms").mkdir()
    for name, text in files.items():
        (tmp_path / "platforms" / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_platform_without_code_reads_a_page(tmp_path: Path) -> None:
    platform = platforms.load(_home(tmp_path, county=GOOD))["county"]
    assert (platform.name, platform.title, platform.delay, platform.floor) == ("county", "某县农产品网", 3.5, 20)
    at = datetime(2026, 11, 24, tzinfo=UTC)
    page = Page(url="https://shop.example/goods/12?from=list", body=HTML.encode(), at=at)
    (listing,) = platform.parse(page).listings
    assert (listing.key, listing.title, str(listing.price), listing.sales) == ("county/12", "某县 红枣", "39.9", 15_000)
    assert listing.claims == {"品牌": "枣乡", "产地": "河南新郑", "价格": "¥39.9起", "销量": "已售 1.5万+件"}
    assert listing.images == ("https://shop.example/1.jpg",)
    assert (listing.seller.name, listing.seller.url) == ("枣乡铺", "https://shop.example/s/1")
    assert listing.seller.contacts == ("电话 13800000000",)
    assert listing.category == ("干果", "红枣")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("start_urls = [", "无法读取"),
        ('colour = "red"', "未知的项 'colour'"),
        ('start_urls = "https://a.example"', "start_urls 应为文本数组"),
        ('start_urls = ["https://a.example"]\nrender = 1', "render 应为"),
        ('start_urls = ["https://a.example"]\nfloor = 1.5', "floor 应为整数"),
        ('start_urls = ["https://a.example"]\nfamily = "magic"', "'magic' 不存在"),
        ('start_urls = ["https://a.example"]\nproduct_url = "("', "正则表达式"),
        ('start_urls = ["https://a.example"]\n[select]\nprice = "b"', "要有 title"),
        ('start_urls = ["https://a.example"]\n[select]\ntitle = "b"\nhue = "c"', "hue"),
        ('start_urls = ["https://a.example"]\nrobots = false', "robots_basis"),
        ('start_urls = ["https://a.example"]\nname = "../../etc"', "平台名"),
        ('title = "空"', "start_urls 或 search"),
    ],
)
def test_a_bad_file_is_named_with_its_key(tmp_path: Path, text: str, word: str) -> None:
    home = _home(tmp_path, bad=text)
    with pytest.raises(SettingsError, match=r"bad\.toml") as raised:
        platforms.load(home)
    assert word in str(raised.value)


def test_two_files_of_one_name(tmp_path: Path) -> None:
    one = 'name = "x"\nstart_urls = ["https://a.example"]'
    with pytest.raises(SettingsError, match="都叫 x"):
        platforms.load(_home(tmp_path, a=one, b=one))


def test_built_in_platforms_can_be_read_from_elsewhere(tmp_path: Path) -> None:
    home = _home(tmp_path, mirror='start_urls = ["https://m.example/"]\nfamily = "taobao"')
    assert platforms.load(home)["mirror"].read is platforms.TAOBAO.read


def test_targets() -> None:
    assert platforms.name_of("taobao") == "taobao"
    assert platforms.name_of("http://127.0.0.1:8000/x") == "web-127.0.0.1-8000"
    assert platforms.name_of("http://[::1]/../../x") == "web-1"
    with pytest.raises(NotFoundError, match="taobao、tmall"):
        platforms.find("nowhere", Path("/nonexistent"))
    for url in ("http://", "http://[bad", "https:///x"):
        with pytest.raises(UsageError):
            platforms.of_url(url)
