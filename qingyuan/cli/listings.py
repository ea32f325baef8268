"""``qingyuan listings``: files that platforms supply, and the facts as one file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from qingyuan.cli.context import Context, Json, emit, now, pairs, progress, say, workspace

app = typer.Typer(no_args_is_help=True, help="商品数据的导入与导出。")


@app.command("import")
def import_(
    context: Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="平台提供的 JSONL、CSV 或 XLSX")],
    platform: Annotated[str, typer.Option(help="平台名（文件中没有平台列时）")] = "",
    column: Annotated[list[str] | None, typer.Option(metavar="列名=字段", help="列名对应的字段，可重复")] = None,
    json: Json = False,
) -> int:
    """导入平台提供的数据文件。"""
    from qingyuan.stages.listings import import_file

    with workspace(context) as opened, progress(quiet=json) as report:
        result = import_file(
            opened, file, now=now(context), platform=platform, columns=tuple(column or ()), report=report
        )
    if json:
        emit(result)
    else:
        pairs(f"导入 {file}", {"读取": result.read, "写入": result.stored, "拒绝": result.rejected})
        if result.rejected:
            say(f"被拒绝的行及原因见 {result.rejects}")
    return 1 if result.rejected else 0


@app.command()
def export(
    context: Context,
    out: Annotated[Path | None, typer.Option(help="写入文件；缺省写到标准输出")] = None,
) -> None:
    """导出每个商品最近一次的观测（JSONL）。"""
    from domain import codec
    from qingyuan.runs import write_atomically

    with workspace(context) as opened:
        catalog = opened.catalog
        lines = (codec.encode(listing) + b"\n" for _, listing in catalog.listings(catalog.entries()))
        if out is None:
            for line in lines:
                sys.stdout.write(line.decode())
        else:
            write_atomically(out, lines)
            say(f"已导出 {catalog.count()} 个商品到 {out}")
