"""``qingyuan schedule``: the nights by themselves."""

from __future__ import annotations

from typing import Annotated

import typer

from qingyuan.cli.context import Context, now, say, settings


def schedule(
    context: Context,
    at: Annotated[str, typer.Option(help="每夜开始的时间（北京时间）")] = "01:00",
    once: Annotated[bool, typer.Option("--once", help="只补上错过的一夜，然后结束")] = False,
) -> int:
    """常驻运行：到点执行夜间运行，错过的一夜开机即补；平台有时间窗的到窗口再采。"""
    from crawlers.platforms import load
    from domain.errors import UsageError
    from qingyuan import schedule as clock
    from qingyuan.locks import only_one

    try:
        hour = clock.clock(at)
    except ValueError:
        raise UsageError(f"时间 {at!r} 应写作 01:00") from None
    home, moment = settings(context).home.absolute(), now(context)
    with only_one(home, "schedule"):
        if once:
            if not clock.due(home, hour, moment):
                say("没有错过的夜间运行")
                return 0
            return clock.run_night(home)
        windows = [platform.window for platform in load(home).values()]
        say(f"已开始：每天 {'、'.join(f'{one:%H:%M}' for one in clock.hours(hour, windows))} 运行（按 Ctrl-C 停止）")
        clock.run(home, at=hour, windows=windows, now=moment)
    return 0
