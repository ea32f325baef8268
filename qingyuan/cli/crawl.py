"""``qingyuan crawl``: collect listings from platforms."""

from __future__ import annotations

from typing import Annotated

import typer

from qingyuan.cli.context import Context, Json, emit, now, pairs, printable, progress, settings, table, workspace

#: Figures of the ledger, in the order of the columns.
_CHANGES = ("new", "changed", "gone", "back", "unknown")

app = typer.Typer(no_args_is_help=True, help="采集电商平台上的商品。")


@app.command()
def run(
    context: Context,
    target: Annotated[str, typer.Argument(metavar="PLATFORM|URL", help="平台名，或一个网址")],
    term: Annotated[list[str] | None, typer.Option(help="搜索词，可重复")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="至多采集多少个商品")] = None,
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
    from qingyuan.cli.nightly import exit_code, show
    from qingyuan.nightly import nightly as run_night

    with workspace(context) as opened, progress(quiet=json) as report:
        summaries = run_night(
            opened, now=now(context), platforms=tuple(platform or ()), name=name, limit=limit, only="changes",
            report=report,
        )  # fmt: skip
    if json:
        emit(summaries)
    else:
        show(summaries)
    return exit_code(summaries["crawl"])


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
