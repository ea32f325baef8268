"""``qingyuan screen``: judge listings, measure the judge, explain a judgement."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from domain.ordering import strength
from qingyuan.cli import learning
from qingyuan.cli.context import Context, Json, emit, pairs, progress, say, settings, table, workspace

if TYPE_CHECKING:
    from domain.records import Finding, Listing
    from qingyuan.workspace import Workspace

app = typer.Typer(no_args_is_help=True, help="研判：识别涉嫌侵权的商品。")
app.command()(learning.train)
app.command()(learning.models)
app.command()(learning.promote)
app.command()(learning.rollback)


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
    model: Annotated[str, typer.Option(help="用哪个模型版本，缺省为启用的版本（screen models 可查）")] = "",
    json: Json = False,
) -> None:
    """用带标注的样本衡量研判：准确率、召回率、F1、AUC、校准误差，按类型分列。"""
    from qingyuan import models as versions
    from qingyuan.stages.evaluate import evaluate as measure

    home = settings(context).home.absolute()
    figures = measure(cases, rights, versions.read(home, model) if model else versions.active(home))
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
        notes = {finding.id: _standing(opened, finding) for finding in found} if not json else {}
        chance = _coincidences(opened, shown) if not json else ""
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
        title = f"{finding.tier}  {finding.score:.2f}  证据强度 {strength(finding.score):.1f}"
        table(f"{title}  涉嫌“{sign}”  {finding.id}", ("权重", "信号", "理由"), rows)
        say(notes[finding.id])
    if chance:
        say(chance)


#: So many likenesses that do not count are named.
_NAMED = 3


def _coincidences(opened: Workspace, listing: Listing) -> str:
    """What does not count because so many names are registered that something like one stands in many texts."""
    from detection.screener import Screener
    from qingyuan import models

    left = Screener(list(opened.rights().values()), models.active(opened.home)).coincidences(listing)
    if not left:
        return ""
    named = "、".join(f"「{written}」近似“{name}”" for _, written, name in left[:_NAMED])
    more = "等" if len(left) > _NAMED else ""
    return f"另有 {len(left)} 处近似未计：登记的名称很多，这样的近似多半是巧合（{named}{more}）。"


def _standing(opened: Workspace, finding: Finding) -> str:
    """What officers decided of the finding, or of the same subject and right before."""
    opened.open_judgements()
    from console import carrying, judgements
    from console.standing import effective

    carrying.refresh(opened, [finding.right])
    own = effective(judgements.of(finding.id))
    if own is not None:
        return f"判断：{own.verdict}（{own.stage}，{own.officer}，{own.at:%Y-%m-%d}）"
    held = carrying.of(opened, finding.listing.key).get(finding.id)
    before = effective(judgements.of(held.source)) if held else None
    if held is None or before is None:
        return "判断：未判"
    where = f"商品 {judgements.listing_of(held.source)}，线索 {held.source}"
    said = f"{before.stage} {before.officer} {before.at:%Y-%m-%d}，{where}"
    if held.counts:
        return f"同一主体、同一权利此前判定不成立（{said}），已沿用；取消用 qingyuan findings carry"
    return f"同一主体、同一权利此前判定不成立（{said}），但本条另有没有看过的理由：{'、'.join(held.fresh)}，没有沿用"


def _figure(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "—" if value is None else str(value)
