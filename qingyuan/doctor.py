"""What this machine has, what it lacks and how to get it, and whether the state under HOME is sound."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from domain.errors import QingyuanError

if TYPE_CHECKING:
    from qingyuan.settings import Settings

#: ``absent`` is a part that the product works without; ``failed`` is one that keeps something from working.
State: TypeAlias = Literal["ok", "absent", "failed"]
_FREE = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; ``detail`` is a Chinese sentence, with the remedy when there is one."""

    name: str
    state: State
    detail: str


def examine(settings: Settings) -> list[Check]:
    """Look at everything; nothing is changed but for a file that is written under HOME and removed again."""
    looks: tuple[Callable[[Settings], Check], ...] = (
        _home,
        _space,
        _catalog,
        _rights,
        _chromium,
        _fonts,
        _opencv,
        _index,
    )
    return [look(settings) for look in looks] + list(_optional())


def _home(settings: Settings) -> Check:
    home = settings.home.absolute()
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=home):
            pass
    except OSError as error:
        return Check("数据目录", "failed", f"{home} 不可写：{error.strerror}；请修正权限或另设 QINGYUAN_HOME")
    return Check("数据目录", "ok", str(home))


def _space(settings: Settings) -> Check:
    home = settings.home.absolute()
    free = shutil.disk_usage(home if home.is_dir() else Path("/")).free
    if free < _FREE:
        return Check("磁盘空间", "failed", f"只剩 {free / 1024**3:.1f} GiB，建议至少 2 GiB：请清理磁盘")
    return Check("磁盘空间", "ok", f"剩余 {free / 1024**3:.0f} GiB")


def _catalog(settings: Settings) -> Check:
    path = settings.home.absolute() / "catalog.sqlite"
    if not path.is_file():
        return Check("目录库", "absent", "尚未建立：首次采集或导入后自动建立")
    try:
        with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True) as db:
            (answer,) = db.execute("PRAGMA quick_check").fetchone()
            (count,) = db.execute("SELECT count(*) FROM latest").fetchone()
    except sqlite3.DatabaseError as error:
        answer, count = str(error), 0
    if answer != "ok":
        return Check(
            "目录库", "failed", f"{path} 已损坏（{answer}）：删除后运行 qingyuan screen run --all 可从事实重建"
        )
    return Check("目录库", "ok", f"{count} 个商品")


def _rights(settings: Settings) -> Check:
    from qingyuan import rights

    try:
        count = len(rights.load(settings.home.absolute()))
    except QingyuanError as error:
        return Check("权利登记", "failed", str(error))
    if not count:
        return Check(
            "权利登记", "absent", "还没有登记：请运行 qingyuan rights import 文件，或加 --starter 导入起始登记"
        )
    return Check("权利登记", "ok", f"{count} 项")


def _chromium(settings: Settings) -> Check:
    found = str(settings.chromium) if settings.chromium else shutil.which("chromium") or shutil.which("google-chrome")
    if not found or not Path(found).is_file():
        return Check("Chromium", "absent", "没有浏览器，需要渲染的平台无法采集：请运行 apt-get install chromium")
    from crawlers import browser
    from crawlers.settings import PLAYWRIGHT_LAUNCH_OPTIONS

    # started as the crawler does: a browser that is there may lack a library, or its driver may
    arguments = PLAYWRIGHT_LAUNCH_OPTIONS["args"]
    why = browser.probe(found, list(arguments) if isinstance(arguments, list) else [])
    return Check("Chromium", "failed" if why else "ok", why or f"{found}，能够启动")


def _fonts(settings: Settings) -> Check:
    folders = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
    for folder in folders:
        if folder.is_dir() and any(folder.rglob("*CJK*")):
            return Check("中文字体", "ok", str(folder))
    return Check("中文字体", "absent", "网页截图中的汉字会显示为方框：请运行 apt-get install fonts-noto-cjk")


def _opencv(settings: Settings) -> Check:
    try:
        import cv2
    except ImportError as error:
        return Check("OpenCV", "failed", f"无法载入（{error}）：请运行 apt-get install libgl1 libglib2.0-0")
    return Check("OpenCV", "ok", str(cv2.__version__))


def _index(settings: Settings) -> Check:
    from qingyuan.workspace import Workspace

    workspace = Workspace(settings)
    try:
        figures = workspace.backend().status()
    except QingyuanError as error:
        return Check("检索", "failed", str(error))
    finally:
        workspace.close()
    kind = "Elasticsearch" if settings.elasticsearch else "内置索引"
    return Check("检索", "ok", f"{kind}，{figures.get('documents', 0)} 个商品")


def _optional() -> Iterator[Check]:
    from importlib.util import find_spec

    parts = (
        ("图中文字识别", "rapidocr", "uv pip install 'qingyuan[ocr]'"),
        ("PostgreSQL", "psycopg", "uv pip install 'qingyuan[postgres]'"),
        ("S3 存储", "s3fs", "uv pip install 'qingyuan[s3]'"),
    )
    for name, module, remedy in parts:
        if find_spec(module):
            yield Check(name, "ok", "已安装")
        else:
            yield Check(name, "absent", f"未安装（可选）：{remedy}")
