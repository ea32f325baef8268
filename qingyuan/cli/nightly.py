"""``qingyuan nightly``: the whole night as one resumable run."""

from __future__ import annotations

from typing import Annotated

import typer

from qingyuan.cli.context import Context, Json, emit, now, progress, table, workspace

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
    """夜间运行：采集、研判、溯源、索引、关注。中断后再次运行即可继续。"""
    from qingyuan.nightly import nightly as run

    with workspace(context) as opened, progress(quiet=json) as report:
        summaries = run(
            opened, now=now(context), platforms=tuple(platform or ()), name=name, limit=limit, report=report
        )
    failed = summaries["crawl"]["failed"]
    if json:
        emit(summaries)
    else:
        table(
            "夜间运行", ("阶段", "结果", "秒"), ((_NAMES[s], _figures(f), f["seconds"]) for s, f in summaries.items())
        )
        for site, reason in failed.items():
            typer.secho(f"{site} 采集失败：{reason}", err=True, fg="red")
        if summaries["crawl"].get("waiting"):
            typer.echo(f"未到时间窗、稍后再采：{'、'.join(summaries['crawl']['waiting'])}")
    return 3 if failed else 0


def _figures(summary: dict[str, object]) -> str:
    return "，".join(f"{_LABELS.get(name, name)} {value}" for name, value in summary.items() if isinstance(value, int))
