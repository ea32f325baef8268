"""The container: a folder or a stored zip, its names, its manifests. RFC 8493 read strictly, standard library only."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol

from evidence.verify.result import Broken
from evidence.verify.zipping import check_zip

MAX_FILES = 100_000
MAX_BYTES = 64 * 1024**3
#: What is read whole into memory: tag files, JSON, the custody log.
MAX_TEXT = 256 * 1024**2
_PIECE = 1024 * 1024

_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_TAGS = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sha512.txt")
_TAG_MANIFESTS = ("tagmanifest-sha256.txt", "tagmanifest-sha512.txt")
_REQUIRED = (*_TAGS, *_TAG_MANIFESTS, "data/evidence.json", "data/custody/log.jsonl", "data/report/report.html")
_OPTIONAL = re.compile(
    r"data/(web/[1-9]\d{0,5}\.warc\.gz|facts/[1-9]\d{0,5}\.json)"
    r"|data/report/电子数据提取笔录\.pdf"
    r"|data/capture/[1-9]\d{0,5}/(full\.png|page\.mhtml|dom\.html|page\.har|dns\.json|env\.json|clock\.json|tls_\d{1,2}\.der)"
    r"|seal/(tagmanifest-sha256\.txt\.p7s|tagmanifest-sha256\.txt\.p7s\.tsr|[A-Za-z0-9_-]{1,60}\.(crt|crl))",
    re.ASCII,
)


class Bag(Protocol):
    """The files of a pack by their path with ``/``, relative to the pack."""

    name: str
    sizes: dict[str, int]
    empty: list[str]

    def open(self, path: str) -> IO[bytes]:
        """A stream of the file."""
        ...

    def __enter__(self) -> Bag: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Folder:
    """A pack as a folder. Links and special files are refused, never followed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.name = root.resolve().name
        self.sizes: dict[str, int] = {}
        self.empty: list[str] = []
        self._walk(root, "")

    def _walk(self, folder: Path, prefix: str) -> None:
        if prefix.count("/") > 3:
            raise Broken(f"文件夹 {prefix} 嵌套过深")
        empty = True
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                path = prefix + entry.name
                empty = False
                mode = entry.stat(follow_symlinks=False).st_mode
                if stat.S_ISDIR(mode):
                    self._walk(folder / entry.name, path + "/")
                elif stat.S_ISREG(mode):
                    self.sizes[path] = entry.stat(follow_symlinks=False).st_size
                else:
                    raise Broken(f"{path} 是链接或特殊文件，证据包只能含普通文件")
                if len(self.sizes) > MAX_FILES:
                    raise Broken(f"文件超过 {MAX_FILES} 个")
        if empty and prefix:
            self.empty.append(prefix)

    def open(self, path: str) -> IO[bytes]:
        """A stream of the file; a link put there meanwhile is refused."""
        return os.fdopen(os.open(self._root / path, os.O_RDONLY | os.O_NOFOLLOW), "rb")

    def __enter__(self) -> Folder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


class Zip:
    """A pack as a stored zip with one top folder. Read in place: nothing is unpacked, so no name can escape."""

    def __init__(self, path: Path) -> None:
        self.name, self.sizes = check_zip(path, MAX_FILES)
        self.empty: list[str] = []
        self._archive = zipfile.ZipFile(path)

    def open(self, path: str) -> IO[bytes]:
        """A stream of the file."""
        return self._archive.open(f"{self.name}/{path}")

    def __enter__(self) -> Zip:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._archive.close()


def pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream in pieces of 1 MiB."""
    while piece := stream.read(_PIECE):
        yield piece


def whole(bag: Bag, path: str) -> bytes:
    """A file that is read into memory; Broken when it is missing or too large for that."""
    if path not in bag.sizes:
        raise Broken(f"缺少文件 {path}")
    if bag.sizes[path] > MAX_TEXT:
        raise Broken(f"{path} 有 {bag.sizes[path]} 字节，超过上限 {MAX_TEXT} 字节")
    with bag.open(path) as stream:
        return stream.read(MAX_TEXT + 1)


def hexdigests(bag: Bag, path: str, *algorithms: str) -> list[str]:
    """Hex digests of a file, read once."""
    summers = [hashlib.new(name) for name in algorithms]
    with bag.open(path) as stream:
        for piece in pieces(stream):
            for summer in summers:
                summer.update(piece)
    return [summer.hexdigest() for summer in summers]


def check_names(bag: Bag) -> str:
    """Only the names that a pack has, every one that it must have, and sizes in bounds."""
    for path in _REQUIRED:
        if path not in bag.sizes:
            raise Broken(f"缺少文件 {path}")
    for path in bag.sizes:
        if path not in _REQUIRED and not _OPTIONAL.fullmatch(path):
            raise Broken(f"{path[:200]!r} 不属于证据包的文件名单")
    if (total := sum(bag.sizes.values())) > MAX_BYTES:
        raise Broken(f"证据包共 {total} 字节，超过上限 {MAX_BYTES} 字节")
    return f"{len(bag.sizes)} 个文件，名称都在名单内，没有链接"


def _compare(bag: Bag, manifest: str, algorithm: str, paths: list[str]) -> None:
    """The manifest must be exactly what the files give: a changed file, line, order or blank shows."""
    stated: dict[str, str] = {}
    text = whole(bag, manifest)
    for number, line in enumerate(text.decode("utf-8", "replace").splitlines(), start=1):
        digest, _, path = line.partition("  ")
        if path in stated:
            raise Broken(f"{manifest} 第 {number} 行重复列出 {path[:200]}")
        stated[path] = digest
    for path in stated:
        if path not in paths:
            raise Broken(f"{manifest} 列出了包内没有的文件 {path[:200]!r}")
    expected = []
    for path in sorted(paths):
        if path not in stated:
            raise Broken(f"{path} 没有列入 {manifest}")
        found = hexdigests(bag, path, algorithm)[0]
        if stated[path] != found:
            raise Broken(f"{path} 与 {manifest} 所列的 {algorithm} 不符：文件或清单被改动")
        expected.append(f"{found}  {path}\n")
    if text != "".join(expected).encode():
        raise Broken(f"{manifest} 的写法被改动（空白、换行或顺序）")


def check_manifests(bag: Bag) -> str:
    """Every payload file is listed with its digest, and every line has its file, in both algorithms."""
    paths = [path for path in bag.sizes if path.startswith("data/")]
    for algorithm in ("sha256", "sha512"):
        _compare(bag, f"manifest-{algorithm}.txt", algorithm, paths)
    for folder in bag.empty:
        raise Broken(f"文件夹 {folder} 是空的，不属于证据包")
    return f"{len(paths)} 个数据文件与 SHA-256、SHA-512 清单逐一相符"


def check_tags(bag: Bag) -> str:
    """The tag files against the tag manifests, and bagit.txt against the standard."""
    for algorithm in ("sha256", "sha512"):
        _compare(bag, f"tagmanifest-{algorithm}.txt", algorithm, list(_TAGS))
    if whole(bag, "bagit.txt") != _DECLARATION:
        raise Broken("bagit.txt 不是 BagIt 1.0 的声明")
    return "标签文件与标签清单相符"


def info_of(bag: Bag) -> dict[str, str]:
    """The fields of bag-info.txt; each once, each on one line."""
    fields: dict[str, str] = {}
    for line in whole(bag, "bag-info.txt").decode().split("\n")[:-1]:
        name, separator, value = line.partition(": ")
        if not separator or name in fields:
            raise Broken(f"bag-info.txt 的一行不合格式：{line[:100]!r}")
        fields[name] = value
    return fields


def check_info(bag: Bag) -> str:
    """Payload-Oxum counts the payload; the identifier is the pack's own name."""
    fields = info_of(bag)
    sizes = [size for path, size in bag.sizes.items() if path.startswith("data/")]
    oxum = f"{sum(sizes)}.{len(sizes)}"
    if fields.get("Payload-Oxum") != oxum:
        raise Broken(f"bag-info.txt 的 Payload-Oxum 是 {fields.get('Payload-Oxum')}，实际为 {oxum}")
    identifier = fields.get("External-Identifier", "")
    if identifier != bag.name:
        raise Broken(
            f"bag-info.txt 的编号 {identifier[:100]} 与证据包名称 {bag.name[:100]} 不同：文件夹被改名或内容被替换"
        )
    return f"编号 {identifier}，{len(sizes)} 个数据文件共 {sum(sizes)} 字节"
