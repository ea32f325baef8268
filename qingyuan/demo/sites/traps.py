"""Pages of 百集网 that are broken or mean harm. None is an offer; a crawl sets them aside and goes on."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Mapping

from qingyuan.demo.sites.markup import Answer, page

#: What each trap is, by path.
TRAPS: Mapping[str, str] = {
    "/item/900000000001.html": "JSON-LD 残缺，页面在半途中断",
    "/item/900000000002.html": "恶意页面：标题带脚本，JSON-LD 嵌套炸弹，超大图片，指向元数据地址与本机文件的链接",
    "/item/900000000003.html": "gzip 压缩数据被截断",
    "/item/900000000004.html": "网址像商品页，内容却是公告",
    "/item/900000000005.html": "跳转到云主机元数据地址",
    "/img/giant.png": "声明为 60000×60000 像素的图片",
}
LINKS = (
    "<p>"
    + " ".join(
        f'<a href="{path}">活动 {number}</a>' for number, path in enumerate(TRAPS, 1) if path.startswith("/item")
    )
    + "</p>"
)
_METADATA = "http://169.254.169.254/latest/meta-data/iam/"


def _broken() -> Answer:
    text = (
        '<!doctype html><html><head><meta charset="utf-8"><title>蜂蜜 土蜂蜜 - 百集网</title>'
        '<script type="application/ld+json">{"@context":"https://schema.org","@type":"Product","name":"农家土蜂蜜","offers":{"price":'
    )
    return Answer(text.encode() + b"x" * 400, cut=350)


def _hostile(base: str) -> Answer:
    depth = 20_000
    bomb = '{"@type":"Product","offers":' * depth + "1" + "}" * depth
    script = "</title><script>fetch('/steal?c='+document.cookie)</script>"
    body = f"""<h1>特价<script>alert(document.domain)</script><img src=x onerror=alert(1)></h1>
<img src="/img/giant.png"><img src="data:image/svg+xml,<svg onload=alert(1)>"><img src="file:///etc/passwd">
<a href="data:text/html,<script>alert(1)</script>">详情</a><a href="file:///etc/passwd">说明书</a>
<a href="javascript:alert(1)">客服</a>
<a href="{_METADATA}">元数据</a><a href="/item/900000000005.html">下载</a>
<a href="{base}/item/../../../../etc/passwd">目录</a>
<a href="http://[::ffff:169.254.169.254]/">六</a><a href="http://0x7f000001:22/">本机</a>"""
    lure = (
        '{"@context":"https://schema.org","@type":"Product","name":"特价<script>alert(document.domain)</script>","image":["'
        f'{base}/img/giant.png","file:///etc/passwd","{_METADATA}"],"offers":{{"@type":"Offer","price":"9.90","priceCurrency":"CNY",'
        '"seller":{"@type":"Organization","name":"\\u202e店商\\u0000<b onmouseover=alert(1)>"}}}'
    ).replace("</", "<\\/")
    head = f'<script type="application/ld+json">{bomb}</script><script type="application/ld+json">{lure}</script>'
    answer = page("特价", body, head=head)
    return Answer(answer.body.replace("<title>特价".encode(), f"<title>{script}".encode(), 1), answer.media_type)


def _giant() -> Answer:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 2_000_000, 9)
    return Answer(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b""), "image/png"
    )


def _cut_gzip() -> Answer:
    whole = gzip.compress(b"<!doctype html><title>x</title>" + b"<p>goods</p>" * 4000, mtime=0)
    return Answer(whole[: len(whole) // 2], headers=(("Content-Encoding", "gzip"),))


def answer(path: str, base: str) -> Answer | None:
    """The answer of a trap, None when the path is none."""
    if path == "/img/giant.png":
        return _giant()
    if path not in TRAPS:
        return None
    match path[-6]:
        case "1":
            return _broken()
        case "2":
            return _hostile(base)
        case "3":
            return _cut_gzip()
        case "4":
            return page(
                "关于调整部分类目服务费的公告",
                "<h1>公告</h1><p>各位商家：自下月起调整部分类目的服务费率，详见商家后台。</p>",
            )
        case _:
            return Answer(b"", status=302, headers=(("Location", _METADATA),))
