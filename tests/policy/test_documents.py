"""Documentation is tested: what it names exists, and what exists is named."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest
import typer
import yaml

from qingyuan.cli import app
from qingyuan.settings import Settings, load
from tests.policy.tree import ROOT, files

READMES = ("README.md", "README.zh-CN.md")
PAGES = [path for path in files() if path.endswith(".md") and not path.startswith(("tests/", "docs/decisions/"))]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def targets(*, documented: bool) -> set[str]:
    lines = [line for line in read("Makefile").splitlines() if re.match(r"[a-z]+:", line)]
    return {line.partition(":")[0] for line in lines if "##" in line or not documented}


def commands() -> set[str]:
    """Every command of the program, as ``noun verb``."""
    found: set[str] = set()

    def collect(command: object, name: str) -> None:
        subcommands = getattr(command, "commands", None)
        if subcommands:
            for verb, below in subcommands.items():
                collect(below, f"{name} {verb}".strip())
        else:
            found.add(name)

    collect(typer.main.get_command(app), "")
    return found


def code(path: str) -> str:
    """What a page shows as code: fenced blocks and inline."""
    text = read(path)
    return "\n".join([*re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL), *re.findall(r"`([^`\n]+)`", text)])


def test_make_targets_named_in_the_documents_exist() -> None:
    named = {(path, target) for path in PAGES for target in re.findall(r"\bmake ([a-z]+)\b", code(path))}
    assert {pair for pair in named if pair[1] not in targets(documented=False)} == set()


@pytest.mark.parametrize("readme", READMES)
def test_every_make_target_is_in_the_readme(readme: str) -> None:
    assert {target for target in targets(documented=True) if f"make {target}" not in read(readme)} == set()


def test_commands_named_in_the_documents_exist() -> None:
    known = commands()
    wrong = set()
    for path in PAGES:
        for line in re.findall(r"\bqingyuan ((?:[a-z]+ ?){1,2})", code(path)):
            words = line.split()
            if not ({words[0], " ".join(words)} & known):
                wrong.add((path, line.strip()))
    assert wrong == set()


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_in_the_readme(readme: str) -> None:
    text = code(readme)
    assert {name for name in commands() if f"qingyuan {name}" not in text} == set()


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_in_the_readme(readme: str) -> None:
    text = read(readme)
    assert {name for name in Settings.model_fields if f"QINGYUAN_{name.upper()}" not in text} == set()


@pytest.mark.parametrize("readme", READMES)
def test_both_readmes_link_to_files_that_exist(readme: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", read(readme))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_both_readmes_show_the_same_commands() -> None:
    blocks = [re.findall(r"^ *((?:make|qingyuan) [^#\n]*?) *(?:#.*)?$", code(path), re.MULTILINE) for path in READMES]
    assert {line.split("  ")[0] for line in blocks[0]} == {line.split("  ")[0] for line in blocks[1]}


def decisions() -> list[Path]:
    return sorted(path for path in (ROOT / "docs/decisions").glob("*.md") if path.name != "README.md")


def test_decisions_are_numbered_and_indexed() -> None:
    index = read("docs/decisions/README.md")
    names = [path.name for path in decisions()]
    numbers = [name[:4] for name in names]
    assert all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name) for name in names)
    assert len(set(numbers)) == len(numbers)
    assert [name for name in names if f"({name})" not in index] == []


@pytest.mark.parametrize("page", decisions(), ids=lambda path: path.stem)
def test_a_decision_says_what_was_decided_and_at_what_price(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert [part for part in ("Context", "Decision", "Consequences") if f"\n## {part}" not in text] == []


def test_every_page_is_in_the_index_of_documents() -> None:
    index = read("docs/README.md")
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in sorted((ROOT / "docs").glob("*.md"))]
    assert [page for page in pages if page != "README.md" and f"({page})" not in index] == []


def test_the_example_settings_are_all_settings_with_their_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"QINGYUAN_{name.upper()}", raising=False)
    monkeypatch.setenv("QINGYUAN_CONFIG", str(ROOT / "deploy/qingyuan.toml"))
    shown = load()
    monkeypatch.setenv("QINGYUAN_CONFIG", str(ROOT / "deploy/absent.toml"))
    assert shown == load()
    text = read("deploy/qingyuan.toml")
    assert [
        name for name in Settings.model_fields if name != "now" and not re.search(rf"^#? ?{name} =", text, re.M)
    ] == []


def test_deployment_files_are_well_formed() -> None:
    for path in ("deploy/compose.yaml", "deploy/kubernetes/nightly.yaml"):
        assert all(isinstance(part, dict) for part in yaml.safe_load_all(read(path)))
    compose = yaml.safe_load(read("deploy/compose.yaml"))
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports and all(port.startswith("127.0.0.1:") for port in ports)
    job = next(yaml.safe_load_all(read("deploy/kubernetes/nightly.yaml")))
    assert job["spec"]["concurrencyPolicy"] == "Forbid"
    for unit in (ROOT / "deploy/systemd").iterdir():
        parser = configparser.RawConfigParser(strict=False)
        parser.read(unit, encoding="utf-8")
        assert parser.has_section("Unit")
