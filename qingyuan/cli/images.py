"""``qingyuan images``: a photo looked for among listings, and the marks that it shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qingyuan.cli.context import Context, Json, emit, progress, say, table, workspace

if TYPE_CHECKING:
    from indexer.backend import SearchBackend

app = typer.Typer(no_args_is_help=True, help="图片：以图找图，识别图中标识。")


@app.command()
def find(
    context: Context,
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="一张图片")],
    text: Annotated[bool, typer.Option("--text", help="同时识别图中文字（较慢，需安装 ocr 扩展）")] = False,
    json: Json = False,
) -> None:
    """图片中有哪些权利标识、在何处；哪些商品用了同一张照片（裁剪、镜像、加水印等也能找到）。"""
    from domain.errors import InputError, PictureError
    from qingyuan.stages import copies
    from qingyuan.stages.ingest import ingest

    if not photo.is_file():
        raise InputError(f"找不到图片 {photo}：请检查路径")
    with workspace(context) as opened, progress(quiet=json) as report:
        ingest(opened)
        copies.keep(opened, report=report)
        data = photo.read_bytes()
        try:
            found = copies.find(opened, data) | copies.written(data, text=text)
        except PictureError as error:
            raise PictureError(f"{photo}：{error}") from None
        if json:
            emit(found)
            return
        backend = opened.backend()
        rows = [
            (mark["right"], f"{mark['score']:.2f}", mark["logo"], _marked(backend, mark["right"]))
            for mark in found["marks"]
        ]
        table("图中标识", ("权利", "把握", "权利人图片", "图中有此标识的商品"), rows) if rows else say(
            "未发现权利标识。"
        )
        same = [
            (one["listing"], f"{one['score']:.2f}", one["change"] or "未改动", one["image"]) for one in found["copies"]
        ]
        table("同一照片", ("商品", "把握", "改动", "图片"), same) if same else say("没有商品用了这张照片。")
        if found["near"]:
            near = [(one["listing"], f"{one['distance']} / 64 位", one["image"]) for one in found["near"]]
            table("指纹相近（特征点未证实）", ("商品", "差异", "图片"), near)
        for notice in found["notices"]:
            say(notice)
        codes = [(one["kind"], one["text"]) for one in found["codes"]]
        if codes:
            table("条码与二维码", ("类型", "内容"), codes)
        lines = [(one["text"], f"{one['score']:.2f}") for one in found["text"]]
        if lines:
            table("图中文字", ("文字", "把握"), lines)


def _marked(backend: SearchBackend, right: str) -> str:
    """How many listings show the logo of a right, and how to list them."""
    from domain.errors import SearchError
    from qingyuan.stages.copies import marked

    query = marked(right)
    try:
        total = backend.search(replace(query, size=0)).total
    except SearchError:
        return "索引不可用"
    where = " ".join(f"--where {name}={value}" for name, values in query.where.items() for value in values)
    return f"{total} 件：qingyuan search {where}" if total else "没有"
