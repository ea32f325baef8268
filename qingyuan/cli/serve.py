"""``qingyuan serve``: the officers' console."""

from __future__ import annotations

from typing import Annotated

import typer

from qingyuan.cli.context import Context, say, settings


def serve(
    context: Context,
    host: Annotated[str, typer.Option(help="监听地址；默认只在本机")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口")] = 8000,
) -> None:
    """启动办案控制台。"""
    from console.serve import create
    from domain.errors import BusyError

    try:
        server = create(settings(context), port, host=host)
    except OSError as error:
        raise BusyError(f"无法监听 {host}:{port}：{error.strerror}（端口可能已被占用，请用 --port 另选）") from None
    say(f"控制台：http://{host}:{server.effective_port}/（按 Ctrl-C 停止）")
    server.run()
