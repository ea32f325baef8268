"""Ways to reach a seller: mobile and fixed telephone, 400/800 hotline, 微信, QQ, e-mail.

One party writes them in many ways; ``value`` is one form for all. A 微信 name that is a mobile number is that number,
and ``12345678@qq.com`` is that QQ number, so the kinds join where people use them as one.
"""

from __future__ import annotations

import re

from domain.identifiers.checked import Checked, squeeze

_MOBILE = re.compile(r"(?:\+?(?:00)?86)?(1[3-9]\d{9})", re.ASCII)
# area codes: 010 and 02x have two or three digits after the 0, eight-digit numbers; others 03xx–09xx, seven or eight
_LANDLINE = re.compile(r"(?:\+?(?:00)?86)?0?((?:10|2\d)[2-9]\d{7}|[3-9]\d{2}[2-9]\d{6,7})(?:[*X转]\d{1,5})?", re.ASCII)
_HOTLINE = re.compile(r"[48]00\d{7}", re.ASCII)
_SERVICE = re.compile(r"(?:9[56]\d{3,4}|1[02]\d{3}|11\d|12[0-3]\d{2})", re.ASCII)
_WECHAT = re.compile(r"[a-z][a-z0-9_-]{5,19}", re.ASCII)
_QQ = re.compile(r"[1-9]\d{4,10}", re.ASCII)
_EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]+(?:\.[a-z0-9-]+){1,4}", re.ASCII)

SERVICE_NUMBER = "公共服务号码（快递、运营商、投诉举报等），不代表商家"


def _telephone(text: str) -> str:
    return squeeze(text).translate(_BRACKETS)


_BRACKETS = str.maketrans("", "", "()[]【】~/|")


def parse_phone(text: str) -> Checked | None:
    """A mobile number (11 digits), a fixed one (``0371-65551234``), a hotline, or a service number with its warning.

    >>> parse_phone("+86 １３８-0013 8000").value, parse_phone("(0371)6555-1234").value
    ('13800138000', '037165551234')
    """
    written = _telephone(text)
    if match := _MOBILE.fullmatch(written):
        return Checked(kind="mobile", value=match[1], verbatim=text)
    if _HOTLINE.fullmatch(written):
        return Checked(kind="hotline", value=written, verbatim=text)
    if written.startswith(("0", "+", "86")) and (match := _LANDLINE.fullmatch(written)):
        return Checked(kind="landline", value=f"0{match[1]}", verbatim=text)
    if _SERVICE.fullmatch(written):
        return Checked(kind="hotline", value=written, verbatim=text, warnings=(SERVICE_NUMBER,))
    return None


def parse_wechat(text: str) -> Checked | None:
    """A 微信 name (a letter, then 5–19 letters, digits, ``_``, ``-``), or the mobile number used as one."""
    written = text.strip().lower()
    if _WECHAT.fullmatch(written):
        return Checked(kind="wechat", value=written, verbatim=text)
    mobile = _MOBILE.fullmatch(_telephone(text))
    return Checked(kind="mobile", value=mobile[1], verbatim=text) if mobile else parse_qq(text)


def parse_qq(text: str) -> Checked | None:
    """A QQ number: 5–11 digits."""
    written = squeeze(text)
    return Checked(kind="qq", value=written, verbatim=text) if _QQ.fullmatch(written) else None


def parse_email(text: str) -> Checked | None:
    """An e-mail address, in lower case; the mailbox of a QQ number is that QQ number.

    >>> parse_email("12345678@QQ.com").kind
    'qq'
    """
    written = text.strip().lower()
    if not _EMAIL.fullmatch(written):
        return None
    name, _, host = written.partition("@")
    if host == "qq.com" and _QQ.fullmatch(name):
        return Checked(kind="qq", value=name, verbatim=text)
    return Checked(kind="email", value=written, verbatim=text)
