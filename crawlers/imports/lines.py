"""Physical lines of a file with their numbers, each bounded, whatever the file holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from domain.errors import DecodeError, FileFormatError

#: A longer line is refused, and the next one is read: 16 MiB.
MAX_LINE = 16 * 1024 * 1024
#: What the encoding of a file is judged by.
SAMPLE = 4 * 1024 * 1024
#: UTF-8 with or without a mark, and GB 18030, which contains GBK and GB 2312.
ENCODINGS = ("utf-8-sig", "gb18030")


def numbered(path: Path) -> Iterator[tuple[int, bytes | DecodeError]]:
    """Each line with its number (from 1) and its line end, or the error that says why it is not read."""
    try:
        source = path.open("rb")
    except OSError as error:
        raise FileFormatError(f"打不开文件 {path}：{error.strerror}") from None
    with source:
        number = 0
        while line := source.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                size = len(line)
                while not line.endswith(b"\n") and (line := source.readline(MAX_LINE)):
                    size += len(line)
                yield number, DecodeError(f"这一行有 {size} 字节，上限 {MAX_LINE} 字节", line=number)
            else:
                yield number, line


def encoding(path: Path) -> str:
    """Which of :data:`ENCODINGS` the file is in, judged by its first 4 MiB.

    Each line that is not plain ASCII votes, so one damaged line does not turn a UTF-8 file into GBK; a tie goes to
    UTF-8. A line that the chosen encoding cannot read is the reader's to set aside.
    """
    with path.open("rb") as source:
        sample = source.read(SAMPLE)
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileFormatError(f"{path.name} 是 UTF-16 编码：请另存为“CSV UTF-8”再导入")
    if sample.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    votes = dict.fromkeys(ENCODINGS, 0)
    for line in sample.splitlines()[: -1 if len(sample) == SAMPLE else None]:
        if not line.isascii():
            for name in ENCODINGS:
                if _decodes(line, name):
                    votes[name] += 1
                    break  # what is valid UTF-8 is hardly ever meant as GBK
    return max(ENCODINGS, key=votes.__getitem__)


def _decodes(line: bytes, name: str) -> bool:
    try:
        line.decode(name)
    except UnicodeDecodeError:
        return False
    return True
