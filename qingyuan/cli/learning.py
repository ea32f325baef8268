"""``qingyuan screen train | models | promote | rollback``: learn from judgements, compare, put a version into force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from domain.errors import UsageError
from qingyuan.cli.context import Context, Json, emit, now, pairs, progress, say, table, workspace

if TYPE_CHECKING:
    from qingyuan.models import Promotion
    from qingyuan.workspace import Workspace

_KINDS = {"trademark": "商标", "gi": "地理标志"}
_SETS = {"held_out": "保留的判断（未用于学习）", "frozen": "固定样本"}
_FIGURES = (("precision", "准确率"), ("recall", "召回率"), ("f1", "F1"), ("auc", "AUC"), ("ece", "校准误差"))
_SHOWN_FLIPS = 20


def train(context: Context, json: Json = False) -> None:
    """用已有的判断学习一个新的模型版本，并与启用的版本比较；只是建议，不会自动启用。"""
    from qingyuan.locks import only_one
    from qingyuan.stages.learn import LEAST, learn

    with workspace(context) as opened, only_one(opened.home, "train"), progress(quiet=json) as report:
        result = learn(opened, now=now(context), report=report)
    if json:
        emit(result)
        return
    rows = [
        (_KINDS[kind], verdict, used, result["held_out"][kind][verdict], result["needed"][kind][verdict] or "—")
        for kind, counts in result["used"].items()
        for verdict, used in counts.items()
    ]
    table("用于学习的判断", ("权利", "结论", "学习", "保留", "还需要"), rows)
    if result["left_out"]:
        pairs("未用于学习", result["left_out"])
    for seller, right in result["authorise"][:_SHOWN_FLIPS]:
        say(f"判为“授权”：{seller}（{right}）。请在权利登记的授权人中补上，以后会先行排除。")
    if not result["trained"]:
        say(f"判断还太少，没有训练：同一类权利的“成立”“不成立”各至少要有 {LEAST} 条用于学习（表中“还需要”）。")
        return
    _show(result["comparison"])
    say(
        f"新版本 {result['version']} 已保存，尚未启用。启用：qingyuan screen promote {result['version']} --officer 姓名"
    )


def models(context: Context, json: Json = False) -> None:
    """列出模型的版本和启用记录。"""
    from detection.screener import detector_version
    from qingyuan import models as kept

    with workspace(context) as opened:
        found = kept.versions(opened.home)
        decided = kept.promotions(opened.home)
    if json:
        for version in found:
            origin = version.model.origin
            emit(
                {
                    "version": version.name, "model": version.model.version, "active": version.active,
                    "at": origin.get("at"), "parent": origin.get("parent"), "data": origin.get("data"),
                    "seed": origin.get("seed"), "detector": origin.get("detector"), "metrics": origin.get("metrics"),
                    "judgements": origin.get("judgements"),
                    "promotions": [record for record in decided if record.version == version.name],
                }
            )  # fmt: skip
        return
    code = detector_version()
    rows = (
        (
            "✓" if version.active else "",
            version.name,
            str(version.model.origin.get("at", "随软件提供"))[:19],
            sum(n for counts in version.model.origin.get("judgements", {}).values() for n in counts.values()) or "—",
            "识别程序已更新，建议重新训练"
            if version.name != kept.SHIPPED and version.model.origin.get("detector") != code
            else "",
        )
        for version in found
    )
    table("模型版本", ("启用", "版本", "训练时间", "学习的判断", "说明"), rows)
    titles = {"promote": "启用", "rollback": "退回"}
    shown = (
        (record.seq, f"{record.at:%Y-%m-%d %H:%M}", titles[record.action], record.version, record.officer, record.note)
        for record in decided
    )
    table("启用记录", ("序号", "时间", "操作", "版本", "人员", "说明"), shown)


def promote(
    context: Context,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="版本名；shipped 为随附的模型")],
    officer: Annotated[str, typer.Option(help="决定启用的人员姓名")] = "",
    note: Annotated[str, typer.Option(help="说明")] = "",
    force: Annotated[bool, typer.Option("--force", help="比较结果变差，或由另一版识别程序训练，仍然启用")] = False,
    json: Json = False,
) -> None:
    """启用一个模型版本；全部商品随后重新研判，已有的判断保留。"""
    from detection.screener import detector_version
    from qingyuan import models as kept
    from qingyuan.stages.learn import compared, worse

    with workspace(context) as opened, progress(quiet=json) as report:
        model = kept.read(opened.home, version)
        found = None
        if version not in (kept.SHIPPED, kept.active_name(opened.home)):
            found = compared(opened, version, report=report)
            reasons = worse(found) if found else []
            if model.origin.get("detector") != detector_version():
                reasons.append("它是由另一版识别程序训练的")
            if reasons and not force:
                raise UsageError(f"没有启用 {version}：{'；'.join(reasons)}。确实要启用请加 --force")
        record = kept.promote(opened.home, version, officer=_named(officer), now=now(context), note=note)
        _done(opened, record, found, json)


def rollback(
    context: Context,
    officer: Annotated[str, typer.Option(help="决定退回的人员姓名")] = "",
    note: Annotated[str, typer.Option(help="说明")] = "",
    json: Json = False,
) -> None:
    """退回上一次启用之前的模型版本；可以一直退到随附的模型。"""
    from qingyuan import models as kept

    with workspace(context) as opened:
        record = kept.rollback(opened.home, officer=_named(officer), now=now(context), note=note)
        _done(opened, record, None, json)


def _named(officer: str) -> str:
    """The name that goes on record: the one given, or the account that runs the command."""
    import getpass

    name = officer.strip() or f"系统账号 {getpass.getuser()}"
    if len(name) > 150 or not name.isprintable():
        raise UsageError("人员姓名不能超过 150 个字符，也不能含有控制字符")
    return name


def _done(opened: Workspace, record: Promotion, comparison: Mapping[str, Any] | None, json: bool) -> None:
    opened.open_judgements()
    from console.promotions import enter

    enter(opened.home)
    waiting = opened.catalog.count()
    if json:
        emit({"version": record.version, "before": record.before, "seq": record.seq, "waiting": waiting})
        return
    if comparison is not None:
        _show(comparison)
    done = "已启用" if record.action == "promote" else "已退回"
    say(f"{done}模型 {record.version}（之前为 {record.before}），记录第 {record.seq} 号，人员 {record.officer}。")
    say(f"{waiting} 件商品待重新研判：运行 qingyuan screen run，或等今晚的夜间任务。")


def _show(comparison: Mapping[str, Any]) -> None:
    for name, title in _SETS.items():
        found = comparison[name]
        if found is None:
            say(f"{title}：没有。")
            continue
        old, new = found["old"], found["new"]
        rows = [(label, _figure(old[key]), _figure(new[key])) for key, label in _FIGURES]
        for tier in old["tiers"]:
            shown = [f"{_figure(one['tiers'][tier]['precision'])}（{one['tiers'][tier]['n']}）" for one in (old, new)]
            rows.append((f"“{tier}”档 准确率（数量）", shown[0], shown[1]))
        table(f"{title}：{new['n']} 条", ("", f"现用 {comparison['old']}", "新版本"), rows)
        for what, key in (("类型", "types"), ("权利", "rights")):
            differing = [
                (kind, one["n"], one["right"], new[key][kind]["right"])
                for kind, one in old[key].items()
                if one["right"] != new[key][kind]["right"]
            ]
            if differing:
                table(f"{title}：判断正确的数量有变化的{what}", (what, "样本", "现用", "新版本"), differing)
        turned = (
            (
                flip["listing"],
                "涉嫌" if flip["suspected"] else "不涉嫌",
                flip["old"] or "—",
                flip["new"] or "—",
                "更好" if flip["better"] else "更差",
            )
            for flip in found["flips"][:_SHOWN_FLIPS]
        )
        if found["turned"]:
            table(f"{title}：改变档次的 {found['turned']} 条", ("商品", "事实", "现用", "新版本", ""), turned)


def _figure(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "—" if value is None else str(value)
