"""After a death at any instant: nothing that was returned is lost, nothing torn is served, nothing is doubled."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from evidence.vault import Capture, Vault
from tests.evidence.conftest import accepted, store


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, list[Capture]]:
    with Vault(tmp_path / "vault").writer("r1", "a") as writer:
        captures = [store(writer, f"http://x.example/{n}", bytes([n]) * (400 * n)) for n in range(6)]
    return tmp_path / "vault", captures


def _reopened(vault: Path) -> list[Capture]:
    with Vault(vault).writer("r1", "a") as writer:
        added = store(writer, "http://x.example/added", b"added after the death")
    fresh = Vault(vault)
    assert fresh.read(added.digest) == b"added after the death"
    accepted(vault)
    index = (vault / "warc/r1/a-00001.index.jsonl").read_bytes().splitlines()
    assert len(index) == len(set(index))
    found = [fresh.captured("r1", f"http://x.example/{n}") for n in range(6)]
    for capture in found:
        if capture is not None:
            assert len(fresh.read(capture.digest)) == capture.size
    return [capture for capture in found if capture is not None]


def test_cut_at_any_byte_of_the_records(written: tuple[Path, list[Capture]], tmp_path: Path) -> None:
    """The index is whole, the records are not: as after a power failure."""
    vault, captures = written
    size = (vault / captures[0].warc).stat().st_size
    ends = [capture.offset + capture.length + capture.request for capture in captures]
    for cut in [0, 1, 300, *(end + step for end in ends for step in (-1, 0, 1) if end + step <= size), size // 2]:
        copy = tmp_path / f"cut-{cut}"
        shutil.copytree(vault, copy, dirs_exist_ok=True)
        os.truncate(copy / captures[0].warc, cut)
        assert _reopened(copy) == [capture for capture, end in zip(captures, ends, strict=True) if end <= cut], cut
        shutil.rmtree(copy)


def test_cut_at_any_byte_of_the_index(written: tuple[Path, list[Capture]], tmp_path: Path) -> None:
    """The records are whole, the index is not: killed between the two writes, or the index lost altogether."""
    vault, captures = written
    index = vault / "warc/r1/a-00001.index.jsonl"
    size = index.stat().st_size
    for cut in [None, 0, 1, *range(size // 7, size, size // 7), size - 1]:
        copy = tmp_path / f"cut-{cut}"
        shutil.copytree(vault, copy)
        if cut is None:
            (copy / index.relative_to(vault)).unlink()
        else:
            os.truncate(copy / index.relative_to(vault), cut)
        assert _reopened(copy) == captures, cut
        shutil.rmtree(copy)


def test_garbage_at_the_end(written: tuple[Path, list[Capture]]) -> None:
    vault, captures = written
    with (vault / captures[0].warc).open("ab") as stream:
        stream.write(bytes(5000))
    with (vault / "warc/r1/a-00001.index.jsonl").open("ab") as stream:
        stream.write(b'{"digest":"sha256:tor')
    reader = Vault(vault)
    assert reader.captured("r1", captures[5].url) == captures[5]  # a reader is not disturbed
    assert _reopened(vault) == captures
    assert reader.captured("r1", "http://x.example/added") is not None


def test_a_reader_survives_an_index_that_shrank(written: tuple[Path, list[Capture]]) -> None:
    vault, captures = written
    reader = Vault(vault)
    assert reader.captured("r1", captures[5].url) == captures[5]
    os.truncate(vault / captures[0].warc, captures[3].offset)
    Vault(vault).writer("r1", "a").close()
    assert reader.captured("r1", captures[5].url) is None
    assert reader.captured("r1", captures[2].url) == captures[2]


def test_killed_while_writing(tmp_path: Path) -> None:
    """A real process, killed at a random instant, six times over the same vault."""
    script = textwrap.dedent(
        """
        import sys
        from evidence.vault import Vault
        from tests.evidence.conftest import accepted, store
        start = int(sys.argv[2])
        with Vault(sys.argv[1]).writer("r1", "a", segment_size=400_000) as writer:
            for n in range(start, start + 100_000):
                store(writer, f"http://x.example/{n}", b"%d " % n * 2000)
                print(n, flush=True)
        """
    )
    root = Path(__file__).resolve().parents[2]
    told: set[int] = set()
    for turn in range(6):
        start = turn * 100_000
        child = subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / "vault"), str(start)], stdout=subprocess.PIPE, cwd=root
        )
        assert child.stdout is not None
        for _ in range(3 + 7 * turn):
            told.add(int(child.stdout.readline()))
        child.send_signal(signal.SIGKILL)
        told.update(int(line) for line in child.stdout.read().split(b"\n") if line.strip().isdigit())
        child.wait()
    Vault(tmp_path / "vault").writer("r1", "a").close()
    vault = Vault(tmp_path / "vault")
    for number in told:
        capture = vault.captured("r1", f"http://x.example/{number}")
        assert capture is not None, number
        assert vault.read(capture.digest) == b"%d " % number * 2000
    accepted(tmp_path / "vault")
