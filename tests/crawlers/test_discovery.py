"""Plans, budgets and endless lists, in real crawls."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crawlers import discovery
from crawlers.discovery import Plan, Trails
from crawlers.run import crawl
from domain.errors import InputError, SettingsError

from .conftest import NOW, Answer, Crawled, Site, crawl_site, page, platform_file, product


def shop(home: Path, site: Site, **more: object) -> None:
    values = {"start_urls": [site.url + "/"], "product_url": r"/p/(\d+)", "delay": 0, "allow_private": True}
    platform_file(home, "shop", **{**values, **more})


def planned(home: Path, plan: Plan) -> Crawled:
    folder = home / "runs" / "night"
    stats = crawl("shop", run_dir=folder, home=home, vault=str(home / "vault"), now=NOW, plan=plan)
    return Crawled(stats, folder / "crawl" / "shop", home)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("http://A.example:80/x#y", "http://a.example/x"),
        ("https://a.example:443", "https://a.example/"),
        ("https://a.example:8443/x?b=2&a=1", "https://a.example:8443/x?b=2&a=1"),
        ("https://a.example/x?id=1&spm=a.1&utm_medium=m", "https://a.example/x?id=1"),
        ("https://a.example/x;jsessionid=AF?spm=1", "https://a.example/x"),
        ("https://a.example/x?spms=1&q=%E7%B1%B3", "https://a.example/x?spms=1&q=%E7%B1%B3"),
        ("http://[::1", "http://[::1"),
    ],
)
def test_one_spelling_of_an_address(written: str, meant: str) -> None:
    assert discovery.canonical(written) == meant
    assert discovery.canonical(meant) == meant


def test_a_list_is_given_up_only_when_it_has_led_nowhere_for_long() -> None:
    trails = Trails(fruitless=3)
    pages = [f"http://a.example/list?page={n}" for n in range(20)]
    given_up = [trails.came(url, new_products=int(n == 1)) for n, url in enumerate(pages[:6])]
    assert given_up == [False, False, False, False, True, False]
    assert not trails.open(pages[9])
    assert trails.open("http://a.example/other?page=9")


def test_a_calendar_without_end_is_left(tmp_path: Path, site: Site) -> None:
    site.pages["/"] = page('<a href="/cal/1">c</a><a href="/p/1">p</a>')
    site.pages["/p/1"] = page(product("五常大米"))

    def find(path: str) -> Answer | None:
        found = re.fullmatch(r"/cal/(\d+)", path)
        return page(f'<a href="/cal/{int(found[1]) + 1}">next</a><a href="/p/1">p</a>') if found else None

    site.find = find
    shop(tmp_path, site, follow=r"/cal/\d+", depth=1000)
    crawled = crawl_site(tmp_path, "shop")
    assert crawled.stats.ended == "finished"
    assert [record.title for record in crawled.listings] == ["五常大米"]
    assert discovery.FRUITLESS <= sum("/cal/" in path for path in site.asked) <= discovery.FRUITLESS + 2
    assert any("疑似无尽列表" in record.reason for record in crawled.set_aside)


def test_known_products_and_terms_are_visited(tmp_path: Path, site: Site) -> None:
    site.pages["/"] = page("<p>空</p>")
    site.pages["/p/1"] = page(product("从列表消失的大米"))
    site.pages["/s?q=%E7%B1%B3"] = page('<a href="/p/2">p</a>')
    site.pages["/p/2"] = page(product("搜到的大米"))
    shop(tmp_path, site, search=site.url + "/s?q={term}")
    elsewhere = "http://other.example/p/9"
    crawled = planned(tmp_path, Plan(terms=("米",), known=(site.url + "/p/1", site.url + "/p/3", elsewhere)))
    assert {record.ref for record in crawled.listings} == {"1", "2"}
    assert "页面不存在" in crawled.reasons("/p/3")
    assert discovery.read_plan(crawled.folder / "plan.json").terms == ("米",)


def test_shops_of_the_plan_are_visited_where_the_platform_follows_them(tmp_path: Path, site: Site) -> None:
    site.pages |= {"/": page("<p>空</p>"), "/shop/7": page('<a href="/p/1">p</a>'), "/p/1": page(product("新上的大米"))}
    shop(tmp_path, site, follow=r"/shop/\d+")
    elsewhere = ("http://other.example/shop/7", site.url + "/login?shop=7", site.url + "/shopping")
    crawled = planned(tmp_path, Plan(shops=(site.url + "/shop/7", *elsewhere)))
    assert [record.title for record in crawled.listings] == ["新上的大米"]
    assert set(site.asked) == {"/robots.txt", "/", "/shop/7", "/p/1"}


def test_a_budget_is_kept_and_said(tmp_path: Path, site: Site) -> None:
    site.pages["/"] = page("".join(f'<a href="/p/{n}">p</a>' for n in range(30)))
    site.find = lambda path: page(product("大米")) if path.startswith("/p/") else None
    shop(tmp_path, site, images=False)
    crawled = planned(tmp_path, Plan(budget=10))
    assert sum(count for path, count in site.asked.items() if path != "/robots.txt") == 10
    assert crawled.stats.ended == "budget"
    assert not crawled.stats.alarms


def test_a_list_page_that_cannot_be_read_is_counted_apart(tmp_path: Path, site: Site) -> None:
    site.pages["/"] = page('<a href="/l/1">l</a><a href="/l/2">l</a><a href="/p/1">p</a><a href="/p/2">p</a>')
    site.pages |= {"/l/1": Answer(status=403), "/l/2": Answer(status=404), "/p/1": page(product("大米"))}
    site.pages["/p/2"] = Answer(b"\x1f\x8b", headers={"Content-Encoding": "gzip"})
    shop(tmp_path, site, follow=r"/l/\d")
    stats = crawl_site(tmp_path, "shop").stats
    assert (stats.blocked, stats.missed, stats.failed) == (1, 0, 1)


@pytest.mark.parametrize(
    "answer", [Answer(b"User-agent: *\nAllow: /", status=503), Answer(write=lambda h: h.wfile.close())]
)
def test_robots_that_cannot_be_had_forbid_everything(tmp_path: Path, site: Site, answer: Answer) -> None:
    site.pages |= {"/robots.txt": answer, "/": page(product("大米"))}
    shop(tmp_path, site)
    crawled = crawl_site(tmp_path, "shop")
    assert set(site.asked) == {"/robots.txt"}
    assert crawled.stats.robots == 1
    assert "低于下限" in crawled.stats.alarms[0]


def test_robots_that_are_not_there_forbid_nothing(tmp_path: Path, site: Site) -> None:
    site.pages |= {"/robots.txt": Answer(b"User-agent: *\nDisallow: /", status=404), "/": page(product("大米"))}
    shop(tmp_path, site)
    assert crawl_site(tmp_path, "shop").stats.robots == 0


def test_a_legal_basis_is_complete_and_goes_into_the_figures(tmp_path: Path, site: Site) -> None:
    site.pages |= {"/robots.txt": Answer(b"User-agent: *\nDisallow: /"), "/": page('<a href="/p/1">p</a>')}
    site.pages["/p/1"] = page(product("大米"))
    basis = {"who": "王某（执法证 1234）", "when": "2026-11-20", "why": "《电子商务法》第二十五条，案号 7"}
    shop(tmp_path, site, robots=False, robots_basis={**basis, "when": "去年"})
    with pytest.raises(SettingsError, match=r"robots_basis.when"):
        crawl_site(tmp_path, "shop")
    shop(tmp_path, site, robots=False, robots_basis={"who": "王某"})
    with pytest.raises(SettingsError, match="who（何人决定）"):
        crawl_site(tmp_path, "shop")
    shop(tmp_path, site, robots=False, robots_basis=basis)
    stats = crawl_site(tmp_path, "shop").stats
    assert stats.listings == 1
    assert stats.basis == "王某（执法证 1234） 于 2026-11-20 决定：《电子商务法》第二十五条，案号 7"


def test_a_window_that_is_none_is_refused(tmp_path: Path, site: Site) -> None:
    shop(tmp_path, site, window="1:00-6")
    with pytest.raises(SettingsError, match="01:00-06:00"):
        crawl_site(tmp_path, "shop")


def test_a_damaged_plan_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("{")
    with pytest.raises(InputError, match="采集计划"):
        discovery.read_plan(tmp_path / "plan.json")
