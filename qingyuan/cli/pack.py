"""``qingyuan pack``: evidence packs, and their verification."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qingyuan.cli.context import Context, Json, emit, now, say, table, workspace

app = typer.Typer(no_args_is_help=True, help="证据包：制作与核验。")


@app.command()
def make(
    context: Context,
    listing: Annotated[list[str], typer.Argument(metavar="LISTING …", help="平台/编号，可多个")],
    out: Annotated[Path, typer.Option(help="写入哪个目录")] = Path("packs"),
    case: Annotated[str, typer.Option(help="案号")] = "",
    officer: Annotated[list[str] | None, typer.Option(help="执法人员姓名，可重复")] = None,
    json: Json = False,
) -> None:
    """制作证据包：原始网页、图片、事实、理由、溯源与保管日志。"""
    with workspace(context) as opened:
        for key in listing:
            made = opened.make_pack(key, out=out, now=now(context), case=case, officers=tuple(officer or ()))
            if json:
                emit({"listing": key, "pack": str(made)})
            else:
                say(f"{key} 的证据包：{made}")


@app.command()
def verify(
    pack: Annotated[Path, typer.Argument(metavar="PACK", help="证据包目录或 zip")],
    json: Json = False,
) -> int:
    """核验证据包；不需要联网，也不需要本系统的数据。"""
    from domain import codec
    from evidence.verify import verify as check

    report = check(pack)
    if json:
        emit({"ok": report.ok, "checks": [codec.to_builtins(one) for one in report.checks]})
    else:
        rows = (("通过" if c.ok else "失败", c.name, c.detail) for c in report.checks)
        table(f"核验 {pack}", ("结果", "检查", "说明"), rows)
        say("核验通过：内容自封装以来没有改动。" if report.ok else "核验失败：请勿作为证据使用，并查看上面的失败项。")
    return 0 if report.ok else 1
