"""``qingyuan trace``: where a listing comes from."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from qingyuan.cli.context import Context, Json, emit, progress, say, table, workspace


def trace(
    context: Context,
    listing: Annotated[list[str] | None, typer.Argument(metavar="LISTING …", help="平台/编号，可多个")] = None,
    all_: Annotated[bool, typer.Option("--all", help="追溯全部有线索的商品")] = False,
    json: Json = False,
) -> None:
    """向上游追溯来源：每一跳的依据与强度，中断处与应调取的材料。"""
    from domain.errors import UsageError
    from qingyuan.stages.ingest import ingest

    if bool(listing) == all_:
        raise UsageError("请给出一个或多个商品（平台/编号），或用 --all 追溯全部有线索的商品（二者选一）")
    with workspace(context) as opened, progress(quiet=json) as report:
        ingest(opened)
        keys = list(listing or dict.fromkeys(finding.listing.key for finding in opened.catalog.all_findings()))
        for done, key in enumerate(keys, start=1):
            walked = opened.trace(key)
            report("溯源", done, len(keys))
            if json:
                emit(walked)
            else:
                _show(walked)


def _show(walked: dict[str, Any]) -> None:
    subject = walked["subject"]
    say(f"{walked['listing']}：经营主体 {(subject or {}).get('name') or '未能确定'}")
    rows = [(h["source"], h["target"], h["strength"], f"{h['probability']:.2f}", h["why"]) for h in walked["hops"]]
    if rows:
        table("上游", ("从", "到", "强度", "概率", "依据"), rows)
    for source in walked["sources"]:
        named = "认定来源" if source["score"] >= 0.5 else "可能来源"
        say(f"{named}：{source['subject']['name']}（{source['role']}，{source['score']:.2f}）")
    for gap in walked["breaks"]:
        say(f"中断于 {gap['after']}：缺少{gap['missing']}；建议：{gap['request']}")
    say()
