"""``qingyuan demo``: a small market on loopback, the whole path, then the console."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from qingyuan.cli.context import Context, Json, emit, pairs, progress, say, settings


def demo(
    context: Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="控制台端口")] = 8000,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="不启动控制台，打印汇总后结束")] = False,
    seed: Annotated[int, typer.Option(help="市场的随机种子")] = 7,
    json: Json = False,
) -> int:
    """在本机搭一个小市场，走完全程，然后打开控制台。"""
    from qingyuan.cli.nightly import warn
    from qingyuan.demo.run import run, serve

    loaded = settings(context)
    with progress(quiet=json) as report:
        summary = run(loaded, seed=seed, report=report)
    if json:
        emit(summary)
    else:
        _show(summary)
    warn(summary)
    if not no_serve:
        serve(loaded, port=port, announce=say)
    return 3 if not summary["verified"] or summary["failed"] or summary["alarms"] else 0


def _show(summary: dict[str, Any]) -> None:
    tiers = "，".join(f"{tier} {count}" for tier, count in summary["findings"].items())
    pairs(
        "演示结果",
        {
            "网页": summary["pages"],
            "商品": summary["listings"],
            "线索": tiers,
            "准确率": f"{summary['precision']:.3f}",
            "召回率": f"{summary['recall']:.3f}",
            "找到的源头": f"{summary['sources_found']} / {summary['sources_total']}",
            "证据包": summary["pack"],
            "核验": "通过" if summary["verified"] else "失败",
            "各阶段秒数": "，".join(f"{stage} {seconds:.1f}" for stage, seconds in summary["seconds"].items()),
        },
    )
