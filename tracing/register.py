"""Who is who by name and credit code: the company register, and what shops publish of themselves.

A party is named by a *party key*: its credit code where one is known for certain, else ``名称:`` and its name as it
compares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, TypeVar

from domain.identifiers import uscc
from domain.records import Company
from tracing import names
from tracing.places import locate, province_of_code

R = TypeVar("R")

#: How a name led to a party: equal but for writing; by its abbreviation, which one party only has; not at all.
Certainty: TypeAlias = Literal["同名", "简称", "未登记"]
#: States of the register (登记状态) in which a company cannot lawfully be making goods.
GONE = ("注销", "吊销", "撤销", "停业")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the company register, and the imported document that holds it."""

    company: Company
    capture: str


@dataclass(slots=True)
class Register:
    """The register's rows by party, and the ways to a party from a name. Build with :func:`read`."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    exact: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    cores: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    shown: dict[str, str] = field(default_factory=dict)

    def party(self, name: str) -> tuple[str, Certainty]:
        """The party of a name. An abbreviation counts only where exactly one party has it, in no other province.

        ``("", "未登记")`` when the text names nobody.
        """
        plain = names.exact(name)
        if not plain:
            return "", "未登记"
        known = self.exact.get(plain, ())
        if len(known) == 1:
            return next(iter(known)), "同名"
        if not known and (short := names.core(name)):
            similar = self.cores.get(short, ())
            if len(similar) == 1:
                party = next(iter(similar))
                provinces = {locate(name)[0], self.province(party)} - {""}
                if len(provinces) < 2:
                    return party, "简称"
        return f"名称:{plain}", "未登记"

    def province(self, party: str) -> str:
        """Where the party is registered, by its address, else its code, else its name."""
        for row in self.rows.get(party, ()):
            if found := locate(row.company.address)[0]:
                return found
        coded = province_of_code(party[2:4]) if len(party) == 18 else ""
        return coded or locate(self.name(party))[0]

    def address(self, party: str) -> str:
        """Its registered address, ``""`` when unknown."""
        return next((row.company.address for row in self.rows.get(party, ()) if row.company.address), "")

    def name(self, party: str) -> str:
        """Its name for reading: the register's, else as a page shows it, else what the party key says."""
        for row in self.rows.get(party, ()):
            return row.company.name
        return self.shown.get(party) or party.removeprefix("名称:")

    def gone(self, party: str) -> bool:
        """Every row says that it no longer exists or may not trade."""
        rows = self.rows.get(party, ())
        return bool(rows) and all(any(word in row.company.status for word in GONE) for row in rows)

    def revoked(self, party: str) -> bool:
        """Gone, but a row says that its licence was revoked (吊销) and not that it was wound up (注销)."""
        states = [row.company.status.replace("未注销", "") for row in self.rows.get(party, ())]
        return any("吊销" in state for state in states) and not any("注销" in state for state in states)

    def citations(self, party: str) -> tuple[str, ...]:
        """The documents that hold its rows."""
        return tuple(sorted({row.capture for row in self.rows.get(party, ())}))

    def differs(self, code: str, name: str) -> bool:
        """The register gives this code to a company whose name is another one."""
        rows = self.rows.get(code)
        if not rows or not names.exact(name):
            return False
        same = {names.exact(row.company.name) for row in rows} | {names.core(row.company.name) for row in rows} - {""}
        return names.exact(name) not in same and names.core(name) not in same


def code_of(text: str) -> str:
    """A credit code as it compares; ``""`` when the text is not one."""
    code = uscc.parse(text) if text else None
    return code.value if code else ""


def trade_party(code: str) -> str:
    """The party key of a code in the trade register; a code that is none stands for itself."""
    return code_of(code) or f"名称:{names.exact(code) or code}"


def read(companies: Iterable[tuple[Company, str]], shown: Mapping[str, Iterable[str]]) -> Register:
    """The register out of its rows (each with the document that holds it) and of ``shown``: names that shops publish
    together with a credit code, by that code. A register row wins over what shops say.
    """
    register = Register()
    for company, capture in sorted(companies, key=lambda pair: (pair[0].name, pair[0].uscc, pair[1])):
        party = code_of(company.uscc) or f"名称:{names.exact(company.name)}"
        register.rows.setdefault(party, []).append(Row(company, capture))
        register.exact[names.exact(company.name)].add(party)
        if short := names.core(company.name):
            register.cores[short].add(party)
    registered = frozenset(register.exact)
    for code in sorted(shown):
        for name in sorted(shown[code]):
            register.shown.setdefault(code, name)
            if code not in register.rows and names.exact(name) not in registered:
                register.exact[names.exact(name)].add(code)
                if short := names.core(name):
                    register.cores[short].add(code)
    return register
