"""``qingyuan index``: the search index, a projection that can be thrown away and rebuilt."""

from __future__ import annotations

import typer

from qingyuan.cli.context import Context, Json, emit, pairs, progress, workspace

app = typer.Typer(no_args_is_help=True, help="检索索引。")


@app.command()
def build(context: Context, json: Json = False) -> None:
    """把新增和变动的商品写入索引。"""
    from qingyuan.locks import only_one
    from qingyuan.stages.index import index
    from qingyuan.stages.ingest import ingest

    with workspace(context) as opened, only_one(opened.home, "nightly"), progress(quiet=json) as report:
        ingest(opened, report=report)
        summary = index(opened, report=report)
    _show("索引", summary, json)


@app.command()
def rebuild(context: Context, json: Json = False) -> None:
    """从事实重建整个索引；完成前旧索引照常服务。"""
    from qingyuan.locks import only_one
    from qingyuan.settings import begin_again_to_write
    from qingyuan.stages.index import rebuild as rebuild_index
    from qingyuan.stages.ingest import ingest

    begin_again_to_write("index", "rebuild")
    with workspace(context) as opened, only_one(opened.home, "nightly"), progress(quiet=json) as report:
        ingest(opened, report=report)
        summary = rebuild_index(opened, report=report)
    _show("重建索引", summary, json)


@app.command()
def status(context: Context, json: Json = False) -> None:
    """索引的状态。"""
    with workspace(context) as opened:
        figures = opened.backend().status()
    if json:
        emit(figures)
    else:
        pairs("索引状态", figures)


def _show(title: str, summary: dict[str, int], json: bool) -> None:
    if json:
        emit(summary)
    else:
        pairs(title, {"写入": summary["indexed"], "商品总数": summary["listings"]})
