"""Verifying an evidence pack, offline and on its own.

This package shares nothing with the code that makes packs: it reads BagIt, WARC, gzip, zip and canonical JSON with the
standard library alone and imports no other module of the project, so the folder can be copied to any machine with
Python 3.11 and run there: ``python -m evidence.verify PACK``.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from evidence.verify.bag import Bag, Folder, Zip, check_info, check_manifests, check_names, check_tags
from evidence.verify.claims import check_custody, check_described, check_facts, check_seal
from evidence.verify.result import Broken, Check, Report
from evidence.verify.web import check_web

__all__ = ["Check", "Report", "verify"]

_CHECKS: tuple[tuple[str, Callable[[Bag], str]], ...] = (
    ("文件名单", check_names),
    ("清单", check_manifests),
    ("标签清单", check_tags),
    ("包信息", check_info),
    ("证据说明", check_described),
    ("网页记录", check_web),
    ("事实与采集", check_facts),
    ("保管链", check_custody),
    ("签名与时间戳", check_seal),
)


def _attempt(name: str, check: Callable[[Bag], str], bag: Bag) -> Check:
    """A hostile pack may break any reader: whatever it raises is a failed check with a sentence, never a traceback."""
    try:
        return Check(name, True, check(bag))
    except Broken as problem:
        return Check(name, False, str(problem))
    except RecursionError:
        return Check(name, False, "数据嵌套过深，拒绝读取")
    except MemoryError:
        return Check(name, False, "数据要求的内存过大，拒绝读取")
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        return Check(name, False, f"内容不合格式：{type(error).__name__} {str(error)[:200]}")
    except (zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        return Check(name, False, f"压缩数据已损坏：{str(error)[:200]}")


def verify(path: str | os.PathLike[str]) -> Report:
    """Every check of the pack at ``path`` (a folder, or its stored zip). Never raises for what the pack contains.

    When the names themselves are not in order nothing else is read.
    """
    place = Path(path)
    try:
        if place.is_symlink() or not (place.is_dir() or place.is_file()):
            return Report((Check("文件名单", False, f"{place} 不是证据包文件夹，也不是 zip 文件"),))
        bag: Bag = Folder(place) if place.is_dir() else Zip(place)
    except Broken as problem:
        return Report((Check("文件名单", False, str(problem)),))
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        return Report((Check("文件名单", False, f"{place.name} 无法打开：{str(error)[:200]}"),))
    with bag:
        first = _attempt(*_CHECKS[0], bag)
        if not first.ok:
            return Report((first,))
        return Report((first, *(_attempt(name, check, bag) for name, check in _CHECKS[1:])))
