"""``qingyuan rights``: the register of trademarks and geographical indications."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qingyuan.cli.context import Context, Json, emit, now, pairs, say, settings, table

app = typer.Typer(no_args_is_help=True, help="权利登记：注册商标与地理标志。")


@app.command("import")
def import_(
    context: Context,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="CSV、XLSX 或 JSONL")] = None,
    starter: Annotated[bool, typer.Option("--starter", help="导入随软件附带的起始登记")] = False,
    json: Json = False,
) -> int:
    """导入权利登记；同一编号的条目被替换。"""
    from domain.errors import UsageError
    from qingyuan import rights

    if (file is None) == (not starter):
        raise UsageError("请给出要导入的文件，或用 --starter 导入起始登记（二者选一）")
    source = rights.starter_file() if file is None else file
    result = rights.import_file(source, home=settings(context).home.absolute(), now=now(context))
    if json:
        emit(result)
    else:
        pairs(f"导入 {source}", {"读取": result.read, "写入": result.stored, "拒绝": result.rejected})
        if result.rejected:
            say(f"被拒绝的行及原因见 {result.rejects}")
    return 1 if result.rejected else 0


@app.command("list")
def list_(context: Context, json: Json = False) -> None:
    """列出已登记的权利。"""
    from qingyuan import rights

    register = rights.load(settings(context).home.absolute())
    if json:
        for right in register:
            emit(right)
    else:
        kinds = {"trademark": "商标", "gi": "地理标志"}
        rows = ((r.id, kinds[r.kind], r.sign, r.holder, len(r.authorised)) for r in register)
        table(f"权利登记（{len(register)} 项）", ("编号", "类型", "标志", "权利人", "授权人"), rows)


@app.command()
def check(context: Context, json: Json = False) -> int:
    """检查登记：重复、一权多主、过期、空项、证号校验。有问题时以 1 结束。"""
    from qingyuan import rights

    problems = rights.check(rights.load(settings(context).home.absolute()), now=now(context))
    if json:
        for problem in problems:
            emit(problem)
    elif problems:
        table("登记检查", ("问题", "条目", "说明"), ((p.kind, "、".join(p.rights), p.detail) for p in problems))
    else:
        say("登记检查：没有发现问题。")
    return 1 if problems else 0
