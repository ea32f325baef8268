"""Files beside an imported file, and files written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from domain.errors import InputError


@contextmanager
def replacing(path: Path, *, unless_empty: bool = False) -> Iterator[BinaryIO]:
    """A file to write that takes its name only when the block ends well; a reader never sees a torn one.

    With ``unless_empty`` a file without content is not left behind, nor an older one of that name.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
            size = out.tell()
        if unless_empty and not size:
            path.unlink(missing_ok=True)
        else:
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def beside(file: Path, name: str, *, limit: int) -> Path:
    """The file that ``name`` means in the folder of ``file``.

    InputError when the name leads out of that folder (by ``..``, an absolute path or a link), when there is no such
    regular file, or when it has more than ``limit`` bytes.
    """
    folder = file.parent.resolve()
    try:
        found = (folder / name).resolve()
        if not found.is_relative_to(folder) or Path(name).is_absolute():
            raise InputError(f"路径 {name[:120]!r} 指到了 {file.name} 所在文件夹之外，不予读取")
        if not found.is_file():
            raise InputError(f"找不到文件 {name[:120]!r}：应在 {file.name} 所在文件夹之内")
        if found.stat().st_size > limit:
            raise InputError(f"文件 {name[:120]!r} 有 {found.stat().st_size} 字节，上限 {limit} 字节")
    except (OSError, ValueError) as error:
        raise InputError(f"路径 {name[:120]!r} 无法读取：{error}") from None
    return found
