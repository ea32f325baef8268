"""``qingyuan registers``: registers of companies and trades."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from qingyuan.cli.context import Context, Json, emit, now, pairs, say, settings

app = typer.Typer(no_args_is_help=True, help="登记资料：企业与进销记录。")


@app.callback()
def registers() -> None:
    """登记资料：企业与进销记录。"""


@app.command("import")
def import_(
    context: Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV、XLSX 或 JSONL")],
    kind: Annotated[Literal["companies", "trades"], typer.Option(help="companies 企业；trades 进销")],
    json: Json = False,
) -> int:
    """导入登记资料。"""
    from qingyuan import registers
    from qingyuan.settings import current

    home = settings(context).home.absolute()
    result = registers.import_file(file, kind, home=home, vault=current().vault, now=now(context))
    if json:
        emit(result)
    else:
        pairs(f"导入 {file}", {"读取": result.read, "写入": result.stored, "拒绝": result.rejected})
        if result.rejected:
            say(f"被拒绝的行及原因见 {result.rejects}")
    return 1 if result.rejected else 0
