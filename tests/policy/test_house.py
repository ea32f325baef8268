"""House rules that need no syntax tree: short modules, no registry hosts, no half-finished work."""

from __future__ import annotations

import re

import pytest

from tests.policy.tree import PACKAGES, ROOT, files

#: A module says one thing; longer than this it says two.
MOST_LINES = 350
_BINARY = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".ico", ".gz", ".onnx", ".woff2", ".ttf", ".bin", ".npz", ".pdf")

# A checkout installs through the machine's own settings, so no file may say where packages come from.
# Written in parts, so that this file names none either.
_REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("crates", "io"),
        ("proxy", "golang", "org"),
        ("repo", "maven", "apache", "org"),
        ("repo1", "maven", "org"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("mirrors", "aliyun", "com"),
        ("mirrors", "tuna", "tsinghua", "edu", "cn"),
        ("registry", "npmmirror", "com"),
    )
]
_HOST = re.compile("|".join(re.escape(name) for name in _REGISTRIES))


def _texts() -> dict[str, str]:
    return {
        path: (ROOT / path).read_text(encoding="utf-8", errors="replace")
        for path in files()
        if not path.lower().endswith(_BINARY)
    }


def _modules() -> list[str]:
    return [path for path in files() if path.endswith(".py") and path.partition("/")[0] in {*PACKAGES, "bench"}]


def test_no_module_is_longer_than_it_can_be_read_in_one_go() -> None:
    lengths = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in _modules()}
    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        path
        for path in _modules()
        if "/migrations/" not in path
        and (text := (ROOT / path).read_text(encoding="utf-8").lstrip())
        and not text.startswith(('"""', 'r"""'))
    ]
    assert silent == []


def test_no_file_names_the_host_of_a_package_registry() -> None:
    assert {path: found[0] for path, text in _texts().items() if (found := _HOST.search(text))} == {}


@pytest.mark.parametrize("host", _REGISTRIES)
def test_the_hosts_are_recognised(host: str) -> None:
    assert _HOST.search(f"index-url = https://{host}/simple")


def test_nothing_is_left_to_do() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError\(\)|lorem ipsum", re.IGNORECASE)
    left = {
        path: found[0]
        for path, text in _texts().items()
        if path.endswith((".py", ".sh", ".html", ".js", ".toml")) and "/vendor/" not in path
        if path != "tests/policy/test_house.py" and not path.endswith(".min.js") and (found := marks.search(text))
    }
    assert left == {}


def test_no_secret_is_checked_in() -> None:
    keys = re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[0-9A-Za-z]{36}\b")
    assert {path for path, text in _texts().items() if keys.search(text)} == set()


def test_tables_too_large_for_a_diff_stay_out() -> None:
    large = {path: size for path in files() if (size := (ROOT / path).stat().st_size) > 16 * 1024**2}
    assert large == {}
