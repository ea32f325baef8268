"""The records: frozen dataclasses whose JSON shapes are the public contract of import, export and feeds.

Values are stored verbatim and normalised only when compared. Money is :class:`decimal.Decimal`, written as a decimal
string; times are RFC 3339 with an offset; a tuple is a JSON array. :mod:`domain.codec` reads and writes them strictly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, TypeAlias

Tier: TypeAlias = Literal["高", "中", "低"]
Verdict: TypeAlias = Literal["成立", "不成立", "存疑", "授权", "撤回"]
Stage: TypeAlias = Literal["初核", "复核", "审批"]
Strength: TypeAlias = Literal["登记事实", "共享标识", "平台数据", "推断"]

TIERS: tuple[Tier, ...] = ("高", "中", "低")
VERDICTS: tuple[Verdict, ...] = ("成立", "不成立", "存疑", "授权", "撤回")
STAGES: tuple[Stage, ...] = ("初核", "复核", "审批")
#: From the strongest proof of a link to the weakest.
STRENGTHS: tuple[Strength, ...] = ("登记事实", "共享标识", "平台数据", "推断")

_NOTHING: Mapping[str, str] = MappingProxyType({})


def _required(record: object, *names: str) -> None:
    for name in names:
        if not getattr(record, name):
            raise ValueError(f"{name} 不能为空")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """Who sells, as the platform shows it. ``contacts`` are verbatim: phone numbers, 微信, QQ, e-mail."""

    name: str = ""
    ref: str = ""
    url: str = ""
    company: str = ""
    uscc: str = ""
    location: str = ""
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One observation of one offer. A new observation of the same :attr:`key` is a new fact.

    ``price`` is the lowest of a range; ``sales`` is in units, as shown. ``claims`` is what the seller asserts,
    verbatim (品牌, 产地, 生产厂家, 生产许可证编号, 条形码 …; also price and sales as shown). ``images`` are URLs, or
    paths relative to the imported file. ``capture`` is the digest (``sha256:…``) of the page in the vault, or of
    the imported file followed by ``#row``.
    """

    platform: str
    ref: str
    url: str
    title: str
    observed_at: datetime
    description: str = ""
    price: Decimal | None = None
    currency: str = ""
    sales: int | None = None
    claims: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    seller: Seller = field(default_factory=Seller)
    ships_from: str = ""
    category: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    capture: str = ""

    def __post_init__(self) -> None:
        _required(self, "platform", "ref", "url", "title")
        if "/" in self.platform:
            raise ValueError("platform 不能含有 /")

    @property
    def key(self) -> str:
        """``platform/ref``: the identity of the offer over time."""
        return f"{self.platform}/{self.ref}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorised:
    """A party that may use the right."""

    name: str = ""
    company: str = ""
    uscc: str = ""

    def __post_init__(self) -> None:
        if not (self.name or self.company or self.uscc):
            raise ValueError("授权人至少要有 name、company、uscc 之一")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trademark:
    """A registered trademark (注册商标). ``classes`` are Nice classes, 1–45; paths are relative to the file."""

    id: str
    sign: str
    kind: Literal["trademark"] = "trademark"
    variants: tuple[str, ...] = ()
    classes: tuple[int, ...] = ()
    goods: tuple[str, ...] = ()
    holder: str = ""
    number: str = ""
    logos: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    authorised: tuple[Authorised, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    reference_price: Decimal | None = None

    def __post_init__(self) -> None:
        _required(self, "id", "sign")
        if any(not 1 <= number <= 45 for number in self.classes):
            raise ValueError("classes 只能是尼斯分类 1–45")


@dataclass(frozen=True, slots=True, kw_only=True)
class GeographicalIndication:
    """A geographical indication (地理标志). ``area`` holds place names: 省, 市 and 县 written together."""

    id: str
    sign: str
    kind: Literal["gi"] = "gi"
    variants: tuple[str, ...] = ()
    product: str = ""
    area: tuple[str, ...] = ()
    holder: str = ""
    number: str = ""
    photos: tuple[str, ...] = ()
    authorised: tuple[Authorised, ...] = ()
    standard: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def __post_init__(self) -> None:
        _required(self, "id", "sign")


Right: TypeAlias = Trademark | GeographicalIndication


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A box in an image: pixels of the stored picture, ``image`` is its digest or URL."""

    x: int
    y: int
    width: int
    height: int
    image: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One reason. ``score`` is its contribution in log-odds: positive speaks for suspicion, negative against it.

    ``detail`` is a Chinese sentence for the officer; the two values are what was compared, verbatim.
    """

    name: str
    score: float
    detail: str
    listing_value: str = ""
    right_value: str = ""
    region: Region | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRef:
    """The listing that was judged: its key, and the capture it was judged from."""

    key: str
    capture: str = ""


def finding_id(listing_key: str, right_id: str) -> str:
    """The identity of a finding: 32 hex digits over listing key and right, so re-screening keeps the judgements."""
    return hashlib.sha256(f"{listing_key}\n{right_id}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A machine's suspicion (涉嫌) that a listing infringes a right; only an officer decides.

    ``score`` is a calibrated probability in [0, 1]; ``detector`` and ``model`` name the code and the model version.
    """

    id: str
    listing: ListingRef
    right: str
    score: float
    tier: Tier
    signals: tuple[Signal, ...] = ()
    detector: str = ""
    model: str = ""

    def __post_init__(self) -> None:
        if not 0.0 <= self.score <= 1.0:
            raise ValueError("score 必须在 0 与 1 之间")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """An officer's decision on a finding. Append-only; ``撤回`` withdraws one's own."""

    finding: str
    verdict: Verdict
    officer: str
    at: datetime
    stage: Stage = "初核"
    note: str = ""

    def __post_init__(self) -> None:
        _required(self, "finding", "officer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A directed edge of the trace graph. A link without a capture or an imported document cannot be constructed."""

    source: str
    target: str
    kind: str
    capture: str
    first_seen: datetime
    last_seen: datetime
    strength: Strength

    def __post_init__(self) -> None:
        _required(self, "source", "target", "kind", "capture")


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A row of the company register."""

    name: str
    uscc: str = ""
    address: str = ""
    representative: str = ""
    status: str = ""

    def __post_init__(self) -> None:
        _required(self, "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A row of the trade register: who supplied whom. ``quantity`` is verbatim, with its unit when there is one."""

    supplier_uscc: str
    buyer_uscc: str
    date: date
    quantity: str = ""

    def __post_init__(self) -> None:
        _required(self, "supplier_uscc", "buyer_uscc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The truth of an evaluation case: suspected or not, for which rights, of which type, and why."""

    suspected: bool
    rights: tuple[str, ...] = ()
    type: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One labelled listing for evaluation."""

    id: str
    listing: Listing
    label: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """Something that could not be used, kept with its reason: nothing is lost on bad input.

    ``stage`` is crawl, import, pictures, screen …; ``where`` is a URL or ``file:line``; ``capture`` its bytes in the
    vault when it has any; ``excerpt`` at most 200 characters of it.
    """

    stage: str
    where: str
    reason: str
    at: datetime
    capture: str = ""
    excerpt: str = ""
