"""The command line: noun, then verb. Exit 0 done, 1 findings of a check, 2 wrong usage, 3 failed.

Commands import what they need when they run, so that ``--help`` answers at once.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from domain.errors import QingyuanError
from qingyuan.cli import (
    accounts,
    crawl,
    demo,
    doctor,
    findings,
    images,
    index,
    listings,
    nightly,
    pack,
    registers,
    rights,
    schedule,
    screen,
    search,
    serve,
    trace,
    watches,
)
from qingyuan.cli.context import State

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="清源：假冒商品源头追溯与在线监测。",
)
app.add_typer(rights.app, name="rights")
app.add_typer(crawl.app, name="crawl")
app.add_typer(listings.app, name="listings")
app.add_typer(registers.app, name="registers")
app.add_typer(screen.app, name="screen")
app.add_typer(findings.app, name="findings")
app.add_typer(index.app, name="index")
app.add_typer(images.app, name="images")
app.add_typer(watches.app, name="watches")
app.add_typer(pack.app, name="pack")
app.add_typer(accounts.app, name="accounts")
app.command("demo")(demo.demo)
app.command("nightly")(nightly.nightly)
app.command("schedule")(schedule.schedule)
app.command("search")(search.search)
app.command("trace")(trace.trace)
app.command("verify")(pack.verify)
app.command("serve")(serve.serve)
app.command("doctor")(doctor.doctor)


@app.callback()
def options(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option(help="数据目录，默认 ./var 或 QINGYUAN_HOME")] = None,
) -> None:
    """Options of every command."""
    context.obj = State(home=home)


def main() -> None:
    """Entry point of ``qingyuan``: a user sees a sentence, never a traceback."""
    try:
        code = app(standalone_mode=False)
    except QingyuanError as error:
        _say(str(error))
        code = error.exit_code
    except TyperException as error:
        # a wrong option or argument: its exit code is 2
        if error.format_message():
            _say(f"用法有误：{error.format_message()}（加 --help 查看用法）")
        code = 2
    except (typer.Abort, KeyboardInterrupt):
        _say("已中断。已完成的部分不会丢失，再次运行即可继续。")
        code = 3
    except BrokenPipeError:
        # the reader (head, less) has gone: nothing is left to say, and nobody to say it to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:  # noqa: BLE001 - the last resort: keep the details for the maintainer
        _say(f"程序内部错误：{error.__class__.__name__}。详情已写入 {_keep_traceback()}，请连同操作步骤一并反馈。")
        code = 3
    sys.exit(code if isinstance(code, int) else 0)


def _say(sentence: str) -> None:
    typer.secho(f"错误：{sentence}", err=True, fg="red")


def _keep_traceback() -> str:
    descriptor, path = tempfile.mkstemp(prefix="qingyuan-", suffix=".log")
    with os.fdopen(descriptor, "w", encoding="utf-8") as log:
        log.write(traceback.format_exc())
    return path
