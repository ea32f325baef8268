"""The suite's own promise: tests of one group share a worker, so that what is dear to build is built once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.policy.tree import ROOT

SUITE = """
import os
from pathlib import Path
import pytest

@pytest.fixture(scope="session")
def dear():
    with Path("built").open("a") as built:
        built.write(f"{os.getpid()}\\n")

@pytest.mark.xdist_group("dear")
@pytest.mark.parametrize("number", range(4))
def test_uses_it(dear, number): ...

@pytest.mark.parametrize("number", range(4))
def test_does_not(number): ...
"""


def test_what_a_group_needs_is_built_once(tmp_path: Path) -> None:
    """With the versions of requirements.lock: xdist 3.8 puts a group nowhere under pytest 9.2, and says nothing."""
    (tmp_path / "test_suite.py").write_text(SUITE)
    command = next(line for line in (ROOT / "Makefile").read_text("utf-8").splitlines() if "-m pytest" in line)
    options = command.split("-m pytest", 1)[1].replace("$(PYTEST_ARGS)", "").split()
    assert "loadgroup" in options
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "xdist", *options, "-q", "-c", "/dev/null", "--rootdir=."],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
    )
    assert "8 passed" in done.stdout, done.stdout + done.stderr
    assert len((tmp_path / "built").read_text().split()) == 1
