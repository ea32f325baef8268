"""Contacts in free text: telephone numbers, 微信, QQ, e-mail, however they are disguised, and whose they seem to be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from domain.identifiers import Checked
from domain.identifiers.contacts import parse_email, parse_phone, parse_qq, parse_wechat
from tracing.disguise import SPOKEN_DIGITS, Folded, fold

#: Whose identifier it is: the seller's own, that of the maker or of a supplier whom the page names, of the goods, or of
#: somebody who has nothing to do with them (a courier, a complaints line, a platform).
Owner: TypeAlias = Literal["seller", "maker", "supplier", "goods", "other"]


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact that was read, with what the page shows and whose it seems to be."""

    checked: Checked
    verbatim: str
    owner: Owner


_S = r"[\s\-._·~*/|,()+]"  # what stands between the digits of one number
_MOBILE = re.compile(
    rf"(?<![0-9a-z@])(?:\+?(?:00)?86{_S}{{0,2}})?(1{_S}{{0,3}}[3-9](?:{_S}{{0,3}}\d){{9}})(?![0-9@])", re.ASCII
)
_LANDLINE = re.compile(
    r"(?<![0-9a-z])\(?0(?:10|2\d|[3-9]\d{2})\)?[\s\-]{0,2}[2-9]\d{2,3}[\s\-]?\d{4}(?![0-9])", re.ASCII
)
_HOTLINE = re.compile(r"(?<![0-9a-z])[48]00[\s\-]{0,2}\d{3,4}[\s\-]?\d{0,4}[\s\-]?\d{3,4}(?![0-9])", re.ASCII)
_EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}", re.ASCII)

_N = r"[^\w\u4e00-\u9fff]"  # a sign, an emoji, a space
_WECHAT_WORD = (
    rf"(?:[微薇徽溦威葳徵微巍]{_N}{{0,3}}[信芯心x訊讯❤♥♡💚💗]|卫星|(?<![a-z0-9])(?:v{_N}{{0,2}}(?:[信芯❤♥♡💚💗]|x(?![a-z]))|w{_N}?x(?![a-z])|wechat|"
    rf"wei{_N}?xin)|(?:加|\+|联系){_N}{{0,2}}(?:我)?{_N}?(?:[微薇徽溦]|v(?![a-z]))|绿泡泡)"
)
_WECHAT = re.compile(
    rf"{_WECHAT_WORD}(?P<glue>(?:{_N}|号码|号|同号|同手机|手机|客服|联系|id|是|为|我|搜索|搜){{0,6}}?)"
    rf"(?P<value>[a-z][a-z0-9_-]{{5,19}}|[1-9](?:{_S}{{0,2}}\d){{4,10}})(?![a-z0-9@])"
)
_QQ = re.compile(
    rf"(?:(?<![a-z0-9])q{_N}?q|扣扣|球球|企鹅|秋秋|叩叩)(?P<group>群)?(?:{_N}|号码|号|是|为|联系|客服){{0,5}}?"
    rf"(?P<value>[1-9](?:{_S}{{0,2}}\d){{4,10}})(?![0-9a-z@])"
)
_SPOKEN_RUN = re.compile(rf"(?:[{''.join(map(chr, SPOKEN_DIGITS))}0-9]{_S}{{0,2}}){{10}}")
_BETWEEN_DIGITS = re.compile(r"[0-9]一[0-9]")
_NOT_A_NAME = frozenset(
    ("wechat", "weixin", "alipay", "android", "iphone", "taobao", "tmall", "windows", "official", "service", "kefu")
)
_GROUPINGS = frozenset(
    (
        "11",
        "3-4-4",
        "3-3-5",
        "3-8",
        "7-4",
        "4-4-3",
        "5-6",
        "3-5-3",
        "3-2-2-2-2",
        "3-2-3-3",
        "4-3-4",
        "3-4-2-2",
        "3-2-2-4",
    )
)
_CALL = re.compile(r"(?:电话|手机|致电|热线|联系|客服|咨询|tel|phone|微信|同号|拨打|短信|☎|📞|📱)[^0-9]{0,8}$")
_MAKER = re.compile(
    r"(?:生产厂家?|厂家|厂方|制造商|生产商|生产企业|品牌方|品牌商|总部|官方)(?:联系|服务|咨询|客服|监督|售后|统一|全国)*(?:电话|热线|方式|手机|微信|qq|邮箱)[^0-9a-z]{0,4}$"
)
# 批量拿货加微信 invites buyers to the seller itself; 从老王拿货 names another
_SUPPLIER = re.compile(
    r"(?:货源|供货商?|供应商|上家|批发商|(?:拿货|进货)(?:渠道|地址|找|自)|从[^0-9。;!]{1,6}(?:拿货|进货))[^0-9。;!]{0,8}$"
)
_OTHER = re.compile(
    r"(?:物流|快递|顺丰|圆通|中通|申通|韵达|京东|邮政|举报|投诉|平台|防伪|验证|鉴定|质检|维权|12315|监督|消协|报警|公众号|银行)[^0-9。;!]{0,10}$"
)
#: Only a text with one of these can hold a contact: a cheap test before the costly one.
_DIGIT = "[0-9０-９①-⑨⓪⓿❶-➓一二三四五六七八九零〇壹贰叁肆伍陆柒捌玖幺\U0001d7ce-\U0001d7ff]"
_HINT = re.compile(rf"{_DIGIT}\W{{0,3}}{_DIGIT}|[微薇徽溦威葳徵vVｖＶwWｗＷqQｑＱⓥⓦⓠⓋ加+➕卫@＠扣球绿]")


def find_contacts(text: str, *, owner: Owner = "seller") -> Iterator[Contact]:
    """Contacts of a free text in the order of kinds, each once; ``owner``: whose they are when the text is silent."""
    if not _HINT.search(text):
        return
    folded = fold(text)
    seen: set[tuple[str, str]] = set()
    for checked, start, end in _found(folded):
        if (checked.kind, checked.value) in seen:
            continue
        seen.add((checked.kind, checked.value))
        yield Contact(checked, folded.verbatim(start, end), _whose(folded.text[max(0, start - 24) : start], owner))


def _whose(before: str, owner: Owner) -> Owner:
    if _OTHER.search(before):
        return "other"
    if owner != "seller":
        return owner
    if _MAKER.search(before):
        return "maker"
    return "supplier" if _SUPPLIER.search(before) else "seller"


def _found(folded: Folded) -> Iterator[tuple[Checked, int, int]]:
    text = folded.text
    for match in _EMAIL.finditer(text):
        if mail := parse_email(match[0]):
            yield mail, match.start(), match.end()
    yield from _phones(text)
    if _SPOKEN_RUN.search(text):
        yield from _phones(text.translate(SPOKEN_DIGITS))
    if _BETWEEN_DIGITS.search(text):
        yield from _phones(text.replace("一", "-"))  # 138一0013一8000
    for match in _WECHAT.finditer(text):
        value, glue = match["value"], match["glue"]
        if value in _NOT_A_NAME or (value.isalpha() and not re.search(r"[:=号]", glue)):
            continue
        if name := parse_wechat(value):
            yield name, match.start("value"), match.end("value")
    for match in _QQ.finditer(text):
        number = None if match["group"] else parse_qq(re.sub(r"\D", "", match["value"]))
        if number:
            yield number, match.start("value"), match.end("value")


def _phones(text: str) -> Iterator[tuple[Checked, int, int]]:
    for match in _MOBILE.finditer(text):
        groups = [len(group) for group in re.findall(r"\d+", match[1])]
        spaced = "-".join(map(str, groups))
        # 13 14 15 16 17 1: sizes, not a number, unless the page says that one should call it
        if spaced not in _GROUPINGS and not _CALL.search(text[max(0, match.start() - 14) : match.start()]):
            continue
        if phone := parse_phone(re.sub(r"\D", "", match[1])):
            yield phone, match.start(1), match.end(1)
    for pattern in (_LANDLINE, _HOTLINE):
        for match in pattern.finditer(text):
            if phone := parse_phone(match[0]):
                yield phone, match.start(), match.end()


def read_contact(text: str) -> tuple[Contact, ...]:
    """One entry of a seller's contacts: a labelled text, or a bare number or name whose kind its shape tells."""
    found = tuple(find_contacts(text))
    if found:
        return found
    bare = fold(re.sub(r"^[^:：]{0,8}[:：]", "", text[:200]).strip()).text
    for parse in (parse_phone, parse_email, parse_wechat, parse_qq):
        if checked := parse(bare):
            return (Contact(checked, text, "other" if checked.warnings else "seller"),)
    return ()
