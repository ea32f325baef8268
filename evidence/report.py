"""The printable report of a pack: one HTML page in Chinese that needs nothing beside it and runs no script.

It repeats what the pack's data says, for reading; the data is the evidence. A signed PDF comes with the seal.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from html import escape
from typing import Any
from urllib.parse import unquote

from domain.errors import InputError, VaultError
from evidence.exhibits import Exhibit
from evidence.vault import Vault

CHINA = timezone(timedelta(hours=8))
MAX_PICTURES = 6
MAX_PICTURE = 1024 * 1024
_SHOWN = ("image/jpeg", "image/png", "image/webp", "image/gif")
_ROLES = {"page": "商品页面", "picture": "商品图片", "trace": "追溯依据"}
_STYLE = """
body{font:15px/1.6 "Noto Serif CJK SC","Source Han Serif SC",SimSun,serif;max-width:60em;margin:2em auto;padding:0 1em;
color:#111}h1{text-align:center}table{border-collapse:collapse;width:100%;margin:.5em 0}
th,td{border:1px solid #888;padding:.25em .5em;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#f2f2f2;font-weight:600}code{font-size:12px;overflow-wrap:anywhere}.n{white-space:nowrap}img{max-width:14em;max-height:14em;
margin:.25em;border:1px solid #ccc}.note{border:1px solid #888;padding:.5em 1em}
@media print{body{margin:0;max-width:none}tr,img{break-inside:avoid}h2{break-after:avoid}}
"""


def pictures(vault: Vault, chosen: Sequence[Exhibit]) -> list[str]:
    """Data URIs of the first few captured pictures of a kind and size that a page may show."""
    shown: list[str] = []
    for each in chosen:
        capture = each.capture
        if each.role == "picture" and capture.media_type in _SHOWN and len(shown) < MAX_PICTURES:
            try:
                data = vault.decoded(capture.digest, limit=MAX_PICTURE)
            except (InputError, VaultError):
                continue  # too large or damaged: the record is in the pack all the same
            shown.append(f"data:{capture.media_type};base64,{base64.b64encode(data).decode()}")
    return shown


def _text(value: object) -> str:
    return escape("" if value is None else str(value))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """``rows`` hold HTML."""
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return "<table><tr>" + "".join(f"<th>{_text(name)}</th>" for name in head) + f"</tr>{body}</table>"


def _pairs(rows: Iterable[tuple[str, object]]) -> str:
    return "<table>" + "".join(f"<tr><th>{_text(a)}</th><td>{_text(b)}</td></tr>" for a, b in rows) + "</table>"


def _when(instant: str) -> str:
    """An RFC 3339 time as Beijing time to the second; what is no time stays as it is."""
    try:
        return datetime.fromisoformat(instant).astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return instant


def _code(value: object) -> str:
    return f"<code>{_text(value)}</code>"


def _narrow(value: object) -> str:
    return f'<span class="n">{_text(value)}</span>'


def _way(score: float, *, seen: bool) -> str:
    """Which way a reason points; what weighs nothing is shown because it can be seen, or because it excuses."""
    return "支持" if score > 0 else "所见" if score == 0 and seen else "反对"


def _findings(fact: Mapping[str, Any]) -> str:
    signs = {right["id"]: right["sign"] for right in fact["rights"]}
    parts = []
    for finding in fact["findings"]:
        signals = finding.get("signals") or []
        name = signs.get(finding["right"], finding["right"])
        parts.append(
            f"<h3>涉嫌侵犯「{_text(name)}」：{_text(finding['tier'])}（概率 {float(finding['score']):.1%}）</h3>"
        )
        rows = [
            (
                _way(float(signal["score"]), seen=bool(signal.get("region"))),
                _text(signal["detail"]),
                f"{float(signal['score']):+.2f}",
            )
            for signal in signals
        ]
        parts.append(_table(("方向", "理由", "权重（对数几率）"), rows))
    return "".join(parts) or "<p>没有疑点。</p>"


def _subject(subject: object) -> str:
    """A subject by its name and its credit code, as HTML."""
    if not isinstance(subject, Mapping):
        return _text(subject)
    name, code = subject.get("name") or subject.get("id"), subject.get("uscc")
    return f"{_text(name)}<br>{_code(code)}" if code and code != name else _text(name)


def _percent(score: object) -> str:
    return f"{score:.1%}" if isinstance(score, int | float) else _text(score)


def _trace(trace: Mapping[str, Any]) -> str:
    hops, breaks = trace.get("hops") or [], trace.get("breaks") or []
    if not hops and not breaks:
        return "<p>没有追溯到上游。</p>"
    rows = [
        (
            _text(hop.get("source")),
            _text(hop.get("target")),
            _text(hop.get("kind")),
            _text(hop.get("strength")),
            _text(hop.get("why")),
            "<br>".join(_code(capture) for capture in hop.get("captures") or ()),
        )
        for hop in hops
    ]
    parts = [_table(("来自", "指向", "关系", "证明力", "依据", "采集"), rows)] if rows else []
    if sources := trace.get("sources") or []:
        named = [(_subject(one.get("subject")), _text(one.get("role")), _percent(one.get("score"))) for one in sources]
        parts += ["<h4>可能的源头</h4>", _table(("主体", "角色", "概率"), named)]
    if breaks:
        missing = [
            (_text(each.get("after")), _text(each.get("missing")), _text(each.get("request"))) for each in breaks
        ]
        parts += ["<h4>链条中断处</h4>", _table(("在此之后", "缺少", "建议调取"), missing)]
    return "".join(parts)


def _item(number: int, fact: Mapping[str, Any], shown: Sequence[str]) -> str:
    listing = fact["listing"]
    seller = listing.get("seller") or {}
    price = f"{listing['price']} {listing.get('currency') or ''}" if listing.get("price") is not None else ""
    overview = _pairs(
        [
            ("标题", listing["title"]),
            ("网址", listing["url"]),
            ("平台 / 编号", f"{listing['platform']} / {listing['ref']}"),
            ("价格（页面所示）", price),
            ("销量（页面所示）", listing.get("sales")),
            ("卖家", seller.get("name")),
            ("公司 / 统一社会信用代码", f"{seller.get('company') or ''} {seller.get('uscc') or ''}".strip()),
            ("采集时间（北京时间）", _when(listing["observed_at"])),
            *((f"卖家声称：{name}", value) for name, value in (listing.get("claims") or {}).items()),
        ]
    )
    rows = [
        (
            _ROLES.get(each["role"], _text(each["role"])),
            _text(unquote(each["url"]) if each["kind"] == "file" else each["url"]),
            _text(_when(each["at"])),
            _narrow(each["status"] or ""),
            _narrow(each["size"]),
            _code(each["digest"]),
        )
        for each in fact["captures"]
    ]
    images = "".join(f'<img alt="商品图片" src="{escape(uri)}">' for uri in shown)
    return (
        f"<h2>{number}. {_text(listing['title'])}</h2>{overview}{f'<p>{images}</p>' if images else ''}"
        f"<h3>疑点与理由</h3>{_findings(fact)}<h3>上游追溯</h3>{_trace(fact['trace'])}<h3>采集记录</h3>"
        + _table(("用途", "网址", "时间（北京时间）", "状态", "字节", "SHA-256"), rows)
    )


def render(described: Mapping[str, Any], facts: Sequence[Mapping[str, Any]], shown: Sequence[Sequence[str]]) -> bytes:
    """The report as UTF-8 HTML. Everything from outside is escaped; scripts and foreign addresses are forbidden."""
    officers = (
        "、".join(f"{each['name']}（{each['number'] or '证号未填'}）" for each in described["officers"]) or "未填写"
    )
    overview = _pairs(
        [
            ("证据包编号", described["pack"]),
            ("单位", described["organisation"] or "未填写"),
            ("案号", described["case"] or "未填写"),
            ("执法人员", officers),
            ("打包时间（北京时间）", _when(described["made_at"])),
            ("保管链末行摘要", described["custody"]["head"]),
            *((f"工具：{name}", version) for name, version in sorted(described["tools"].items())),
        ]
    )
    items = "".join(_item(number, fact, shown[number - 1]) for number, fact in enumerate(facts, start=1))
    gaps = "".join(f"<li>{_text(gap)}</li>" for gap in described["gaps"])
    page = (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        "style-src 'unsafe-inline'\">"
        f"<title>证据包 {_text(described['pack'])}</title><style>{_STYLE}</style></head><body>"
        f"<h1>电子数据采集报告</h1>{overview}"
        '<p class="note">本报告由程序根据包内数据生成，供阅读和打印；<strong>未经签名</strong>，'
        "不是《电子数据提取笔录》。"
        "“涉嫌”是机器的判断，是否侵权由执法人员认定。页面所示销量不等于销售金额。</p>"
        f"{items}<h2>已知不足</h2><ul>{gaps}</ul>"
        "<h2>如何核验</h2><p>在证据包文件夹内运行 <code>sha256sum -c manifest-sha256.txt</code> 与 "
        "<code>sha256sum -c tagmanifest-sha256.txt</code>；网页记录可用 <code>warcio check data/web/1.warc.gz</code> "
        "复核；完整核验用 <code>qingyuan verify</code>。</p></body></html>\n"
    )
    return page.encode()
