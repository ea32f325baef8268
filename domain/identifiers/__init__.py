"""Identifiers of companies, goods and people: small pure functions from a text to a value with its warnings.

Each ``parse`` answers None when the text is not of that shape at all, and never refuses a bad check digit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from domain.identifiers import contacts, filings, gtin, licence, medicine, uscc
from domain.identifiers.checked import Checked

#: Every kind that can be asked for by name, with its reader.
READERS: Mapping[str, Callable[[str], Checked | None]] = MappingProxyType(
    {
        "uscc": uscc.parse,
        "sc_licence": licence.parse,
        "gtin": gtin.parse,
        "drug_code": medicine.parse_code,
        "drug_approval": medicine.parse_approval,
        "trademark_number": filings.parse_trademark,
        "ccc": filings.parse_ccc,
        "icp": filings.parse_icp,
        "phone": contacts.parse_phone,
        "wechat": contacts.parse_wechat,
        "qq": contacts.parse_qq,
        "email": contacts.parse_email,
    }
)


def verify(kind: str, text: str) -> Checked | None:
    """Read ``text`` as an identifier of that kind (a key of :data:`READERS`)."""
    return READERS[kind](text)


__all__ = ["READERS", "Checked", "contacts", "filings", "gtin", "licence", "medicine", "uscc", "verify"]
