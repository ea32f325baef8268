"""The market is an honest judge only if it was written apart from what it judges: nothing is imported, nothing shared.

Facts that both sides may state (names of provinces, attributes that every page carries, formats of numbers) are short;
what must not be shared is long literals, and word lists that overlap.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import detection
import qingyuan.demo
import tracing
from qingyuan.demo.wares import WARES

DEMO = Path(qingyuan.demo.__file__).parent
JUDGES = tuple(Path(str(package.__file__)).parent for package in (detection, tracing))
#: A literal of so many characters is no longer chance.
LONG = 14
#: Of a list of at least this many words, no more than this share may stand in one list of the other side.
WORDS, SHARE = 8, 0.5
GOODS = frozenset(WARES) | {part for ware in WARES.values() for part in (*ware.category, *ware.names)}
_HAN = re.compile(r"[一-鿿]")


def _trees(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def _docstrings(tree: ast.Module) -> set[int]:
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, holders) and node.body and isinstance(node.body[0], ast.Expr)
    }


def _literals(folder: Path) -> set[str]:
    found = set()
    for _, tree in _trees(folder):
        skipped = _docstrings(tree)
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped
        }
    return found


def _data_files(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".txt", ".tsv", ".csv", ".json", ".toml"} and path.stat().st_size < 5_000_000:
            yield path.read_text("utf-8", errors="replace")


def _telling(words: Iterable[str]) -> frozenset[str]:
    """The Chinese words that are not just the plain names of goods, which both sides cannot but use."""
    return frozenset(word for word in words if _HAN.search(word) and len(word) > 1 and word not in GOODS)


def _word_lists(folder: Path) -> list[frozenset[str]]:
    """The words of every tuple, list, set, dict and split text; those of data files line by line."""
    lists = []
    for _, tree in _trees(folder):
        for node in ast.walk(tree):
            items: list[ast.expr | None] = []
            if isinstance(node, ast.Tuple | ast.List | ast.Set):
                items = list(node.elts)
            elif isinstance(node, ast.Dict):
                items = list(node.keys)
            words = {item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)}
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words = set(node.value.split())
            lists.append(_telling(words))
    for text in _data_files(folder):
        lists += [_telling(re.split(r"[\s|,;，、\"\[\]{}:]+", line)) for line in text.splitlines()]
    return [words for words in lists if len(words) >= WORDS]


def test_the_market_imports_nothing_of_its_judges_nor_they_of_it() -> None:
    for folder, forbidden in ((DEMO, ("detection", "tracing")), *((judge, ("qingyuan",)) for judge in JUDGES)):
        for path, tree in _trees(folder):
            if path == DEMO / "run.py":
                continue  # the orchestration: it runs the whole path, and the market is only one part of it
            for node in ast.walk(tree):
                names = (
                    [alias.name for alias in node.names]
                    if isinstance(node, ast.Import)
                    else [node.module or ""]
                    if isinstance(node, ast.ImportFrom)
                    else []
                )
                assert not any(name.split(".")[0] in forbidden for name in names), path


@pytest.mark.parametrize("judge", JUDGES, ids=lambda path: path.name)
def test_no_long_literal_is_shared(judge: Path) -> None:
    ours = {text for text in _literals(DEMO) if len(text) >= LONG and _HAN.search(text)}
    ours |= {
        word
        for text in _data_files(DEMO)
        for word in re.split(r"[|\n]", text)
        if len(word) >= LONG and not word.startswith("#")
    }
    theirs = _literals(judge)
    assert len(ours) > 100
    assert not ours & theirs
    everything = "\n".join(_data_files(judge))
    assert not [text for text in ours if text in everything]


@pytest.mark.parametrize("judge", JUDGES, ids=lambda path: path.name)
def test_no_word_list_is_shared(judge: Path) -> None:
    ours = _word_lists(DEMO)
    assert len(ours) > 20
    for theirs in _word_lists(judge):
        for mine in ours:
            common = mine & theirs
            assert len(common) < SHARE * min(len(mine), len(theirs)), sorted(common)


def test_the_disguises_of_the_market_are_not_known_to_the_detector() -> None:
    """Neither the made-up signs nor their disguises may stand anywhere in the detector."""
    from qingyuan.demo.marks import MARKS

    known = {mark.sign for mark in MARKS if mark.sort != "common"}
    known |= {
        form
        for mark in MARKS
        if mark.sort == "invented"
        for forms in mark.disguises.values()
        for form in forms
        if len(form) > 2
    }
    theirs = "\n".join(
        path.read_text("utf-8", errors="replace")
        for path in JUDGES[0].rglob("*")
        if path.suffix in {".py", ".txt", ".tsv"}
    )
    assert not [form for form in known if form in theirs]
