"""``qingyuan findings``: judge what the machine suspects, and export it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from domain.records import Stage, Verdict
from qingyuan import models
from qingyuan.cli.context import Context, Json, emit, now, say, workspace

app = typer.Typer(no_args_is_help=True, help="线索：裁定与导出。")


@app.command()
def judge(
    context: Context,
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="线索编号")],
    verdict: Annotated[Verdict, typer.Argument(metavar="VERDICT", help="成立、不成立、存疑、授权、撤回")],
    officer: Annotated[str, typer.Option(help="执法人员姓名")],
    stage: Annotated[Stage, typer.Option(help="初核、复核、审批")] = "初核",
    note: Annotated[str, typer.Option(help="说明")] = "",
    json: Json = False,
) -> None:
    """裁定一条线索；裁定只增不改，撤回以新的记录表示。"""
    with workspace(context) as opened:
        opened.open_judgements()
        from console.judgements import record

        judgement = record(finding, verdict, officer, stage, note, now(context), workspace=opened)
        by, active = opened.catalog.finding(finding).model, models.active(opened.home).version
    if json:
        emit(judgement)
    else:
        say(f"已记录：{officer} {stage} {verdict}（{finding}）")
        say(f"线索由模型 {by} 给出{'（启用中）' if by == active else f'；现已启用 {active}，等待重新研判'}。")


@app.command()
def carry(
    context: Context,
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="判为“不成立”的线索，或沿用了它的线索")],
    officer: Annotated[str, typer.Option(help="执法人员姓名")],
    resume: Annotated[bool, typer.Option("--resume", help="恢复沿用；缺省为不再沿用")] = False,
    note: Annotated[str, typer.Option(help="说明")] = "",
    json: Json = False,
) -> None:
    """一条“不成立”是否沿用到同一主体、同一权利的其他线索：不再沿用，或恢复沿用。"""
    with workspace(context) as opened:
        opened.open_judgements()
        from console.carrying import decide

        at = now(context)
        source = decide(finding, carries=resume, officer=officer, note=note, at=at, workspace=opened)
    if json:
        emit({"finding": source, "carries": resume, "officer": officer, "at": at.isoformat()})
    else:
        say(f"已记录：{officer} {'恢复沿用' if resume else '不再沿用'}（{source}）")


@app.command()
def export(
    context: Context,
    format_: Annotated[Literal["jsonl", "csv", "xlsx"], typer.Option("--format", help="格式")] = "jsonl",
    out: Annotated[Path | None, typer.Option(help="写入文件；缺省写到标准输出（xlsx 必须给出文件）")] = None,
) -> None:
    """导出全部线索，没有条数上限。"""
    from qingyuan.stages.findings import export as write

    with workspace(context) as opened:
        count = write(opened, format_, out)
    if out is not None:
        say(f"已导出 {count} 条线索到 {out}")
