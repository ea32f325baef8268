"""``qingyuan screen``: judge listings, measure the judge, explain a judgement."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qingyuan.cli.context import Context, Json, emit, pairs, progress, say, table, workspace

app = typer.Typer(no_args_is_help=True, help="研判：识别涉嫌侵权的商品。")


@app.command()
def run(
    context: Context,
    all_: Annotated[bool, typer.Option("--all", help="全部重新研判，而不只是新增和变动的")] = False,
    json: Json = False,
) -> None:
    """研判新增和变动的商品；登记或模型变化后会自动重判。"""
    from qingyuan.locks import only_one
    from qingyuan.stages.index import index
    from qingyuan.stages.ingest import ingest
    from qingyuan.stages.screen import screen

    with workspace(context) as opened, only_one(opened.home, "nightly"), progress(quiet=json) as report:
        ingest(opened, report=report)
        summary = screen(opened, again=all_, report=report)
        index(opened, report=report)
    if json:
        emit(summary)
    else:
        tiers = {f"线索（{tier}）": summary[tier] for tier in ("高", "中", "低")}
        pairs("研判结果", {"本次研判": summary["screened"], **tiers})


@app.command()
def evaluate(
    context: Context,
    cases: Annotated[Path, typer.Argument(metavar="CASES", help="带标注的样本（JSONL）")],
    rights: Annotated[Path, typer.Option(help="样本所依据的权利登记（JSONL、CSV、XLSX）")],
    json: Json = False,
) -> None:
    """用带标注的样本衡量研判：准确率、召回率、F1、AUC、校准误差，按类型分列。"""
    from qingyuan.stages.evaluate import evaluate as measure

    figures = measure(cases, rights)
    if json:
        emit(figures)
        return
    shown = {"n": "样本", "precision": "准确率", "recall": "召回率", "f1": "F1", "auc": "AUC", "ece": "校准误差"}
    pairs("研判评测", {label: _figure(figures[name]) for name, label in shown.items()})
    table("各档", ("档", "数量", "准确率"), ((t, f["n"], _figure(f["precision"])) for t, f in figures["tiers"].items()))
    rows = ((name, f["n"], f["right"], f["flagged"]) for name, f in figures["types"].items())
    table("各类型", ("类型", "样本", "判断正确", "被标出"), rows)


@app.command()
def explain(
    context: Context,
    listing: Annotated[str, typer.Argument(metavar="LISTING", help="平台/编号")],
    json: Json = False,
) -> None:
    """说明为什么标出（或没有标出）一个商品。"""
    with workspace(context) as opened:
        shown = opened.listing(listing)
        found = opened.findings(listing)
        register = opened.rights()
    if json:
        for finding in found:
            emit(finding)
        return
    say(f"{shown.key}  {shown.title}")
    if not found:
        say("没有发现涉嫌侵权的线索。")
    for finding in found:
        right = register.get(finding.right)
        sign = right.sign if right else finding.right
        rows = ((f"{signal.score:+.2f}", signal.name, signal.detail) for signal in finding.signals)
        table(f"{finding.tier}  {finding.score:.2f}  涉嫌“{sign}”  {finding.id}", ("权重", "信号", "理由"), rows)


def _figure(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "—" if value is None else str(value)
