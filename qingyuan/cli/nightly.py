"""``qingyuan nightly``: the whole night as one resumable run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from qingyuan.cli.context import Context, Json, emit, now, printable, progress, table, workspace

_NAMES = {
    "crawl": "采集",
    "ingest": "入库",
    "changes": "变化",
    "screen": "研判",
    "trace": "溯源",
    "index": "索引",
    "watches": "关注",
}
_LABELS = {
    "pages": "网页", "listings": "商品", "set_aside": "搁置", "observations": "新观测", "screened": "已研判",
    "subjects": "主体", "links": "关联", "moved": "主体变动", "indexed": "已索引",
    "new": "新增", "changed": "变更", "gone": "消失", "back": "重现", "unknown": "未能确认",
    "watched": "已比对", "alerts": "提醒",
}  # fmt: skip


def nightly(
    context: Context,
    platform: Annotated[list[str] | None, typer.Option(help="只采集这些平台，可重复")] = None,
    name: Annotated[str, typer.Option(help="运行名，默认按日期")] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="每个平台至多采集多少个商品")] = None,
    json: Json = False,
) -> int:
    """夜间运行：采集、研判、溯源、索引、关注。中断后再次运行即可继续；有平台报警时以 1、失败时以 3 结束。"""
    return perform(context, platform, name, limit, json=json)


def perform(
    context: typer.Context, platform: list[str] | None, name: str, limit: int | None, *, json: bool, only: str = ""
) -> int:
    """A night, or with ``only`` its stages up to that one: run, shown, and its exit code."""
    from qingyuan.nightly import nightly as run

    with workspace(context) as opened, progress(quiet=json) as report:
        summaries = run(
            opened, now=now(context), platforms=tuple(platform or ()), name=name, limit=limit, only=only, report=report
        )
    if json:
        emit(summaries)
    else:
        show(summaries)
    return exit_code(summaries["crawl"])


def show(summaries: Mapping[str, Mapping[str, Any]]) -> None:
    """The night as a table, and after it, loudly, each platform that failed or raised an alarm."""
    rows = ((_NAMES[stage], _figures(figures), figures["seconds"]) for stage, figures in summaries.items())
    table("夜间运行", ("阶段", "结果", "秒"), rows)
    warn(summaries["crawl"])
    if summaries["crawl"].get("waiting"):
        typer.echo(f"时间窗未到或已过、到窗口再采：{'、'.join(summaries['crawl']['waiting'])}")


def warn(crawled: Mapping[str, Any]) -> None:
    """One line on standard error for each platform that failed, and each alarm."""
    from qingyuan.stages.crawl import troubles

    for sentence in troubles(crawled):
        typer.secho(printable(sentence), err=True, fg="red")


def exit_code(crawled: Mapping[str, Any]) -> int:
    """3 when a platform could not be crawled, 1 when one raised an alarm, else 0."""
    return 3 if crawled["failed"] else 1 if crawled.get("alarms") else 0


def _figures(summary: Mapping[str, object]) -> str:
    return "，".join(f"{_LABELS.get(name, name)} {value}" for name, value in summary.items() if isinstance(value, int))
