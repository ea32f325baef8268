"""``qingyuan images``: a photo looked for among listings, and the marks that it shows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qingyuan.cli.context import Context, Json, emit, progress, say, table, workspace

app = typer.Typer(no_args_is_help=True, help="图片：以图找图，识别图中标识。")


@app.command()
def find(
    context: Context,
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="一张图片")],
    text: Annotated[bool, typer.Option("--text", help="同时识别图中文字（较慢，需安装 ocr 扩展）")] = False,
    json: Json = False,
) -> None:
    """图片中有哪些权利标识、在何处；哪些商品用了同一张照片（裁剪、镜像、加水印等也能找到）。"""
    from domain.errors import InputError
    from qingyuan.stages import copies
    from qingyuan.stages.ingest import ingest

    if not photo.is_file():
        raise InputError(f"找不到图片 {photo}：请检查路径")
    with workspace(context) as opened, progress(quiet=json) as report:
        ingest(opened)
        copies.keep(opened, report=report)
        data = photo.read_bytes()
        found = copies.find(opened, data) | copies.written(data, text=text)
        if json:
            emit(found)
            return
        rows = [(mark["right"], f"{mark['score']:.2f}", mark["logo"]) for mark in found["marks"]]
        table("图中标识", ("权利", "把握", "权利人图片"), rows) if rows else say("未发现权利标识。")
        same = [
            (one["listing"], f"{one['score']:.2f}", one["change"] or "未改动", one["image"]) for one in found["copies"]
        ]
        table("同一照片", ("商品", "把握", "改动", "图片"), same) if same else say("没有商品用了这张照片。")
        codes = [(one["kind"], one["text"]) for one in found["codes"]]
        if codes:
            table("条码与二维码", ("类型", "内容"), codes)
        lines = [(one["text"], f"{one['score']:.2f}") for one in found["text"]]
        if lines:
            table("图中文字", ("文字", "把握"), lines)
