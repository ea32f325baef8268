"""``qingyuan crawl``: collect listings from platforms."""

from __future__ import annotations

from typing import Annotated

import typer

from qingyuan.cli.context import Context, Json, emit, now, pairs, progress, settings, table, workspace

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
        for name, reason in summary["failed"].items():
            typer.secho(f"{name} 采集失败：{reason}", err=True, fg="red")
    return 3 if summary["failed"] else 0


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
def status(context: Context, json: Json = False) -> int:
    """最近一夜的情况与变化；有平台失败、被拦截、低于下限或出错过多时以 1 结束。"""
    from domain.errors import NotFoundError
    from qingyuan import runs
    from qingyuan.changes import Changes

    home = settings(context).home
    found = [run for run in runs.every(home) if run.kind in ("nightly", "crawl")]
    if not found:
        raise NotFoundError("还没有采集过：请先运行 qingyuan crawl run 或 qingyuan nightly")
    last = found[-1]
    summary = last.done("crawl")
    platforms = {
        path.stem.removeprefix("crawl-"): last.done(path.stem) or {}
        for path in sorted((last.folder / "done").glob("crawl-*.json"))
    }
    failed = dict((summary or {}).get("failed", {}))
    alarms = {name: figures["alarms"] for name, figures in platforms.items() if figures.get("alarms")}
    with Changes(home) as ledger:
        told = {crawl.platform: crawl for crawl in ledger.crawls(last.name)}
    unfinished = last.kind == "nightly" and summary is None
    if json:
        state = {
            "run": last.name,
            "finished": not unfinished,
            "platforms": platforms,
            "failed": failed,
            "alarms": alarms,
        }
        ledgered = {name: {**{figure: getattr(crawl, figure) for figure in _CHANGES}, "whole": crawl.whole,
                           "reason": crawl.reason} for name, crawl in told.items()}  # fmt: skip
        emit({**state, "changes": ledgered})
    else:
        rows = [
            (
                n,
                *(f.get(figure) for figure in ("pages", "listings", "set_aside")),
                *(getattr(told[n], figure) if n in told else "" for figure in _CHANGES),
                "；".join(f.get("alarms", [])) or ("正常" if n not in told or told[n].whole else told[n].reason),
            )
            for n, f in platforms.items()
        ]
        rows += [(name, *[""] * 8, f"失败：{reason}") for name, reason in failed.items()]
        title = f"{last.name}（{'未完成' if unfinished else '已完成'}）"
        table(title, ("平台", "网页", "商品", "搁置", "新增", "变更", "消失", "重现", "未确认", "状态"), rows)
    return 1 if failed or alarms or unfinished else 0
