"""The project's own Python modules, parsed once for every policy."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("domain", "crawlers", "detection", "tracing", "evidence", "indexer", "console", "qingyuan")


@dataclass(frozen=True, eq=False)
class Module:
    """One source file: its dotted name, its path relative to the checkout, its lines and its syntax tree."""

    name: str
    path: str
    text: str
    tree: ast.Module

    @property
    def package(self) -> str:
        return self.name.partition(".")[0]

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the tree."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def _for_typing(self) -> frozenset[ast.AST]:
        guards = (node for node in self.nodes if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test))
        return frozenset(below for guard in guards for child in guard.body for below in ast.walk(child))

    @cached_property
    def imports(self) -> set[str]:
        """Dotted names that the module imports, also inside functions, except those for type checking alone."""
        found: set[str] = set()
        for node in self.nodes:
            if node in self._for_typing:
                continue
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                parts = self.name.split(".")
                base = parts[: len(parts) - node.level + self.path.endswith("__init__.py")] if node.level else []
                prefix = ".".join([*base, node.module] if node.module else base)
                found.add(prefix)
                found.update(f"{prefix}.{alias.name}" for alias in node.names)
        return found

    @cached_property
    def calls(self) -> set[tuple[str, int]]:
        """(dotted name as written, line) of every call; a method of an unknown value is ``.name``."""
        return {(_dotted(node.func), node.lineno) for node in self.nodes if isinstance(node, ast.Call)}

    @cached_property
    def names(self) -> set[tuple[str, int]]:
        """(dotted name as written, line) of every attribute and name, whether it is called or not."""
        nodes = (node for node in self.nodes if isinstance(node, (ast.Attribute, ast.Name)))
        return {(_dotted(node), node.lineno) for node in nodes}


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return ""


@cache
def files() -> tuple[str, ...]:
    """Every file of the project, relative to the checkout: what git tracks and what it would track."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode()
    return tuple(sorted(name for name in set(listed.split("\0")) if name and (ROOT / name).is_file()))


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the eight packages."""
    found = []
    for path in files():
        if path.endswith(".py") and path.partition("/")[0] in PACKAGES:
            text = (ROOT / path).read_text(encoding="utf-8")
            name = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
            found.append(Module(name, path, text, ast.parse(text, path)))
    return tuple(found)
