"""The captures that belong to one listing's evidence, and their records copied into one WARC file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from domain.errors import PackError, VaultError
from domain.records import Listing
from evidence import warc
from evidence.capture import Capture, hex_of
from evidence.custody import instant
from evidence.vault import Vault

Role: TypeAlias = Literal["page", "picture", "trace"]

#: An imported file above this stays out of the pack, and the pack says so: 64 MiB.
MAX_FILE = 64 * 1024 * 1024
_OVERHEAD = 2 * 1024 * 1024
_HTTP = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One capture and why it is in the pack."""

    role: Role
    capture: Capture


def page_of(vault: Vault, listing: Listing) -> Capture | None:
    """The capture from which the listing was read: of several with the same bytes the one at that URL and time."""
    if not listing.capture:
        return None
    found = vault.captures(listing.capture)
    if not found:
        raise PackError(f"商品 {listing.key} 引用的页面 {listing.capture} 不在证据库中，无法打包")
    try:
        target = warc.target_uri(listing.url)
    except VaultError:
        target = ""
    apart = [
        (each.url != target, abs((each.at - listing.observed_at).total_seconds()), n) for n, each in enumerate(found)
    ]
    return found[min(apart)[2]]


def _picture(vault: Vault, listing: Listing, page: Capture | None, image: str, digest: str) -> Capture | None:
    """The capture of one image: as given, else of the page's own run, else of the run nearest in time."""
    if digest:
        return vault.find(digest)
    if not _HTTP.match(image):
        return None
    own = vault.captured(page.run, image) if page is not None and page.run else None
    return own or vault.nearest(image, listing.observed_at)


def cited(trace: Mapping[str, Any]) -> Iterator[str]:
    """Every capture digest that a trace cites, without row marks."""
    for hop in trace.get("hops") or ():
        for capture in hop.get("captures") or ():
            yield str(capture).partition("#")[0]


def gather(
    vault: Vault, listing: Listing, trace: Mapping[str, Any], captures: Sequence[str], pictures: Mapping[str, str]
) -> tuple[list[Exhibit], list[str]]:
    """The listing page, its pictures and what the trace and ``captures`` cite; and sentences on what is missing.

    ``pictures``: digests of the listing's images (URL or path: digest) where they are known; others are looked for by
    URL. PackError when the page or a cited capture is not in the vault, or a hop cites nothing: a claim without its
    proof is not packed.
    """
    gaps: list[str] = []
    page = page_of(vault, listing)
    chosen: list[Exhibit] = []
    if page is None:
        gaps.append(f"商品 {listing.key} 的记录没有引用任何采集，原始页面缺失")
    else:
        chosen.append(Exhibit("page", page))
        if page.kind == "file":
            drawn = f"商品 {listing.key} 的页面是浏览器渲染后的 DOM；页面脚本另外请求的数据留存于证据库，未收入本包"
            given = f"商品 {listing.key} 来自导入的文件，不是本系统采集的网页"
            gaps.append(drawn if _HTTP.match(page.url) else given)
            if _HTTP.match(page.url) and (answer := vault.nearest(page.url, page.at)) is not None:
                chosen.append(Exhibit("page", answer))  # what the server said, from which the browser drew
    for image in listing.images:
        picture = _picture(vault, listing, page, image, pictures.get(image, ""))
        if picture is None:
            gaps.append(f"商品 {listing.key} 的图片未采集：{image[:200]}")
        else:
            chosen.append(Exhibit("picture", picture))
    for hop in trace.get("hops") or ():
        if not hop.get("captures"):
            raise PackError(
                f"商品 {listing.key} 的一步追溯（{hop.get('source')} → {hop.get('target')}）没有引用采集，无法打包"
            )
    for digest in dict.fromkeys([*cited(trace), *(each.partition("#")[0] for each in captures)]):
        if any(each.capture.digest == digest for each in chosen):
            continue
        try:
            chosen.append(Exhibit("trace", vault.find(f"sha256:{hex_of(digest)}")))
        except VaultError as error:
            raise PackError(f"商品 {listing.key} 的追溯引用了证据库中没有的采集，无法打包：{error}") from None
    places = {(each.capture.warc, each.capture.offset): each for each in reversed(chosen)}
    return [each for each in dict.fromkeys(chosen) if places[each.capture.warc, each.capture.offset] is each], gaps


def _members(vault: Vault, capture: Capture) -> tuple[bytes, bytes, warc.Record]:
    """Response (or resource) member, request member, and the first read back. VaultError when damaged."""
    if capture.kind == "file":
        body = vault.record(capture)
        if warc.digest_of(body) != capture.digest:
            raise VaultError(f"导入文件 {capture.digest} 已被改动")
        member = warc.resource(capture.url, capture.at, capture.media_type, body)
        return member, b"", warc.parse(warc.unfold(member, limit=len(body) + _OVERHEAD))
    member = vault.record(capture)
    found = warc.parse(warc.unfold(member, limit=capture.size + _OVERHEAD))
    if warc.digest_of(found.http()[2]) != capture.digest:
        raise VaultError(f"{capture.warc} 第 {capture.offset} 字节处的记录已被改动（{capture.digest}）")
    return member, vault.request(capture), found


def write(vault: Vault, exhibits: Sequence[Exhibit], target: Path) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Copy the records, byte for byte, to ``target``; what each is, and which imported files were too large.

    The request that led to a response and the warcinfo to which both refer come along. An imported file, which never
    was a web exchange, becomes a ``resource`` record.
    """
    listed: list[dict[str, Any]] = []
    absent: list[dict[str, str]] = []
    segments: set[str] = set()
    with target.open("xb") as out:
        for exhibit in exhibits:
            capture = exhibit.capture
            if capture.kind == "file" and capture.size > MAX_FILE:
                reason = f"导入文件 {capture.size} 字节，超过证据包上限 {MAX_FILE} 字节，原件留存于证据库"
                absent.append({"digest": capture.digest, "url": capture.url, "reason": reason})
                continue
            member, request, found = _members(vault, capture)
            asked = warc.parse(warc.unfold(request, limit=_OVERHEAD)).http()[0] if request else b""
            if capture.kind == "response" and capture.warc not in segments:
                segments.add(capture.warc)
                out.write(vault.warcinfo(capture))
            offset = out.tell()
            out.write(member)
            out.write(request)
            listed.append(
                {
                    "role": exhibit.role,
                    "digest": capture.digest,
                    "url": capture.url,
                    "at": instant(capture.at),
                    "method": asked.partition(b" ")[0].decode("ascii", "replace"),
                    "status": capture.status,
                    "media_type": capture.media_type,
                    "kind": capture.kind,
                    "size": capture.size,
                    "ip": found.fields.get("warc-ip-address", ""),
                    "record": found.fields["warc-record-id"],
                    "offset": offset,
                    "length": len(member),
                }
            )
    return listed, absent
