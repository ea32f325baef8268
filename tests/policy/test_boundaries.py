"""The lines of the house: who may import whom, who may touch files, clock and environment, and what nobody may do."""

from __future__ import annotations

import ast
import sys
import textwrap
from collections.abc import Callable, Collection, Iterable

import pytest

from tests.policy.tree import PACKAGES, Module, modules

MAY_IMPORT = {
    "domain": set(),
    "crawlers": {"domain", "evidence"},
    "detection": {"domain"},
    "tracing": {"domain"},
    "evidence": {"domain"},
    "indexer": {"domain"},
    "console": set(PACKAGES),
    "qingyuan": set(PACKAGES),
}
#: Standard library and msgspec: the vocabulary needs nothing else.
DOMAIN_NEEDS = {"msgspec"}
#: Facts go in as arguments, results come out; importlib.resources (data shipped inside the package) is allowed.
PURE = ("detection", "tracing", "indexer.documents")
#: Programs of their own, run by hand, that write what the pure part of their package ships with.
BUILDERS = ("detection.training", "detection.train")
IMPURE_IMPORTS = {
    *("scrapy", "django", "elasticsearch", "tantivy", "twisted", "playwright", "requests", "httpx", "urllib.request"),
    *("socket", "subprocess", "sqlite3", "tempfile", "shutil", "glob", "multiprocessing", "threading", "fsspec"),
}
IMPURE_CALLS = {
    *("open", "io.open", "os.open", "print", "input"),
    *("time.time", "time.monotonic", "time.perf_counter", "time.sleep", "date.today", "datetime.date.today"),
    *("datetime.now", "datetime.utcnow", "datetime.today", "datetime.datetime.now", "datetime.datetime.utcnow"),
}
PATH_METHODS = {"read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink", "iterdir", "rglob"}
READS_ENVIRONMENT = ("qingyuan.settings", "crawlers.settings")
FORBIDDEN_IMPORTS = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}
FORBIDDEN_CALLS = {"eval", "exec", "os.system", "os.popen", "__import__", "yaml.load"}


def below(name: str, *tops: str) -> bool:
    """Whether a dotted name is one of ``tops`` or inside one."""
    return any(name == top or name.startswith(f"{top}.") for top in tops)


def strangers(module: Module) -> set[str]:
    """Packages of ours that the module must not import, but does."""
    ours = {name.partition(".")[0] for name in module.imports} & set(PACKAGES)
    return ours - MAY_IMPORT[module.package] - {module.package}


def impurities(module: Module) -> list[str]:
    """What a pure module does that it must not."""
    found = [f"import {name}" for name in sorted(module.imports) if below(name, *IMPURE_IMPORTS)]
    resources = "importlib" in {name.partition(".")[0] for name in module.imports}
    for name, line in sorted(module.calls):
        method = name.rpartition(".")[2]
        if name in IMPURE_CALLS or (method in PATH_METHODS and not resources) or below(name, "Path", "pathlib.Path"):
            found.append(f"{name}() in line {line}")
    return found


def environment(module: Module) -> list[str]:
    """Where the module reads the environment."""
    found = [f"line {line}" for name, line in module.names if name in ("os.environ", "os.environb", "os.getenv")]
    return found + [name for name in module.imports if name in ("os.environ", "os.getenv")]


def dangers(module: Module) -> list[str]:
    """Pickles, evaluated text, shells."""
    found = [f"import {name}" for name in sorted(module.imports) if below(name, *FORBIDDEN_IMPORTS)]
    found += [f"{name}() in line {line}" for name, line in sorted(module.calls) if name in FORBIDDEN_CALLS]
    for node in module.nodes:
        if isinstance(node, ast.keyword) and node.arg == "shell" and getattr(node.value, "value", True) is not False:
            found.append(f"shell= in line {node.value.lineno}")
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle" and getattr(node.value, "value", True):
            found.append(f"allow_pickle= in line {node.value.lineno}")
    return found


PURE_MODULES = [module for module in modules() if below(module.name, *PURE) and not below(module.name, *BUILDERS)]


def offenders(look: Callable[[Module], Collection[str]], among: Iterable[Module]) -> dict[str, Collection[str]]:
    """Module → what was found in it, where anything was."""
    return {module.name: found for module in among if (found := look(module))}


def test_imports_stay_inside_the_lines() -> None:
    assert offenders(strangers, modules()) == {}


def test_domain_needs_only_the_standard_library_and_msgspec() -> None:
    allowed = {*sys.stdlib_module_names, *DOMAIN_NEEDS, "domain"}
    needs = {name.partition(".")[0] for module in modules() if module.package == "domain" for name in module.imports}
    assert needs - allowed == set()


def test_pure_packages_touch_no_file_clock_or_network() -> None:
    assert offenders(impurities, PURE_MODULES) == {}


def test_pure_packages_do_not_lean_on_their_builders() -> None:
    leaning = offenders(lambda module: [name for name in module.imports if below(name, *BUILDERS)], PURE_MODULES)
    assert leaning == {}


def test_only_the_two_settings_modules_read_the_environment() -> None:
    assert offenders(environment, (module for module in modules() if module.name not in READS_ENVIRONMENT)) == {}


def test_no_pickle_no_eval_no_shell() -> None:
    assert offenders(dangers, modules()) == {}


def test_every_package_was_looked_at() -> None:
    assert {module.package for module in modules()} == set(PACKAGES)
    assert len(PURE_MODULES) > 20


def module(name: str, source: str) -> Module:
    text = textwrap.dedent(source)
    return Module(name, name.replace(".", "/") + ".py", text, ast.parse(text))


@pytest.mark.parametrize(
    ("look", "name", "source"),
    [
        (strangers, "detection.x", "from indexer.documents import build"),
        (strangers, "tracing.x", "def f():\n    import evidence.vault"),
        (strangers, "evidence.x", "import qingyuan"),
        (strangers, "indexer.x.y", "from ...crawlers import run"),
        (impurities, "detection.x", "data = open('x').read()"),
        (impurities, "detection.x", "from pathlib import Path\ndata = Path('x').read_bytes()"),
        (impurities, "tracing.x", "from datetime import datetime\nnow = datetime.now()"),
        (impurities, "tracing.x", "import time\nnow = time.time()"),
        (impurities, "tracing.x", "from scrapy import Spider"),
        (environment, "tracing.x", "import os\nhome = os.environ['HOME']"),
        (environment, "tracing.x", "from os import environ"),
        (dangers, "console.x", "import pickle"),
        (dangers, "console.x", "eval('1')"),
        (dangers, "console.x", "import subprocess\nsubprocess.run('ls', shell=True)"),
        (dangers, "detection.x", "import numpy\nnumpy.load('x', allow_pickle=True)"),
    ],
)
def test_the_policies_catch_what_they_are_for(
    look: Callable[[Module], Collection[str]], name: str, source: str
) -> None:
    assert look(module(name, source))


@pytest.mark.parametrize(
    ("look", "name", "source"),
    [
        (strangers, "crawlers.x", "from evidence.vault import Vault\nfrom domain import codec"),
        (strangers, "indexer.x", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import qingyuan"),
        (strangers, "indexer.x.y", "from ..documents import build"),
        (impurities, "detection.x", "from importlib.resources import files\nd = files('detection').read_bytes()"),
        (impurities, "tracing.x", "from datetime import UTC, datetime\nd = datetime(2026, 1, 1, tzinfo=UTC)"),
        (dangers, "console.x", "import subprocess\nsubprocess.run(['ls'], shell=False)"),
    ],
)
def test_the_policies_let_pass_what_is_right(look: Callable[[Module], Collection[str]], name: str, source: str) -> None:
    assert not look(module(name, source))
