"""Packs: what they hold, that they are reproducible, and that tools nobody here wrote accept them."""

from __future__ import annotations

import filecmp
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from domain.errors import PackError, VaultError
from evidence import exhibits, pack
from evidence.verify import verify
from tests.evidence.conftest import AT, Scene, png, store


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_layout_and_verification(made: Path) -> None:
    assert _files(made) == [
        "bag-info.txt",
        "bagit.txt",
        "data/custody/log.jsonl",
        "data/evidence.json",
        "data/facts/1.json",
        "data/report/report.html",
        "data/web/1.warc.gz",
        "manifest-sha256.txt",
        "manifest-sha512.txt",
        "tagmanifest-sha256.txt",
        "tagmanifest-sha512.txt",
    ]
    report = verify(made)
    assert report.ok, report
    assert len(report.checks) == 9


def test_accepted_by_others(made: Path) -> None:
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--strict", "-c", manifest], cwd=made, check=True, capture_output=True)
    for manifest in ("manifest-sha512.txt", "tagmanifest-sha512.txt"):
        subprocess.run(["sha512sum", "--strict", "-c", manifest], cwd=made, check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "bagit", "--validate", made], check=True, capture_output=True)
    warcs = [made / name for name in _files(made) if name.endswith(".warc.gz")]
    subprocess.run([Path(sys.executable).with_name("warcio"), "check", *warcs], check=True, capture_output=True)
    subprocess.run(["gzip", "-t", *warcs], check=True, capture_output=True)


def test_web_holds_the_records_exactly_as_captured(made: Path, scene: Scene) -> None:
    web = (made / "data/web/1.warc.gz").read_bytes()
    facts = json.loads((made / "data/facts/1.json").read_bytes())
    roles = [(each["role"], each["kind"], each["method"], each["status"]) for each in facts["captures"]]
    assert roles == [
        ("page", "response", "GET", 200),
        ("picture", "response", "GET", 200),
        ("trace", "response", "GET", 200),
        ("trace", "file", "", 0),
    ]
    for each in facts["captures"][:3]:
        member = web[each["offset"] : each["offset"] + each["length"]]
        assert member == scene.vault.record(scene.vault.find(each["digest"]))
    with (made / "data/web/1.warc.gz").open("rb") as stream:
        kinds = [record.rec_type for record in ArchiveIterator(stream)]
    assert kinds == ["warcinfo", "response", "request", "response", "request", "response", "request", "resource"]


def test_facts_say_all(made: Path) -> None:
    facts = json.loads((made / "data/facts/1.json").read_bytes())
    assert facts["listing"]["sales"] == "100000000000000000000"  # a double would round it
    assert [right["id"] for right in facts["rights"]] == ["tm1"]
    assert facts["findings"][0]["signals"][1]["score"] == -1e-7
    assert facts["judgements"][0]["officer"] == "张三"
    assert facts["models"] == ["m1"]
    evidence = json.loads((made / "data/evidence.json").read_bytes())
    gaps = "\n".join(evidence["gaps"])
    for said in ("签名", "2.png", "local/3.png", "1 名执法人员", "案号"):
        assert said in gaps
    actions = [json.loads(line)["action"] for line in (made / "data/custody/log.jsonl").open()]
    assert sorted(actions[:2]) == ["导入", "采集"]
    assert actions[2:] == ["采集", "采集", "判断", "打包"]
    assert "Bag-Forged: 1\n" not in (made / "bag-info.txt").read_text().replace("局 Bag-Forged: 1\n", "")


def test_report_escapes_and_shows(made: Path) -> None:
    text = (made / "data/report/report.html").read_text()
    assert "<td>五常&lt;米业&gt;<br><code>91230184MA1B7XRU0R</code></td><td>厂家</td><td>75.0%</td>" in text
    assert "&#x27;id&#x27;" not in text
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "data:image/png;base64," in text
    for said in ("涉嫌", "反对", "调取进货台账", "未经签名", "EVP-test-2026-0001"):
        assert said in text


def test_same_input_same_bytes(scene: Scene, made: Path, tmp_path: Path) -> None:
    again = scene.make(tmp_path / "again")
    names = _files(made)
    assert filecmp.cmpfiles(made, again, names, shallow=False) == (names, [], [])
    first, second = pack.make_zip(made), pack.make_zip(again)
    assert first.read_bytes() == second.read_bytes()
    assert verify(first).ok
    later = scene.make(tmp_path / "later", now=AT.replace(year=2027))
    assert (later / "manifest-sha256.txt").read_bytes() != (made / "manifest-sha256.txt").read_bytes()


def test_never_overwrites_and_leaves_nothing(scene: Scene, made: Path) -> None:
    with pytest.raises(PackError, match="已存在"):
        scene.make(made.parent)
    assert os.listdir(made.parent) == [made.name]


def test_pictures_known_to_the_caller_and_a_rendered_page(scene: Scene, tmp_path: Path) -> None:
    """A page that a browser drew lies in the vault as a file; its pictures are found by their address and time."""
    listing = scene.arguments["listing"]
    dom = scene.vault.put_file(b"<html>drawn</html>", name="dom.html", media_type="text/html", at=AT, url=listing.url)
    local = scene.vault.put_file(png(shade=9), name="3.png", media_type="image/png", at=AT)
    made = scene.make(
        tmp_path / "packs", listing=replace(listing, capture=dom.digest), pictures={"local/3.png": local.digest}
    )
    assert verify(made).ok, verify(made)
    captures = json.loads((made / "data/facts/1.json").read_bytes())["captures"]
    assert [(each["role"], each["kind"]) for each in captures[:4]] == [
        ("page", "file"),
        ("page", "response"),
        ("picture", "response"),
        ("picture", "file"),
    ]
    assert "渲染后的 DOM" in (made / "data/evidence.json").read_text()
    assert captures[0]["url"] == "https://shop.example/item/1?id=%E5%95%86%E5%93%81"
    assert (made / "data/report/report.html").read_text().count("data:image/png") == 2


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "包", "a\nb"])
def test_pack_id_cannot_choose_a_path(scene: Scene, tmp_path: Path, name: str) -> None:
    with pytest.raises(VaultError, match="不能作为文件名"):
        scene.make(tmp_path / "packs", pack_id=name)


def test_refuses_claims_without_proof(scene: Scene, tmp_path: Path) -> None:
    nowhere = "sha256:" + "0" * 64
    trace = {"hops": [{"source": "a", "target": "b", "captures": [nowhere]}]}
    with pytest.raises(PackError, match=r"追溯引用了证据库中没有的采集"):
        scene.make(tmp_path / "packs", trace=trace)
    with pytest.raises(PackError, match=r"没有引用采集"):
        scene.make(tmp_path / "packs", trace={"hops": [{"source": "a", "target": "b", "captures": []}]})
    with pytest.raises(PackError, match=r"不在证据库中"):
        scene.make(tmp_path / "packs", listing=replace(scene.arguments["listing"], capture=nowhere))
    assert not list((tmp_path / "packs").glob("*"))


def test_refuses_a_damaged_record(scene: Scene, tmp_path: Path) -> None:
    capture = scene.vault.find(scene.arguments["listing"].capture)
    segment = tmp_path / "vault" / capture.warc
    data = bytearray(segment.read_bytes())
    data[capture.offset + capture.length - 20] ^= 1
    segment.write_bytes(data)
    with pytest.raises(VaultError, match=r"损坏|改动|不符"):
        scene.make(tmp_path / "packs")
    assert not list((tmp_path / "packs").iterdir())


def test_large_import_stays_out_and_is_said(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exhibits, "MAX_FILE", 10)
    made = scene.make(tmp_path / "packs")
    facts = json.loads((made / "data/facts/1.json").read_bytes())
    assert len(facts["absent"]) == 1
    assert "超过证据包上限" in (made / "data/evidence.json").read_text()
    assert verify(made).ok


def test_case_of_two_listings(scene: Scene, tmp_path: Path) -> None:
    with scene.vault.writer("2026-11-25", "shop") as writer:
        page = store(writer, "https://shop.example/item/2", b"two")
    second = replace(
        scene.arguments["listing"], ref="2", url="https://shop.example/item/2", capture=page.digest, images=()
    )
    made = pack.make_case(
        vault=scene.vault,
        items=[
            pack.Item(
                listing=scene.arguments["listing"], findings=scene.arguments["findings"], trace=scene.arguments["trace"]
            ),
            pack.Item(listing=second),
        ],
        rights=scene.arguments["rights"],
        out=tmp_path / "packs",
        pack_id="EVP-test-2026-0002",
        now=scene.arguments["now"],
        tools={},
    )
    report = verify(made)
    assert report.ok, report
    assert json.loads((made / "data/evidence.json").read_bytes())["items"][1]["web"] == "data/web/2.warc.gz"


def test_of_equal_bytes_the_capture_of_that_time_is_taken(scene: Scene) -> None:
    """A page that did not change is captured every night with the same digest."""
    with scene.vault.writer("2026-11-25", "shop") as writer:
        first = scene.vault.read(scene.arguments["listing"].capture)
        later = store(writer, "https://shop.example/item/1?id=商品", first, at=AT.replace(day=25))
    listing = replace(scene.arguments["listing"], observed_at=AT.replace(day=25))
    page = exhibits.page_of(scene.vault, listing)
    assert page == later
    assert page.digest == "sha256:" + hashlib.sha256(first).hexdigest()
