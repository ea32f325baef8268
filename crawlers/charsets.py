"""Bytes to text when the declared charset may be a lie.

Chinese shops serve GBK declared as UTF-8 and UTF-8 declared as GBK. The bytes are believed before the label: text that
is valid UTF-8 with three-byte sequences is UTF-8, since GBK text that happens to be so is practically impossible.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import chardet

_META = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9_\-]{2,40})""", re.IGNORECASE)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_\-]{2,40})""", re.IGNORECASE)
_WIDE = re.compile(rb"[\xe0-\xf4][\x80-\xbf]{2}")
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
#: What a browser reads under these labels (WHATWG Encoding Standard): gb2312 and gbk are both read as gb18030.
_ALIASES = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "utf8": "utf-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
}
#: A guess at a single-byte charset always "reads" everything, so it is worth nothing here.
_MULTIBYTE = ("big5", "euc-jp", "shift_jis", "euc-kr", "cp949", "utf-16-le", "utf-16-be")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the charset that gave it, and a Chinese note when the label was wrong or bytes were lost ("" if not)."""

    text: str
    charset: str
    note: str = ""


def declared(body: bytes, content_type: str = "") -> str:
    """The charset that the header, else the first 4 KiB of the page, declares; "" when neither does."""
    found = _HEADER.search(content_type)
    if found:
        label = found[1].lower()
    else:
        meta = _META.search(body, 0, 4096)
        label = meta[1].decode("ascii").lower() if meta else ""
    return _ALIASES.get(label, label)


def _strict(body: bytes, charset: str) -> str | None:
    try:
        return body.decode(charset)
    except (UnicodeDecodeError, LookupError):
        return None


def decode(body: bytes, content_type: str = "") -> Decoded:
    """The text of a page. Never raises: undecodable bytes become U+FFFD and the note says so."""
    for bom, charset in _BOMS:
        if body.startswith(bom):
            return Decoded(body[len(bom) :].decode(charset, "replace"), charset)
    label = declared(body, content_type)
    text = _strict(body, "utf-8")
    if text is not None and (label in ("", "utf-8") or body.isascii() or _WIDE.search(body)):
        wrong = label not in ("", "utf-8") and not body.isascii()
        return Decoded(text, "utf-8", f"声明编码 {label}，实为 utf-8" if wrong else "")
    candidates = (label, "gb18030") if label not in ("", "utf-8", "cp1252") else ("gb18030", label)
    for charset in candidates:
        if charset in ("", "utf-8"):
            continue
        text = _strict(body, charset)
        if text is not None:
            note = f"声明编码 {label}，实为 {charset}" if label not in ("", charset) else ""
            return Decoded(text, charset, note)
    return _damaged(body, label)


def _damaged(body: bytes, label: str) -> Decoded:
    """Bytes that no candidate reads whole: the one that loses least."""
    guess = (chardet.detect(body[:65536])["encoding"] or "").lower()
    best: Decoded | None = None
    fewest = len(body) + 1
    for charset in dict.fromkeys((label, "utf-8", "gb18030", guess if guess in _MULTIBYTE else "")):
        try:
            text = body.decode(charset or "utf-8", "replace")
        except LookupError:
            continue
        lost = text.count("�")
        if lost < fewest:
            best, fewest = Decoded(text, charset or "utf-8", f"有 {lost} 处字节无法按任何编码读出"), lost
    assert best is not None
    return best
