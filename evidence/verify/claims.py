"""What the pack claims, held against what it contains: facts against records, custody, evidence.json, the seal."""

from __future__ import annotations

import hashlib
from typing import Any

from evidence.verify.bag import Bag, hexdigests, info_of, whole
from evidence.verify.result import Broken
from evidence.verify.strict import canonical
from evidence.verify.web import WebRecord, is_digest, records, web_files

_FORMAT = "qingyuan-evidence/1"
_START = "sha256:" + "0" * 64


def _described(bag: Bag) -> dict[str, Any]:
    found = canonical(whole(bag, "data/evidence.json"), "data/evidence.json")
    if not isinstance(found, dict) or found.get("format") != _FORMAT:
        raise Broken(f"data/evidence.json 的格式不是 {_FORMAT}，请用相应版本核验")
    return found


def check_described(bag: Bag) -> str:
    """evidence.json is canonical, names this pack, and its list of files is the payload, SM3 included."""
    described = _described(bag)
    if described.get("pack") != bag.name:
        raise Broken(f"data/evidence.json 的编号 {str(described.get('pack'))[:100]} 不是 {bag.name[:100]}")
    listed = {str(each["path"]): each for each in described["files"]}
    present = {path for path in bag.sizes if path.startswith("data/") and path != "data/evidence.json"}
    for path in sorted(present - listed.keys()):
        raise Broken(f"{path} 没有列入 data/evidence.json")
    for path in sorted(listed.keys() - present):
        raise Broken(f"data/evidence.json 列出了包内没有的文件 {path[:200]!r}")
    if len(listed) != len(described["files"]):
        raise Broken("data/evidence.json 重复列出了文件")
    algorithms = ("sha256", "sm3") if "sm3" in hashlib.algorithms_available else ("sha256",)
    for path, each in listed.items():
        if each["bytes"] != bag.sizes[path]:
            raise Broken(f"{path} 有 {bag.sizes[path]} 字节，data/evidence.json 所列为 {each['bytes']}")
        for algorithm, digest in zip(algorithms, hexdigests(bag, path, *algorithms), strict=True):
            if each[algorithm] != digest:
                raise Broken(f"{path} 与 data/evidence.json 所列的 {algorithm} 不符")
    numbers = [each["n"] for each in described["items"]]
    if numbers != list(range(1, len(numbers) + 1)) or not numbers:
        raise Broken("data/evidence.json 的商品编号不连续")
    said = "SHA-256 与 SM3" if len(algorithms) == 2 else "SHA-256（本机的 OpenSSL 没有 SM3，国密摘要未复算）"
    return f"规范写法，{len(listed)} 个文件的{said}相符，{len(numbers)} 个商品，声明了 {len(described['gaps'])} 项不足"


def _same(path: str, capture: dict[str, Any], record: WebRecord) -> None:
    """One line of a fact's captures against its record."""
    stated = {
        "digest": record.payload,
        "url": record.fields.get("warc-target-uri", ""),
        "at": record.fields.get("warc-date", ""),
        "size": record.size,
        "ip": record.fields.get("warc-ip-address", ""),
        "record": record.fields.get("warc-record-id", ""),
        "length": record.length,
        "kind": "response" if record.kind == "response" else "file",
    }
    if record.kind == "response":
        stated["status"] = int(record.first_line.split(" ")[1])
    for name, value in stated.items():
        if capture.get(name) != value:
            raise Broken(f"{path} 所列采集 {str(capture.get('digest'))[:80]} 的 {name} 与 WARC 记录不符")


def _item(bag: Bag, item: dict[str, Any]) -> int:
    number = item["n"]
    path, web = f"data/facts/{number}.json", f"data/web/{number}.warc.gz"
    if item["facts"] != path or item["web"] != web or web not in bag.sizes:
        raise Broken(f"data/evidence.json 的商品 {number} 没有对应的 {path} 和 {web}")
    fact = canonical(whole(bag, path), path)
    listing = fact["listing"]
    if f"{listing['platform']}/{listing['ref']}" != item["listing"] or listing["url"] != item["url"]:
        raise Broken(f"{path} 的商品与 data/evidence.json 的商品 {number} 不是同一个")
    found = {record.offset: record for record in records(bag, web) if record.kind in ("response", "resource")}
    for capture in fact["captures"]:
        record = found.pop(capture["offset"], None)
        if record is None:
            raise Broken(f"{path} 所列采集 {str(capture['digest'])[:80]} 不在 {web} 中")
        _same(path, capture, record)
    if found:
        raise Broken(f"{web} 第 {min(found)} 字节处的记录没有列入 {path}")
    known = {capture["digest"] for capture in fact["captures"]} | {each["digest"] for each in fact["absent"]}
    page = str(listing.get("capture") or "").partition("#")[0]
    if page and page not in known:
        raise Broken(f"{path} 的商品页面 {page[:80]} 不在 {web} 中")
    for hop in fact["trace"].get("hops") or []:
        captures = hop.get("captures") or []
        if not captures:
            raise Broken(
                f"{path} 的一步追溯（{str(hop.get('source'))[:60]} → {str(hop.get('target'))[:60]}）没有引用采集"
            )
        for capture in captures:
            digest = str(capture).partition("#")[0]
            if not is_digest(digest) or digest not in known:
                raise Broken(f"{path} 的追溯引用的采集 {digest[:80]} 不在 {web} 中")
    for finding in fact["findings"]:
        if finding["listing"]["key"] != item["listing"]:
            raise Broken(f"{path} 的疑点 {str(finding['id'])[:40]} 说的是另一个商品")
    return len(fact["captures"])


def check_facts(bag: Bag) -> str:
    """Each listing's page and each hop's captures are there, each line of captures is what its record says, no more."""
    items = _described(bag)["items"]
    expected = {f"data/facts/{item['n']}.json" for item in items}
    for path in sorted({path for path in bag.sizes if path.startswith("data/facts/")} ^ expected):
        raise Broken(f"{path} 与 data/evidence.json 的商品不对应")
    if len(web_files(bag)) != len(items):
        raise Broken("data/web 的文件数与 data/evidence.json 的商品数不同")
    count = sum(_item(bag, item) for item in items)
    return f"{len(items)} 个商品的页面、图片与追溯依据共 {count} 条采集，逐条与 WARC 记录一致"


def check_custody(bag: Bag) -> str:
    """Each line canonical and holding the digest of the line before; the head is where the pack says."""
    path = "data/custody/log.jsonl"
    head, count, last = _START, 0, ""
    for number, line in enumerate(whole(bag, path).splitlines(keepends=True), start=1):
        entry = canonical(line.removesuffix(b"\n"), f"{path} 第 {number} 行")
        if not line.endswith(b"\n") or entry["n"] != number or entry["prev"] != head:
            raise Broken(f"{path} 第 {number} 行与前一行的摘要接不上：保管链被改动")
        if entry["at"] < last:
            raise Broken(f"{path} 第 {number} 行的时间早于前一行")
        head, last, count = "sha256:" + hashlib.sha256(line).hexdigest(), entry["at"], number
    custody = _described(bag)["custody"]
    if custody != {"entries": count, "head": head}:
        raise Broken(f"{path} 的末行与 data/evidence.json 所记不符：保管链被截断或改动")
    if info_of(bag).get("Custody-Head") != head:
        raise Broken(f"{path} 的末行与 bag-info.txt 所记不符：保管链被截断或改动")
    return f"{count} 行首尾相接，末行摘要 {head}"


def check_seal(bag: Bag) -> str:
    """This version makes no seal. One that is there cannot be vouched for, so it does not pass unread."""
    for path in sorted(bag.sizes):
        if path.startswith("seal/") or path.endswith(".pdf"):
            raise Broken(f"{path} 是签名或时间戳，本版本不能核验，请用新版核验程序")
    return "没有签名和时间戳：只能证明打包之后未被改动，不能证明由谁、在何时打包"
