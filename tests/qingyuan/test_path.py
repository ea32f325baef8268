"""The path from a supplied file to a verified pack, through the command line, as a user goes it."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from detection.training.decoys import decoys
from domain import codec

ROOT = Path(__file__).resolve().parents[2]

SELLER = {"name": "老李粮油", "company": "临沂市老李粮油有限公司", "location": "山东临沂", "contacts": ["13900001111"]}


class Shell:
    """Runs ``qingyuan`` commands and keeps what they say on the error stream."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.err = ""

    def __call__(self, *words: str, code: int = 0) -> str:
        ended = subprocess.run(
            [sys.executable, "-m", "qingyuan", *words],
            cwd=self.folder,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "QINGYUAN_HOME": str(self.folder / "var"),
                "QINGYUAN_NOW": "2026-11-24T10:00:00+08:00",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        self.err = ended.stderr
        assert ended.returncode == code, f"{words}: {ended.stdout}{ended.stderr}"
        return ended.stdout

    def json(self, *words: str, code: int = 0) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self(*words, "--json", code=code).splitlines()]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def listing(ref: str, title: str, **fields: Any) -> dict[str, Any]:
    return {
        "platform": "shop",
        "ref": ref,
        "url": f"https://shop.example/{ref}",
        "title": title,
        "observed_at": "2026-11-23T09:00:00+08:00",
        **fields,
    }


@pytest.fixture
def supplied(tmp_path: Path) -> Path:
    """A file of three listings (one with a picture beside it) and two rows that are none."""
    photo = np.random.default_rng(5).integers(0, 255, (200, 300, 3), np.uint8)
    cv2.imwrite(str(tmp_path / "photo.jpg"), cv2.GaussianBlur(photo, (0, 0), 5))
    rows = [
        listing(
            "1",
            "正宗五常大米 10kg 稻花香",
            price="49.90",
            sales=320,
            claims={"产地": "山东临沂", "品牌": "老李"},
            seller=SELLER,
            ships_from="山东临沂",
            images=["photo.jpg"],
        ),
        listing("2", "=HYPERLINK(1) 手工竹编收纳筐", price="15.00", seller=SELLER),
        listing("3", "泰国香米 5kg", price="39.90", claims={"产地": "泰国"}),
    ]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    lines += ['{"platform": "shop"}', '{"platform": "shop", "ref": "9", "price": 3']
    path = tmp_path / "listings.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def rights(tmp_path: Path) -> Path:
    path = tmp_path / "rights.jsonl"
    right = {
        "id": "gi-wuchang",
        "kind": "gi",
        "sign": "五常大米",
        "product": "大米",
        "area": ["黑龙江省哈尔滨市五常市"],
        "authorised": [{"company": "五常市龙凤山米业有限公司"}],
    }
    path.write_text(json.dumps(right, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.mark.slow
def test_from_a_supplied_file_to_a_verified_pack(shell: Shell, supplied: Path, rights: Path, tmp_path: Path) -> None:
    assert shell.json("rights", "import", str(rights))[0]["stored"] == 1

    (imported,) = shell.json("listings", "import", str(supplied), code=1)
    assert (imported["read"], imported["stored"], imported["rejected"]) == (5, 3, 2)
    rejects = [json.loads(line) for line in Path(imported["rejects"]).read_text("utf-8").splitlines()]
    assert [reject["line"] for reject in rejects] == [4, 5]
    (again,) = shell.json("listings", "import", str(supplied), code=1)
    assert again == imported

    (screened,) = shell.json("screen", "run")
    assert screened["screened"] == 3
    assert shell.json("screen", "run")[0]["screened"] == 0

    (found,) = shell.json("search", "五常 大米")
    assert found["total"] == 1
    (hit,) = found["hits"]
    assert hit["listing"] == "shop/1" and hit["tier"] and hit["reasons"]
    assert shell.json("search", "收纳筐")[0]["total"] == 1

    (finding,) = shell.json("screen", "explain", "shop/1")
    assert finding["right"] == "gi-wuchang"
    assert any("山东" in signal["detail"] or "产地" in signal["detail"] for signal in finding["signals"])

    (judged,) = shell.json("findings", "judge", finding["id"], "成立", "--officer", "王芳")
    assert judged["verdict"] == "成立"
    assert shell.json("search", "verdict:成立")[0]["total"] == 1

    (walked,) = shell.json("trace", "shop/1")
    assert "shop/2" in walked["subject"]["listings"]
    assert walked["breaks"], "with no register imported the chain cannot be complete"

    (made,) = shell.json("pack", "make", "shop/1", "--out", str(tmp_path / "packs"), "--officer", "王芳")
    (verified,) = shell.json("verify", made["pack"])
    assert verified["ok"]
    facts = next(Path(made["pack"]).glob("data/facts/*.json"))
    facts.write_bytes(facts.read_bytes().replace("王芳".encode(), "王方".encode(), 1))
    (verified,) = shell.json("verify", made["pack"], code=1)
    assert not verified["ok"]
    assert any(facts.name in check["detail"] for check in verified["checks"] if not check["ok"])


def test_findings_leave_in_every_format(shell: Shell, supplied: Path, rights: Path, tmp_path: Path) -> None:
    shell("rights", "import", str(rights))
    shell("listings", "import", str(supplied), code=1)
    shell("screen", "run")
    (record,) = [json.loads(line) for line in shell("findings", "export").splitlines()]
    shell("findings", "export", "--format", "csv", "--out", str(tmp_path / "f.csv"))
    (row,) = csv.DictReader(io.StringIO((tmp_path / "f.csv").read_text("utf-8-sig")))
    assert (row["线索编号"], row["涉嫌侵犯"]) == (record["id"], "五常大米")
    shell("findings", "export", "--format", "xlsx", "--out", str(tmp_path / "f.xlsx"))
    assert (tmp_path / "f.xlsx").read_bytes()[:2] == b"PK"
    assert "用 --out" in (shell("findings", "export", "--format", "xlsx", code=2) or shell.err)


def test_a_cell_cannot_become_a_formula() -> None:
    from qingyuan.stages.findings import _cell

    assert _cell("=1+1") == "'=1+1"
    assert _cell("@x") == "'@x"
    assert _cell("a\x00b\u202ec") == "abc"


def test_listings_leave_as_they_came(shell: Shell, supplied: Path, tmp_path: Path) -> None:
    shell("listings", "import", str(supplied), code=1)
    shell("listings", "export", "--out", str(tmp_path / "out.jsonl"))
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [row["ref"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["price"] == "49.90" and rows[0]["claims"]["产地"] == "山东临沂"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("search", '"五常'), 2, "引号"),
        (("search", "--size", "many"), 2, "用法有误"),
        (("trace", "shop/404"), 3, "没有商品"),
        (("trace",), 2, "二者选一"),
        (("rights", "import", "nowhere.csv"), 3, "nowhere.csv"),
        (("listings", "import", "nowhere.jsonl"), 3, "nowhere.jsonl"),
        (("crawl", "run", "没有的平台"), 3, "没有的平台"),
        (("crawl", "status"), 3, "还没有采集过"),
        (("nightly",), 2, "没有可采集的平台"),
        (("findings", "judge", "ff", "成立", "--officer", "王芳"), 3, "没有编号"),
        (("findings", "judge", "ff", "对", "--officer", "王芳"), 2, "用法有误"),
        (("pack", "make", "shop/404"), 3, "没有商品"),
    ],
)
def test_a_mistake_gets_a_sentence(shell: Shell, words: tuple[str, ...], code: int, said: str) -> None:
    shell(*words, code=code)
    assert said in shell.err
    assert "Traceback" not in shell.err
    assert len(shell.err.strip().splitlines()) == 1


def test_columns_said_once_are_remembered_for_the_platform(shell: Shell, tmp_path: Path) -> None:
    first, second, other = (tmp_path / f"{name}.csv" for name in ("十月", "十一月", "别家"))
    first.write_text("货号,宝贝名,链接,备注,时间\n1,五常大米,https://a.example/1,甲,2026-10-01\n", "utf-8")
    second.write_text("货号,宝贝名,链接,时间\n2,响水大米,https://a.example/2,2026-11-01\n", "utf-8")
    other.write_text(second.read_text("utf-8").replace("2,", "3,"), "utf-8")
    said = ("--column", "货号=ref", "--column", "宝贝名=title", "--column", "备注=")
    (result,) = shell.json("listings", "import", str(first), "--platform", "某平台", *said)
    assert result["stored"] == 1
    (result,) = shell.json("listings", "import", str(second), "--platform", "某平台")
    assert result["stored"] == 1
    shell("listings", "import", str(other), "--platform", "另一平台", code=3)


def test_a_wrong_column_is_named(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "rights.csv").write_text("id,kind,sing\n1,gi,五常大米\n", encoding="utf-8")
    shell("rights", "import", "rights.csv", code=3)
    assert "sing" in shell.err and "rights.csv" in shell.err


def test_doctor_says_what_is_there(shell: Shell) -> None:
    checks = {check["name"]: check for check in shell.json("doctor")}
    assert checks["数据目录"]["state"] == "ok"
    assert "能够启动" in checks["Chromium"]["detail"], "it was really started, through Playwright's driver"
    assert checks["权利登记"]["state"] == "absent" and "rights import" in checks["权利登记"]["detail"]


def test_explain_tells_what_is_left_out_among_many_names(shell: Shell, supplied: Path, tmp_path: Path) -> None:
    register = tmp_path / "many.jsonl"
    register.write_bytes(b"".join(codec.encode(right) + b"\n" for right in decoys(7, 12_000)))
    shell("rights", "import", str(register))
    shell("listings", "import", str(supplied), code=1)
    told = [shell("screen", "explain", f"shop/{number}") for number in (1, 2, 3)]
    assert any("处近似未计" in one and "多半是巧合" in one for one in told)
