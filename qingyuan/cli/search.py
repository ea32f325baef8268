"""``qingyuan search``: find listings."""

from __future__ import annotations

from typing import Annotated

import typer

from domain.ordering import strength
from qingyuan.cli.context import Context, Json, emit, say, table, workspace


def search(
    context: Context,
    query: Annotated[str, typer.Argument(help="检索词；空格表示同时包含")] = "",
    where: Annotated[list[str] | None, typer.Option(metavar="字段=值", help="筛选，可重复")] = None,
    facet: Annotated[list[str] | None, typer.Option(metavar="字段", help="统计，可重复")] = None,
    sort: Annotated[str, typer.Option(help="排序：suspicion、newest、price …")] = "suspicion",
    size: Annotated[int, typer.Option(min=0, max=1000, help="返回多少条")] = 20,
    collapse: Annotated[bool, typer.Option("--collapse", help="标题近似的只列一件")] = False,
    like: Annotated[str, typer.Option(metavar="商品", help="与这件商品标题相似的")] = "",
    histogram: Annotated[str, typer.Option(metavar="字段:周期", help="时间分布，如 first_seen:week")] = "",
    after: Annotated[str, typer.Option(help="从上一页给出的位置继续")] = "",
    json: Json = False,
) -> None:
    """检索商品。"""
    from indexer.query import from_options

    asked = from_options(
        query,
        where=where or (),
        facets=facet or (),
        sort=sort,
        size=size,
        after=after,
        collapse=collapse,
        like=like,
        histogram=histogram,
    )
    with workspace(context) as opened:
        results = opened.backend().search(asked)
    if json:
        emit(results.to_json())
        return
    rows = (
        (
            hit.tier or "",
            f"{hit.score:.2f}" if hit.tier else "",
            f"{strength(hit.score):.1f}" if hit.tier else "",
            hit.key,
            hit.title,
        )
        for hit in results.hits
    )
    table(f"共 {results.total} 条", ("档", "可疑度", "强度", "商品", "标题"), rows)
    for field, counts in results.facets.items():
        table(field, ("值", "数量"), ((count.value, count.count) for count in counts))
    if results.histogram:
        table(histogram, ("起始日", "数量"), results.histogram.items())
    for notice in results.notices:
        say(notice)
    if results.next:
        say(f"下一页：--after {results.next}")
