from __future__ import annotations

import pytest

from crawlers.charsets import decode

TEXT = "<title>五常大米</title>阳澄湖大闸蟹"


@pytest.mark.parametrize(
    ("body", "content_type", "charset", "noted"),
    [
        (TEXT.encode(), "text/html; charset=utf-8", "utf-8", False),
        (TEXT.encode(), "", "utf-8", False),
        (TEXT.encode(), "text/html; charset=GBK", "utf-8", True),
        (TEXT.encode("gbk"), "text/html; charset=gb2312", "gb18030", False),
        (TEXT.encode("gbk"), "text/html; charset=utf-8", "gb18030", True),
        (TEXT.encode("gbk"), "", "gb18030", False),
        (b"\xef\xbb\xbf" + TEXT.encode(), "text/html; charset=gbk", "utf-8", False),
        (TEXT.encode("utf-16"), "", "utf-16-le", False),
        (b'<meta charset="gbk">' + TEXT.encode("gbk"), "", "gb18030", False),
        ("大米：五常".encode("big5"), "text/html; charset=big5", "big5", False),
    ],
)
def test_bytes_are_believed_before_labels(body: bytes, content_type: str, charset: str, noted: bool) -> None:
    decoded = decode(body, content_type)
    assert "五常" in decoded.text
    assert decoded.charset == charset
    assert bool(decoded.note) is noted


def test_gbk_that_happens_to_be_valid_utf8_follows_its_label() -> None:
    body = "模模".encode("gbk")
    assert body.decode("utf-8") != "模模"  # both readings exist
    assert decode(body, "text/html; charset=gbk").text == "模模"


def test_damaged_bytes_are_read_and_noted() -> None:
    decoded = decode(TEXT.encode() + b"\xff\xff\x80", "text/html; charset=utf-8")
    assert "五常大米" in decoded.text
    assert "无法按任何编码读出" in decoded.note


def test_an_unknown_label_does_no_harm() -> None:
    assert decode(TEXT.encode("gbk"), "text/html; charset=klingon").text == TEXT
