"""``qingyuan watches``: saved searches that run over what each night changed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from qingyuan.cli.context import Context, Json, emit, now, pairs, progress, say, table, workspace

app = typer.Typer(no_args_is_help=True, help="关注：保存的查询，每晚比对新变化。")


@app.command()
def add(
    context: Context,
    query: Annotated[str, typer.Argument(help="查询，写法与 qingyuan search 相同")],
    owner: Annotated[str, typer.Option(help="关注人：控制台的用户名")],
    where: Annotated[list[str] | None, typer.Option(metavar="字段=值", help="筛选，可重复")] = None,
    name: Annotated[str, typer.Option(help="名称")] = "",
    expires: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="到哪天为止（含当天）")] = None,
    json: Json = False,
) -> None:
    """保存一个查询；同一人的同一查询只保存一次。"""
    from indexer.query import from_options
    from indexer.watches import end_of
    from qingyuan.stages.watches import inbox

    moment = now(context)
    until = end_of(expires.date()) if expires else None
    with workspace(context) as opened, inbox(opened) as box:
        watch = box.add(from_options(query, where=where or ()), owner=owner, now=moment, name=name, expires=until)
    if json:
        emit(watch)
    else:
        say(f"已关注（{watch.id}）：{watch.name or query}")


@app.command("list")
def list_(
    context: Context,
    owner: Annotated[str, typer.Option(help="只列出此人的关注及其新提醒")] = "",
    json: Json = False,
) -> None:
    """列出关注；给出 --owner 时一并列出未读的提醒。"""
    from qingyuan.stages.watches import inbox

    with workspace(context) as opened, inbox(opened) as box:
        kept = box.watches(owner=owner)
        alerts = box.new(owner) if owner else []
    if json:
        for record in (*kept, *alerts):
            emit(record)
        return
    rows = ((w.id, w.owner, w.name, w.query.text, str(w.last_day or "")) for w in kept)
    table("关注", ("编号", "关注人", "名称", "查询", "到期"), rows)
    if owner:
        table(f"未读提醒（{len(alerts)}）", ("商品", "标题", "原因"), ((a.listing, a.title, a.reason) for a in alerts))


@app.command()
def run(context: Context, json: Json = False) -> None:
    """用全部关注比对上次以来有变化的商品。"""
    from qingyuan.locks import only_one
    from qingyuan.stages.ingest import ingest
    from qingyuan.stages.watches import watches

    with workspace(context) as opened, only_one(opened.home, "nightly"), progress(quiet=json) as report:
        ingest(opened, report=report)
        summary = watches(opened, now=now(context), report=report)
    if json:
        emit(summary)
    else:
        pairs("关注", {"比对商品": summary["watched"], "新提醒": summary["alerts"]})
