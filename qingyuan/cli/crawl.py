"""``qingyuan crawl``: collect listings from platforms."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from qingyuan.cli.context import Context, Json, emit, now, pairs, printable, progress, say, settings, table, workspace

if TYPE_CHECKING:
    from qingyuan.new_platform import Made

#: Figures of the ledger, in the order of the columns.
_CHANGES = ("new", "changed", "gone", "back", "unknown")

app = typer.Typer(no_args_is_help=True, help="采集电商平台上的商品。")


@app.command()
def run(
    context: Context,
    target: Annotated[str, typer.Argument(metavar="PLATFORM|URL", help="平台名，或一个网址")],
    term: Annotated[list[str] | None, typer.Option(help="搜索词，可重复")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="至多采集多少个商品")] = None,
    render: Annotated[bool, typer.Option("--render", help="用浏览器打开网址的页面（由脚本画出的站点）")] = False,
    allow_private: Annotated[bool, typer.Option("--allow-private", help="网址可以在本机或内网")] = False,
    json: Json = False,
) -> int:
    """采集一个平台，或一个网址所在的站点。"""
    from qingyuan import runs
    from qingyuan.cli.nightly import exit_code, warn
    from qingyuan.stages.crawl import crawl
    from qingyuan.stages.ingest import ingest

    moment = now(context)
    with workspace(context) as opened:
        started = runs.start(opened.home, f"crawl-{moment:%Y%m%dT%H%M%S}", kind="crawl", now=moment)
        with progress(quiet=json) as report:
            summary = crawl(
                opened,
                started,
                platforms=[target],
                terms=term or (),
                limit=limit,
                allow_private=allow_private,
                render=render,
                report=report,
            )
            ingest(opened, report=report)
    if json:
        emit({"run": started.name, **summary})
    else:
        shown = {"运行": started.name, "网页": summary["pages"], "商品": summary["listings"]}
        pairs("采集结果", {**shown, "搁置（见 set_aside.jsonl）": summary["set_aside"]})
        warn(summary)
    return exit_code(summary)


@app.command("list")
def list_(context: Context, json: Json = False) -> None:
    """列出能采集的平台。"""
    from crawlers.platforms import load

    found = load(settings(context).home)
    if json:
        for name, platform in found.items():
            emit({"name": name, "title": platform.title, "render": platform.render, "start_urls": platform.start_urls})
    else:
        rows = ((name, p.title, "浏览器" if p.render else "HTTP", len(p.start_urls)) for name, p in found.items())
        table("平台", ("名称", "平台", "方式", "入口数"), rows)


@app.command()
def nightly(
    context: Context,
    platform: Annotated[list[str] | None, typer.Option(help="只采集这些平台，可重复")] = None,
    name: Annotated[str, typer.Option(help="运行名，默认按日期")] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="每个平台至多采集多少个商品")] = None,
    json: Json = False,
) -> int:
    """夜间采集：只采集、入库、比对变化，不研判；之后运行 qingyuan nightly 接着做完这一夜。"""
    from qingyuan.cli.nightly import perform

    return perform(context, platform, name, limit, json=json, only="changes")


@app.command()
def new(
    context: Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="一个商品页（列表页会从中取一个商品）")],
    name: Annotated[str, typer.Option(help="平台名，默认取自网址")] = "",
    render: Annotated[bool, typer.Option("--render", help="用浏览器打开")] = False,
    allow_private: Annotated[bool, typer.Option("--allow-private", help="网址可以在本机或内网")] = False,
    json: Json = False,
) -> int:
    """采一页，写出一个平台的描述文件与样张；读不出商品时以 1 结束。"""
    from qingyuan.new_platform import make

    with workspace(context) as opened:
        made = make(opened, url, now=now(context), name=name, render=render, allow_private=allow_private)
    if json:
        emit({**asdict(made), "file": str(made.file), "fixture": str(made.fixture)})
    else:
        _tell(made)
    return 0 if made.listing is not None else 1


def _tell(made: Made) -> None:
    from qingyuan.new_platform import FIELDS

    listing = made.listing
    if listing is None:
        say(
            f"{made.url} 读不出商品：请补全 {made.file} 的 product_url 与 [select]，"
            f"再运行 qingyuan crawl check {made.name}"
        )
    else:
        shown = {said: _short(listing.get(key)) for key, said in FIELDS.items() if said not in made.missing}
        pairs(f"从 {made.source} 读出（family = {made.family}）", {"编号": listing["ref"], **shown})
        if made.missing:
            say(f"没有读出：{'、'.join(made.missing)}")
    for note in made.notes:
        say(f"说明：{printable(note)}")
    say(f"平台描述：{made.file}")
    say(f"样张：{made.fixture}（改动描述后用 qingyuan crawl check {made.name} 核对）")
    say(f"下一步：核对描述里的注释，然后试采 qingyuan crawl run {made.name} --limit 5，再定 floor")


def _short(value: object) -> str:
    if isinstance(value, dict):
        value = "，".join(f"{key} {inner}" for key, inner in value.items() if inner)
    elif isinstance(value, list):
        value = f"{len(value)} 项：{value[0]}"
    return str(value)[:200]


@app.command()
def check(
    context: Context,
    name: Annotated[str, typer.Argument(metavar="PLATFORM", help="有样张的平台")],
    accept: Annotated[bool, typer.Option("--accept", help="以现在读出的为准")] = False,
    json: Json = False,
) -> int:
    """用样张核对一个平台的描述文件：读出的与应有的不同时以 1 结束。"""
    from qingyuan import new_platform

    home = settings(context).home.absolute()
    listings, differences = new_platform.check(home, name)
    if accept:
        new_platform.accept(home, name, listings)
    if json:
        emit({"platform": name, "listings": listings, "differences": differences, "accepted": accept})
    else:
        for sentence in differences:
            say(printable(sentence))
        if accept:
            say(f"已以现在读出的 {len(listings)} 个商品为准")
        elif not differences:
            say(f"样张读出 {len(listings)} 个商品，与应有的相同")
    return 1 if differences and not accept else 0


@app.command()
def status(context: Context, json: Json = False) -> int:
    """最近一夜的情况与变化；有平台失败、被拦截、低于下限或出错过多时以 1 结束。"""
    from qingyuan.last_night import look

    night = look(settings(context).home)
    if json:
        changes = {
            name: {**{figure: getattr(crawl, figure) for figure in _CHANGES}, "whole": crawl.whole,
                   "reason": crawl.reason}
            for name, crawl in night.changes.items()
        }  # fmt: skip
        emit(
            {
                "run": night.run,
                "finished": not night.unfinished,
                "platforms": {name: stats.to_json() for name, stats in night.platforms.items()},
                "failed": dict(night.failed),
                "alarms": dict(night.alarms),
                "changes": changes,
            }
        )
        return 0 if night.well else 1
    rows = []
    for name, stats in night.platforms.items():
        told = night.changes.get(name)
        figures = (stats.pages, stats.listings, stats.set_aside, *(getattr(told, f) if told else "" for f in _CHANGES))
        rows.append((name, *figures, night.state(name)))
    title = f"{night.run}（{'未完成' if night.unfinished else '已完成'}）"
    table(title, ("平台", "网页", "商品", "搁置", "新", "变", "失", "返", "不明", "状态"), rows)
    for sentence in night.sentences():
        typer.secho(printable(sentence), fg=None if night.well else "red")
    return 0 if night.well else 1
