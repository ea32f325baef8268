"""Verification: any changed byte, any changed name, any claim without its record."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import os
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidence import bag, canonical, pack
from evidence.verify import verify

ROOT = Path(__file__).resolve().parents[2]
Failing = Callable[[Any], dict[str, str]]


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _reseal(folder: Path) -> None:
    """What a forger does: change something and make every manifest again."""
    described = json.loads((folder / "data/evidence.json").read_bytes())
    files = bag.payload(folder)
    described["files"] = [
        {
            **each,
            "bytes": files[each["path"]].size,
            "sha256": files[each["path"]].sha256,
            "sm3": files[each["path"]].sm3,
        }
        for each in described["files"]
        if each["path"] in files
    ]
    (folder / "data/evidence.json").write_bytes(canonical.encode(described))
    info = [line.split(": ", 1) for line in (folder / "bag-info.txt").read_text().splitlines()]
    bag.seal_tags(folder, bag.payload(folder), [(name, value) for name, value in info if name != "Payload-Oxum"])


@pytest.mark.parametrize("seed", range(12))
def test_one_changed_byte_anywhere_fails_and_names_the_file(made: Path, seed: int, failing: Failing) -> None:
    chance = random.Random(seed)
    for name in _files(made):
        path = made / name
        original = path.read_bytes()
        changed = bytearray(original)
        at = chance.choice([0, len(original) - 1, chance.randrange(len(original))])
        changed[at] ^= chance.choice([1, 2, 16, 32, 128, 255])
        path.write_bytes(changed)
        failed = failing(verify(made))
        assert failed, (name, at)
        assert any(name in detail for detail in failed.values()), (name, at, failed)
        for other in (original[:-1], original + b"\n", b""):
            path.write_bytes(other)
            failed = failing(verify(made))
            assert any(name in detail for detail in failed.values()), (name, failed)
        path.write_bytes(original)
    assert verify(made).ok


def test_a_missing_or_foreign_file_fails(made: Path, failing: Failing) -> None:
    for name in _files(made):
        held = (made / name).read_bytes()
        (made / name).unlink()
        assert any(name in detail for detail in failing(verify(made)).values()), name
        (made / name).write_bytes(held)
    for name in (
        "notes.txt",
        "data/x.exe",
        "data/web/0.warc.gz",
        "data/web/a.warc.gz",
        "data/web/2.warc.gz",
        "seal/ca.crt",
    ):
        path = made / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
        failed = failing(verify(made))
        assert any(name in detail for detail in failed.values()), (name, failed)
        path.unlink()
        if name.startswith("seal"):
            path.parent.rmdir()
    assert verify(made).ok


def test_links_and_special_files_are_refused(made: Path, tmp_path: Path, failing: Failing) -> None:
    report = made / "data/report/report.html"
    held = tmp_path / "held.html"
    shutil.move(report, held)
    report.symlink_to(held)
    assert "链接" in failing(verify(made))["文件名单"]
    report.unlink()
    os.mkfifo(report)
    assert "链接或特殊文件" in failing(verify(made))["文件名单"]
    report.unlink()
    shutil.move(held, report)
    shutil.move(made / "data", tmp_path / "data")
    (made / "data").symlink_to(tmp_path / "data")
    assert not verify(made).ok
    link = tmp_path / "link"
    link.symlink_to(made)
    assert not verify(link).ok


def test_renamed_pack_fails(made: Path, failing: Failing) -> None:
    other = made.rename(made.with_name("EVP-test-2026-9999"))
    assert "编号" in failing(verify(other))["包信息"]


def test_manifest_that_lists_a_path_outside(made: Path, failing: Failing) -> None:
    manifest = made / "manifest-sha256.txt"
    manifest.write_bytes(manifest.read_bytes() + b"0" * 64 + b"  ../../etc/passwd\n")
    assert "etc/passwd" in failing(verify(made))["清单"]


def _edit(folder: Path, name: str, change: Callable[[Any], None]) -> None:
    value = json.loads((folder / name).read_bytes())
    change(value)
    (folder / name).write_bytes(canonical.encode(value))


@pytest.mark.parametrize(
    ("name", "change", "check", "said"),
    [
        ("data/facts/1.json", lambda f: f["captures"].pop(0), "事实与采集", "没有列入"),
        ("data/facts/1.json", lambda f: f["captures"][0].update(url="https://other.example/"), "事实与采集", "url"),
        ("data/facts/1.json", lambda f: f["captures"][0].update(at="2020-01-01T00:00:00.000000Z"), "事实与采集", "at"),
        ("data/facts/1.json", lambda f: f["captures"][1].update(status=404), "事实与采集", "status"),
        ("data/facts/1.json", lambda f: f["listing"].update(capture="sha256:" + "a" * 64), "事实与采集", "商品页面"),
        ("data/facts/1.json", lambda f: f["listing"].update(ref="7"), "事实与采集", "不是同一个"),
        (
            "data/facts/1.json",
            lambda f: f["trace"]["hops"][0].update(captures=["sha256:" + "b" * 64]),
            "事实与采集",
            "追溯",
        ),
        ("data/facts/1.json", lambda f: f["trace"]["hops"][0].update(captures=[]), "事实与采集", "没有引用采集"),
        ("data/facts/1.json", lambda f: f["findings"][0]["listing"].update(key="x/y"), "事实与采集", "另一个商品"),
        ("data/evidence.json", lambda e: e.update(pack="EVP-x"), "证据说明", "编号"),
        ("data/evidence.json", lambda e: e["files"].pop(), "证据说明", "没有列入"),
        ("data/evidence.json", lambda e: e.update(format="x"), "证据说明", "格式"),
        ("data/evidence.json", lambda e: e["custody"].update(entries=1), "保管链", "末行"),
        ("data/evidence.json", lambda e: e["items"][0].update(web="../../x"), "事实与采集", "没有对应"),
    ],
)
def test_a_forger_who_makes_the_manifests_again(
    made: Path, failing: Failing, name: str, change: Callable[[Any], None], check: str, said: str
) -> None:
    """BagIt alone would accept each of these."""
    if name == "data/facts/1.json":
        _edit(made, name, change)
        _reseal(made)
    else:
        _edit(made, name, change)
        info = [line.split(": ", 1) for line in (made / "bag-info.txt").read_text().splitlines()]
        bag.seal_tags(made, bag.payload(made), [(key, value) for key, value in info if key != "Payload-Oxum"])
    subprocess.run([sys.executable, "-m", "bagit", "--validate", made], check=True, capture_output=True)
    failed = failing(verify(made))
    assert said in failed[check], failed


def test_custody_chain_edited_reordered_or_cut(made: Path, failing: Failing) -> None:
    path = made / "data/custody/log.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    edited = [lines[0].replace("采集".encode(), "导入".encode(), 1), *lines[1:]]
    if edited[0] == lines[0]:
        edited[0] = lines[0].replace("导入".encode(), "采集".encode(), 1)
    for broken, said in (
        (edited, "接不上"),
        ([lines[1], lines[0], *lines[2:]], "接不上"),
        (lines[:-1], "截断"),
        ([], "截断"),
        ([line.replace(b'{"', b'{ "') for line in lines], "规范"),
    ):
        path.write_bytes(b"".join(broken))
        _reseal(made)
        assert said in failing(verify(made))["保管链"]


def test_record_with_a_wrong_digest_inside_a_sound_gzip(made: Path, failing: Failing) -> None:
    import gzip

    path = made / "data/web/1.warc.gz"
    raw = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(raw.replace(b"<p>9</p>", b"<p>8</p>", 1)))
    _reseal(made)
    failed = failing(verify(made))
    assert "data/web/1.warc.gz" in failed["网页记录"]


@pytest.mark.parametrize(
    "junk",
    [b"", b"{", b"[" * 100_000, b'{"a":NaN}', b'{"a":1,"a":2}', b"\xff", b"null", b"[]", b'"x"', b"1e999"],
)
def test_junk_where_json_should_be(made: Path, failing: Failing, junk: bytes) -> None:
    for name in ("data/evidence.json", "data/facts/1.json", "data/custody/log.jsonl"):
        held = (made / name).read_bytes()
        (made / name).write_bytes(junk)
        assert len(failing(verify(made))) >= 2
        (made / name).write_bytes(held)


def test_zip_bytes(made: Path, failing: Failing) -> None:
    whole = pack.make_zip(made)
    assert verify(whole).ok
    original = whole.read_bytes()
    stream = io.BytesIO()
    bag.zipped(made, stream)  # as the console sends it
    assert stream.getvalue() == original
    chance = random.Random(7)
    positions = {0, len(original) - 1, *(chance.randrange(len(original)) for _ in range(60))}
    for at in positions:
        changed = bytearray(original)
        changed[at] ^= 1 << chance.randrange(8)
        whole.write_bytes(changed)
        assert failing(verify(whole)), at
    for other in (original + b"\0", b"\0" + original, original[:-1], b"", b"PK"):
        whole.write_bytes(other)
        assert failing(verify(whole))


def test_zip_made_by_another_tool_is_sent_back_to_the_folder(made: Path, failing: Failing, tmp_path: Path) -> None:
    other = tmp_path / f"{made.name}.zip"
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in _files(made):
            archive.write(made / name, f"{made.name}/{name}")
    assert "解压后核验" in failing(verify(other))["文件名单"]


@pytest.mark.parametrize("name", ["../evil", "/etc/x", "other/bagit.txt", "a\\b", "EVP-test-2026-0001/../x"])
def test_zip_with_an_escaping_name(made: Path, failing: Failing, name: str) -> None:
    whole = pack.make_zip(made)
    with zipfile.ZipFile(whole, "a") as archive:
        archive.writestr(name, b"x")
    assert failing(verify(whole))


def test_not_a_pack(tmp_path: Path, failing: Failing) -> None:
    assert not verify(tmp_path / "nothing").ok
    assert not verify(tmp_path).ok
    (tmp_path / "x").write_bytes(os.urandom(1000))
    assert not verify(tmp_path / "x").ok
    assert not verify("/dev/null").ok


def test_shares_no_code_with_the_writer() -> None:
    """Standard library and its own modules only: the folder runs anywhere."""
    for path in (ROOT / "evidence" / "verify").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0
                names = [node.module or ""]
            for name in names:
                top = name.partition(".")[0]
                assert top in sys.stdlib_module_names or name.startswith("evidence.verify"), (path.name, name)


def test_runs_alone(made: Path, tmp_path: Path) -> None:
    """Copied out of the project, without any of its dependencies."""
    alone = tmp_path / "alone" / "evidence"
    shutil.copytree(ROOT / "evidence" / "verify", alone / "verify", ignore=shutil.ignore_patterns("__pycache__"))
    (alone / "__init__.py").touch()
    command = [sys.executable, "-I", "-S", "-c"]
    script = f"import sys; sys.path.insert(0, {str(alone.parent)!r}); from evidence.verify.__main__ import main; "
    done = subprocess.run([*command, script + f"sys.exit(main([{str(made)!r}]))"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "核验通过" in done.stdout
    (made / "bag-info.txt").write_bytes(b"x")
    done = subprocess.run([*command, script + f"sys.exit(main([{str(made)!r}]))"], capture_output=True, text=True)
    assert done.returncode == 1
    assert "bag-info.txt" in done.stdout


def test_hand_check_of_the_custody_chain(made: Path) -> None:
    """As the documentation says: sed and sha256sum."""
    log = made / "data/custody/log.jsonl"
    second = json.loads(log.read_bytes().splitlines()[1])
    done = subprocess.run(f"sed -n 1p {log} | sha256sum", shell=True, capture_output=True, text=True, check=True)
    assert second["prev"] == "sha256:" + done.stdout.split()[0]
    head = hashlib.sha256(log.read_bytes().splitlines(keepends=True)[-1]).hexdigest()
    assert f"Custody-Head: sha256:{head}\n" in (made / "bag-info.txt").read_text()
