from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.memory import ALLOCATOR, begin_again

linux = pytest.mark.skipif(sys.platform != "linux", reason="the allocator of another system has other settings")
PROGRAM = """
import os, sys
from indexer.memory import begin_again
with open(sys.argv[1], "a") as file:
    file.write(f"{os.getpid()} {os.environ.get('GLIBC_TUNABLES', '-')} {sys.argv[2:]}\\n")
begin_again(os.environ, "index", "rebuild")
print("done")
"""


def started(folder: Path, *arguments: str, **environment: str) -> list[str]:
    """What a program that begins again writes each time it starts: its process, its allocator, its arguments."""
    (folder / "program.py").write_text(PROGRAM)
    command = [sys.executable, str(folder / "program.py"), str(folder / "seen"), *arguments]
    own = {name: value for name, value in os.environ.items() if name != "GLIBC_TUNABLES"}
    own["PYTHONPATH"] = str(Path(__file__).parents[2])
    done = subprocess.run(command, env=own | environment, stdout=subprocess.PIPE, text=True, check=True, timeout=60)
    assert done.stdout == "done\n"
    return (folder / "seen").read_text().splitlines()


@linux
def test_a_command_begins_again_once_in_the_same_process_with_the_same_arguments(tmp_path: Path) -> None:
    first, second = (line.split(" ", 2) for line in started(tmp_path, "index", "rebuild", "--json", "a b"))
    assert first[0] == second[0]
    assert (first[1], second[1]) == ("-", ALLOCATOR)
    assert first[2] == second[2] == "['index', 'rebuild', '--json', 'a b']"


@linux
def test_who_chose_an_allocator_keeps_it(tmp_path: Path) -> None:
    (only,) = started(tmp_path, "index", "rebuild", GLIBC_TUNABLES="glibc.malloc.perturb=0")
    assert only.split(" ")[1] == "glibc.malloc.perturb=0"


@linux
def test_another_command_is_left_alone(tmp_path: Path) -> None:
    assert len(started(tmp_path, "index", "status")) == 1


@linux
@pytest.mark.skipif(
    not hasattr(os, "confstr") or "glibc" not in (os.confstr("CS_GNU_LIBC_VERSION") or ""), reason="glibc"
)
def test_the_allocator_knows_its_settings(tmp_path: Path) -> None:
    """The dynamic linker lists the settings in force; one that it did not know would not be among them."""
    linker = next((path for path in Path("/lib64").glob("ld-linux-*.so.*")), None)
    if linker is None:
        pytest.skip("no dynamic linker where it usually is")
    environment = os.environ | {"GLIBC_TUNABLES": ALLOCATOR}
    listed = subprocess.run(
        [str(linker), "--list-tunables"], env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=60
    ).stdout
    for setting in ALLOCATOR.split(":"):
        name, _, value = setting.partition("=")
        line = next(line for line in listed.splitlines() if line.startswith(f"{name}:"))
        assert int(line.split()[1], 0) == int(value)


def test_within_a_test_nothing_begins_again() -> None:
    begin_again({}, "index", "rebuild")
