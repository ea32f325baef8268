"""Making an evidence pack (证据包): a BagIt folder that anyone can verify offline.

Layout and meaning of each file: docs/evidence-pack.md. Signature and trusted timestamp are not made here: a later step
signs ``tagmanifest-sha256.txt`` and adds ``seal/``, which no manifest lists, so that adding it changes nothing else.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from domain.codec import to_builtins
from domain.errors import PackError
from domain.records import Finding, Judgement, Listing, Right
from evidence import bag, canonical, custody, exhibits, report
from evidence.capture import check_name, in_utc
from evidence.vault import Vault

FORMAT = "qingyuan-evidence/1"
_TYPES = {".json": "application/json", ".jsonl": "application/jsonl", ".gz": "application/warc", ".html": "text/html"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """An officer of the case: name and 执法证号."""

    name: str
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One listing of the pack. ``trace`` has the shape of DESIGN.md; ``captures``: digests beside its hops.

    ``pictures``: digests of the listing's images (URL or path as in the listing) where the caller knows them.
    """

    listing: Listing
    findings: Sequence[Finding] = ()
    judgements: Sequence[Judgement] = ()
    trace: Mapping[str, Any] = field(default_factory=dict)
    captures: Sequence[str] = ()
    pictures: Mapping[str, str] = field(default_factory=dict)


def make(
    *,
    vault: Vault,
    listing: Listing,
    findings: Sequence[Finding],
    rights: Sequence[Right],
    trace: Mapping[str, Any],
    captures: Sequence[str] = (),
    pictures: Mapping[str, str] | None = None,
    out: Path,
    pack_id: str,
    now: datetime,
    tools: Mapping[str, str],
    officers: Sequence[Officer] = (),
    organisation: str = "",
    case: str = "",
    judgements: Sequence[Judgement] = (),
    events: Sequence[custody.Event] = (),
) -> Path:
    """The pack of one listing: :func:`make_case` with one item."""
    item = Item(
        listing=listing,
        findings=findings,
        judgements=judgements,
        trace=trace,
        captures=captures,
        pictures=pictures or {},
    )
    return make_case(
        vault=vault,
        items=[item],
        rights=rights,
        out=out,
        pack_id=pack_id,
        now=now,
        tools=tools,
        officers=officers,
        organisation=organisation,
        case=case,
        events=events,
    )


def make_case(
    *,
    vault: Vault,
    items: Sequence[Item],
    rights: Sequence[Right],
    out: Path,
    pack_id: str,
    now: datetime,
    tools: Mapping[str, str],
    officers: Sequence[Officer] = (),
    organisation: str = "",
    case: str = "",
    events: Sequence[custody.Event] = (),
) -> Path:
    """Make the folder ``out/pack_id`` and return it. It appears whole or not at all.

    ``tools`` names programs, models and rule sets with their versions or digests; ``events`` are custody events known
    elsewhere (the console's audit). Same vault, arguments and ``now``: the same bytes. PackError when the pack exists,
    when a cited capture is missing, or when there is no item; VaultError when a capture is damaged.
    """
    check_name("证据包编号", pack_id)
    if not items:
        raise PackError("证据包里没有商品")
    target = out / pack_id
    if target.exists():
        raise PackError(f"证据包 {target} 已存在；证据包不可改写，请换一个编号")
    out.mkdir(parents=True, exist_ok=True)
    building = out / f".{pack_id}.{os.getpid()}"
    shutil.rmtree(building, ignore_errors=True)
    for name in ("web", "facts", "custody", "report"):
        (building / "data" / name).mkdir(parents=True)
    try:
        _fill(building, vault, items, rights, pack_id, in_utc(now), tools, officers, organisation, case, events)
        _to_disk(building)
        building.replace(target)
        _sync(out)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return target


def make_zip(pack: Path) -> Path:
    """``pack.zip`` beside the pack: stored, the same pack gives the same bytes."""
    target, partial = pack.with_name(pack.name + ".zip"), pack.with_name(f".{pack.name}.zip.{os.getpid()}")
    try:
        bag.zipped(pack, partial)
        _sync(partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return target


def _fill(
    folder: Path,
    vault: Vault,
    items: Sequence[Item],
    rights: Sequence[Right],
    pack_id: str,
    now: datetime,
    tools: Mapping[str, str],
    officers: Sequence[Officer],
    organisation: str,
    case: str,
    events: Sequence[custody.Event],
) -> None:
    data = folder / "data"
    gaps = known_gaps(officers, case)
    facts: list[dict[str, Any]] = []
    shown: list[list[str]] = []
    happened = list(events)
    for number, item in enumerate(items, start=1):
        chosen, missing = exhibits.gather(vault, item.listing, item.trace, item.captures, item.pictures)
        listed, absent = exhibits.write(vault, chosen, data / "web" / f"{number}.warc.gz")
        gaps += missing + [f"{each['url']}：{each['reason']}" for each in absent]
        fact = _facts(item, rights, listed, absent)
        (data / "facts" / f"{number}.json").write_bytes(canonical.encode(fact))
        facts.append(fact)
        shown.append(report.pictures(vault, chosen))
        happened += _events(item, chosen)
    happened.append(custody.Event(at=now, action="打包", actor=organisation or "清源", detail={"pack": pack_id}))
    lines, head, entries = custody.log(_once(happened))
    (data / "custody" / "log.jsonl").write_bytes(lines)
    described = {
        "format": FORMAT,
        "pack": pack_id,
        "organisation": organisation,
        "case": case,
        "made_at": custody.instant(now),
        "made_at_local": now.astimezone(report.CHINA).isoformat(),
        "officers": [{"name": officer.name, "number": officer.number} for officer in officers],
        "tools": dict(tools),
        "items": [_described(number, fact) for number, fact in enumerate(facts, start=1)],
        "custody": {"entries": entries, "head": head},
        "gaps": gaps,
    }
    (data / "report" / "report.html").write_bytes(report.render(described, facts, shown))
    files = bag.payload(folder)
    described["files"] = [
        {"path": path, "type": _TYPES[Path(path).suffix], "bytes": each.size, "sha256": each.sha256, "sm3": each.sm3}
        for path, each in files.items()
    ]
    evidence = data / "evidence.json"
    evidence.write_bytes(canonical.encode(canonical.exact(described)))
    files["data/evidence.json"] = bag.sums(evidence)
    info = [
        ("Source-Organization", organisation or "-"),
        ("External-Identifier", pack_id),
        ("Bagging-Date", now.astimezone(report.CHINA).date().isoformat()),
        ("Bag-Software-Agent", f"Qingyuan {FORMAT}"),
        ("Custody-Head", head),
    ]
    bag.seal_tags(folder, files, info)


def _facts(
    item: Item, rights: Sequence[Right], listed: list[dict[str, Any]], absent: list[dict[str, str]]
) -> dict[str, Any]:
    """What is claimed about one listing, and the captures that the claims rest on."""
    meant = {finding.right for finding in item.findings}
    fact = {
        "listing": to_builtins(item.listing),
        "findings": [to_builtins(finding) for finding in item.findings],
        "rights": [to_builtins(right) for right in rights if right.id in meant],
        "judgements": [to_builtins(judgement) for judgement in item.judgements],
        "trace": item.trace,
        "captures": listed,
        "absent": absent,
        "models": sorted({finding.model for finding in item.findings if finding.model}),
        "detectors": sorted({finding.detector for finding in item.findings if finding.detector}),
    }
    exact = canonical.exact(fact)
    assert isinstance(exact, dict)
    return exact


def _described(number: int, fact: Mapping[str, Any]) -> dict[str, Any]:
    pages = [each for each in fact["captures"] if each["role"] == "page"]
    page: Mapping[str, Any] = next((each for each in pages if each["kind"] == "response"), pages[0] if pages else {})
    return {
        "n": number,
        "listing": f"{fact['listing']['platform']}/{fact['listing']['ref']}",
        "title": fact["listing"]["title"],
        "url": fact["listing"]["url"],
        "captured_url": page.get("url", ""),
        "captured_at": page.get("at", ""),
        "status": page.get("status", 0),
        "ip": page.get("ip", ""),
        "method": page.get("method", ""),
        "facts": f"data/facts/{number}.json",
        "web": f"data/web/{number}.warc.gz",
        "captures": len(fact["captures"]),
    }


def _events(item: Item, chosen: Sequence[exhibits.Exhibit]) -> list[custody.Event]:
    """Custody events that the captures and judgements themselves tell."""
    found = [
        custody.Event(
            at=each.capture.at,
            action="采集" if each.capture.kind == "response" else "导入",
            actor=f"采集批次 {each.capture.run}" if each.capture.run else "导入程序",
            detail={"digest": each.capture.digest, "url": each.capture.url},
        )
        for each in chosen
    ]
    for judgement in item.judgements:
        detail = {"finding": judgement.finding, "verdict": judgement.verdict, "stage": judgement.stage}
        found.append(custody.Event(at=judgement.at, action="判断", actor=judgement.officer, detail=detail))
    return found


def _once(events: Sequence[custody.Event]) -> list[custody.Event]:
    """Two listings may rest on the same capture: one act is told once."""
    return list({(event.at, event.action, event.actor, repr(event.detail)): event for event in events}.values())


def known_gaps(officers: Sequence[Officer], case: str) -> list[str]:
    """What the pack does not hold, said before anyone asks."""
    gaps = [
        "未经电子签名，也未取得可信时间戳：包内校验值只能证明打包之后未被改动，不能证明由谁、在何时打包",
        "未做浏览器固定：没有整页截图、MHTML、HAR 和录像",
        "未记录跳转过程、域名解析结果、服务器证书链、本机出口地址、时钟偏差和取证环境清洁性检查",
        "夜间巡查采集属于线索；作为证据使用前，应由两名执法人员重新固定并制作《电子数据提取笔录》",
    ]
    if len(officers) < 2:
        gaps.append(f"只填写了 {len(officers)} 名执法人员，依法应不少于两名")
    if not case:
        gaps.append("未填写案号和法律依据")
    return gaps


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _to_disk(folder: Path) -> None:
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)
