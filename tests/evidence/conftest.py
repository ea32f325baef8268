"""A small vault with an exchange of every kind, and a pack made of it."""

from __future__ import annotations

import argparse
import contextlib
import gzip
import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from warcio.checker import Checker

from domain.records import (
    Authorised,
    Finding,
    Judgement,
    Listing,
    ListingRef,
    Region,
    Seller,
    Signal,
    Trademark,
    finding_id,
)
from evidence import pack
from evidence.vault import Capture, CaptureWriter, Vault

AT = datetime(2026, 11, 24, 1, 30, 5, 123456, tzinfo=UTC)
NOW = AT + timedelta(hours=3)


def png(width: int = 3, height: int = 2, shade: int = 200) -> bytes:
    """A real greyscale PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    rows = b"".join(b"\0" + bytes([shade]) * width for _ in range(height))
    head = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 0, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def store(writer: CaptureWriter, url: str, body: bytes, media_type: str = "text/html", **more: Any) -> Capture:
    """One GET exchange."""
    defaults: dict[str, Any] = {
        "method": "GET",
        "request_headers": [(b"User-Agent", b"Qingyuan/0.1 (+mailto:x@example.invalid)"), (b"Accept", b"*/*")],
        "status": 200,
        "reason": "OK",
        "headers": [(b"Content-Type", media_type.encode()), (b"Content-Length", b"%d" % len(body))],
        "at": AT,
        "ip": "127.0.0.1",
    }
    return writer.response(url=url, body=body, **{**defaults, **more})


def accepted(folder: Path) -> str:
    """What ``warcio check -v`` says of every WARC file under a folder; AssertionError when it refuses one."""
    files = sorted(map(str, folder.rglob("*.warc.gz")))
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        refused = Checker(argparse.Namespace(inputs=files, verbose=True)).process_all()
    assert not refused, said.getvalue()
    return said.getvalue()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault")


@dataclass
class Scene:
    """One listing with its page, two pictures (one missing), an upstream page and an imported register."""

    vault: Vault
    arguments: dict[str, Any]

    def make(self, out: Path, **changes: Any) -> Path:
        """The pack of the scene."""
        return pack.make(**{**self.arguments, **changes}, out=out)


@pytest.fixture
def scene(vault: Vault) -> Scene:
    html = "<html><title>五常大米 <b>特级</b></title></html>".encode()
    with vault.writer("2026-11-24", "shop") as writer:
        page = store(
            writer,
            "https://shop.example/item/1?id=商品",
            gzip.compress(html, mtime=0),
            headers=[
                (b"Content-Type", b"text/html; charset=utf-8"),
                (b"Content-Encoding", b"gzip"),
                (b"Transfer-Encoding", b"chunked"),
            ],
        )
        store(writer, "https://shop.example/1.png", png(), "image/png", at=AT + timedelta(seconds=2))
        upstream = store(writer, "https://wholesale.example/offer/9", b"<p>9</p>" * 5000, at=AT + timedelta(seconds=5))
    register = vault.put_file("名称,代码\n五常米业,91\n".encode(), name="登记.csv", media_type="text/csv", at=AT)
    listing = Listing(
        platform="shop",
        ref="1",
        url="https://shop.example/item/1?id=商品",
        title="正宗<script>alert(1)</script>五常大米",
        observed_at=AT,
        sales=10**20,
        claims={"产地": "黑龙江 & 五常", "品牌": "\u2028\U0001f602"},
        seller=Seller(name="米店", company="某米业有限公司"),
        images=("https://shop.example/1.png", "https://shop.example/2.png", "local/3.png"),
        capture=page.digest,
    )
    right = Trademark(id="tm1", sign="五常大米", authorised=(Authorised(name="官方店"),))
    finding = Finding(
        id=finding_id(listing.key, right.id),
        listing=ListingRef(key=listing.key, capture=page.digest),
        right=right.id,
        score=0.1 + 0.2,
        tier="低",
        signals=(
            Signal(name="name", score=2.5, detail="标题含有「五常大米」", region=Region(x=1, y=2, width=3, height=4)),
            Signal(name="place", score=-1e-7, detail="发货地在保护区内"),
        ),
        detector="d1",
        model="m1",
    )
    trace = {
        "listing": listing.key,
        "subject": {"id": "s1", "name": "米店", "uscc": "", "listings": [listing.key]},
        "hops": [
            {
                "source": "米店",
                "target": "批发商",
                "kind": "供货",
                "strength": "平台数据",
                "probability": 0.75,
                "captures": [upstream.digest, page.digest],
                "why": "同一图片",
            },
            {
                "source": "批发商",
                "target": "五常米业",
                "kind": "登记",
                "strength": "登记事实",
                "probability": 1.0,
                "captures": [register.digest + "#2"],
                "why": "登记",
            },
        ],
        "sources": [
            {
                "subject": {
                    "id": "91230184MA1B7XRU0R",
                    "name": "五常<米业>",
                    "uscc": "91230184MA1B7XRU0R",
                    "listings": [],
                },
                "role": "厂家",
                "score": 0.75,
                "path": ["米店", "批发商", "五常米业"],
            }
        ],
        "breaks": [{"after": "批发商", "missing": "进货单", "request": "调取进货台账"}],
        "chain": {"listings": 1, "shops": 1, "turnover": ["0.00", "100.00"]},
    }
    judgement = Judgement(finding=finding.id, verdict="存疑", officer="张三", at=AT + timedelta(hours=1))
    return Scene(
        vault,
        {
            "vault": vault,
            "listing": listing,
            "findings": [finding],
            "rights": [right, Trademark(id="tm2", sign="无关")],
            "judgements": [judgement],
            "trace": trace,
            "captures": [],
            "pack_id": "EVP-test-2026-0001",
            "now": NOW,
            "tools": {"qingyuan": "0.1.0"},
            "organisation": "某市市场监督管理局\nBag-Forged: 1",
            "officers": [pack.Officer(name="张三", number="豫-001")],
        },
    )


@pytest.fixture
def made(scene: Scene, tmp_path: Path) -> Path:
    return scene.make(tmp_path / "packs")


@pytest.fixture
def failing() -> Callable[[Any], dict[str, str]]:
    """The failed checks of a report: name to detail."""
    return lambda report: {check.name: check.detail for check in report.checks if not check.ok}
