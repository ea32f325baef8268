"""Identifiers out of a listing, each with whose it is, where it stood, and what the page shows.

An identifier of the maker (生产许可证, 厂家电话, 条形码) says nothing about who the seller is: many honest shops sell
the same goods. Only identifiers of owner ``seller`` may join shops.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from domain.identifiers import filings, gtin, licence, medicine, uscc
from domain.records import Listing, Seller
from tracing import names
from tracing.claims import meaning
from tracing.contacts import Owner, find_contacts, read_contact
from tracing.disguise import MAX_TEXT, fold

#: A listing has at most so many identifiers: a page of ten thousand numbers is an attack or a catalogue.
MAX_IDENTIFIERS = 200


@dataclass(frozen=True, slots=True)
class Identifier:
    """``kind``: uscc company mobile landline hotline wechat qq email address (of parties), sc_licence qs_licence gtin
    drug_code drug_approval ccc (of goods), picture. ``field`` is where it stood: ``description``, ``claims.厂名`` …
    ``value`` is its form for comparison; ``warnings`` are Chinese sentences.
    """

    kind: str
    value: str
    verbatim: str
    field: str
    owner: Owner = "seller"
    warnings: tuple[str, ...] = ()


_LABELLED_USCC = re.compile(r"信用代码[^0-9A-Z]{0,6}([0-9A-Z]{18})(?![0-9A-Z])")
_LABELLED_LICENCE = re.compile(r"(?<![A-Z0-9])(SC[\s:]{0,2}\d{14}|QS[\s:]{0,2}\d{12})(?!\d)")
_LABELLED_GTIN = re.compile(r"(?:条形?码|69码)[^0-9]{0,6}(\d{13}|\d{8}|\d{14})(?!\d)")
_LABELLED_PARTY = re.compile(
    r"(?P<label>生产厂家|生产企业|生产商|制造商|厂名|受委托方|被委托方|供应商|供货商|经销商|总经销)(?:名称)?[:\s]{1,3}"
    r"(?P<name>[\u4e00-\u9fffa-z0-9()]{3,40}?(?:有限责任公司|有限公司|公司|合作社|厂))"
)
_DETAILED = re.compile(r"(?:号|室|幢|栋|座|档口|铺|村|组)")


def extract(listing: Listing, picture_hashes: Iterable[str | int | bytes] = ()) -> tuple[Identifier, ...]:
    """Every identifier of title, description, claims, seller and contacts, and of its pictures by their hashes."""
    found: dict[tuple[str, str, str], Identifier] = {}
    for identifier in _all(listing, picture_hashes):
        found.setdefault((identifier.kind, identifier.value, identifier.owner), identifier)
        if len(found) >= MAX_IDENTIFIERS:
            break
    return tuple(found.values())


def _all(listing: Listing, picture_hashes: Iterable[str | int | bytes]) -> Iterator[Identifier]:
    yield from _seller(listing.seller)
    for name, value in listing.claims.items():
        yield from _claim(name, value)
    yield from _text(listing.title, "title")
    yield from _text(listing.description, "description")
    for picture in picture_hashes:
        yield Identifier("picture", picture_value(picture), picture_value(picture), "images", "goods")


def picture_value(picture: str | int | bytes) -> str:
    """The hash of a picture as text: a 64-bit perceptual hash as 16 hex digits; any other is taken as it is."""
    if isinstance(picture, bytes):
        return picture.hex()
    return f"{picture & 0xFFFF_FFFF_FFFF_FFFF:016x}" if isinstance(picture, int) else picture.lower()


@lru_cache(maxsize=50_000)
def _seller(seller: Seller) -> tuple[Identifier, ...]:
    """A shop shows the same of itself on each of its pages, so it is read once."""
    return tuple(_seller_shows(seller))


def _seller_shows(seller: Seller) -> Iterator[Identifier]:
    if seller.uscc:
        yield from _uscc(seller.uscc, "seller.uscc")
    if seller.company and names.exact(seller.company):
        yield Identifier("company", names.exact(seller.company), seller.company, "seller.company")
    for place, contact in enumerate(seller.contacts):
        for read in read_contact(contact):
            value = read.checked
            yield Identifier(
                value.kind, value.value, read.verbatim, f"seller.contacts[{place}]", read.owner, value.warnings
            )
    if len(seller.location) >= 8 and _DETAILED.search(seller.location):
        yield Identifier("address", names.exact(seller.location), seller.location, "seller.location")
    yield from _text(seller.name, "seller.name")


def _uscc(text: str, field: str, owner: Owner = "seller") -> Iterator[Identifier]:
    if code := uscc.parse(text):
        yield Identifier("uscc", code.value, text, field, owner, code.warnings)


def _claim(name: str, value: str) -> Iterator[Identifier]:
    field, means, value = f"claims.{name}", meaning(name), value[:2000]
    if means in ("maker", "supplier"):
        for part in re.split(r"[;；/、\n]", value)[:4]:
            if company := names.exact(part):
                yield Identifier("company", company, part.strip(), field, "maker" if means == "maker" else "supplier")
    elif means == "seller_company" and names.exact(value):
        yield Identifier("company", names.exact(value), value, field)
    elif means == "seller_uscc":
        yield from _uscc(value, field)
    elif means == "maker_address" and len(value) >= 6:
        yield Identifier("address", names.exact(value), value, field, "maker")
    elif means in _GOODS:
        if read := _GOODS[means](value):
            yield Identifier(read.kind, read.value, value, field, "goods", read.warnings)
        else:  # 生产许可证编号: SC118… (证书有效期至 …)
            yield from _goods_in_text(value.upper(), field)
    else:
        owner: Owner = {"maker_contact": "maker"}.get(means, "seller")  # type: ignore[assignment]
        for contact in find_contacts(value, owner=owner):
            if means == "maker_contact" or contact.checked.kind != "qq":
                checked = contact.checked
                yield Identifier(checked.kind, checked.value, contact.verbatim, field, contact.owner, checked.warnings)


_GOODS = {
    "licence": licence.parse,
    "gtin": gtin.parse,
    "drug_code": medicine.parse_code,
    "drug_approval": medicine.parse_approval,
    "ccc": filings.parse_ccc,
}


def _goods_in_text(text: str, field: str) -> Iterator[Identifier]:
    for pattern, parse in ((_LABELLED_LICENCE, licence.parse), (_LABELLED_GTIN, gtin.parse)):
        for match in pattern.finditer(text):
            if read := parse(match[1].replace(":", "")):
                yield Identifier(read.kind, read.value, match[1], field, "goods", read.warnings)


def _text(text: str, field: str) -> Iterator[Identifier]:
    if not text:
        return
    for contact in find_contacts(text):
        checked = contact.checked
        owner: Owner = "other" if checked.warnings else contact.owner
        yield Identifier(checked.kind, checked.value, contact.verbatim, field, owner, checked.warnings)
    if field != "description" or not _LABELS.search(text):
        return
    folded = fold(text[:MAX_TEXT])
    upper = folded.text.upper()
    yield from _goods_in_text(upper, field)
    for match in _LABELLED_USCC.finditer(upper):
        yield from _uscc(match[1], field, "other")  # a description may give anybody's code
    for match in _LABELLED_PARTY.finditer(folded.text):
        owner = "supplier" if match["label"] in ("供应商", "供货商", "经销商", "总经销") else "maker"
        shown = folded.verbatim(match.start("name"), match.end("name"))
        yield Identifier("company", names.exact(shown), shown, field, owner)


_LABELS = re.compile(r"信用代码|[sSｓＳqQ][cCｃＣsS][\s:：]?\d|条形?码|69码|厂家|企业|厂名|[商托][方:：\s]|经销")
