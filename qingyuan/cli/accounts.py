"""``qingyuan accounts``: who may use the console."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qingyuan.cli.context import Context, say, workspace

app = typer.Typer(no_args_is_help=True, help="控制台账号。")


@app.callback()
def accounts() -> None:
    """控制台账号。"""


@app.command()
def add(
    context: Context,
    username: Annotated[str, typer.Argument(metavar="USER", help="登录名")],
    role: Annotated[list[str], typer.Option(help="查阅、办案、审批、管理，可重复")],
    name: Annotated[str, typer.Option(help="执法人员姓名")] = "",
    password_file: Annotated[Path | None, typer.Option(help="密码所在的文件；缺省从终端输入")] = None,
) -> None:
    """新建账号，或重设已有账号的密码与角色。"""
    from domain.errors import UsageError

    if password_file is None:
        password = typer.prompt("密码", hide_input=True, confirmation_prompt="再输一次")
    else:
        try:
            password = password_file.read_text("utf-8").strip("\r\n")
        except OSError as error:
            raise UsageError(f"无法读取密码文件 {password_file}：{error.strerror}") from None
    with workspace(context) as opened:
        opened.open_judgements()
        from console.accounts import create

        create(username, password, role, name=name)
    say(f"账号 {username} 已保存，角色：{'、'.join(role)}")
