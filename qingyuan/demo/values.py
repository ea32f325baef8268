"""What the demo economy is made of: places, firms, marks, shops, pictures and offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

Manner: TypeAlias = Literal["honest", "careless", "crooked"]
Disguise: TypeAlias = Literal["lookalike", "homophone", "split", "latin"]


@dataclass(frozen=True, slots=True)
class Place:
    """A county-level place with its six-digit administrative code (GB/T 2260)."""

    code: str
    province: str
    city: str
    county: str

    @property
    def full(self) -> str:
        return self.province + self.city + self.county

    @property
    def short(self) -> str:
        """As platforms print it: 河南信阳, 广东深圳, 重庆."""
        province = self.province
        for ending in ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市"):
            province = province.removesuffix(ending)
        city = self.city
        for ending in ("蒙古自治州", "藏族自治州", "壮族苗族自治州", "布依族苗族自治州", "土家族苗族自治州", "市"):
            city = city.removesuffix(ending)
        return province + (city or self.county.removesuffix("区"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """A registered company."""

    name: str
    uscc: str
    place: Place
    address: str
    representative: str
    status: str = "存续"
    short: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mark:
    """A made-up trademark: what it is for, how it is drawn, and how crooked sellers write it. There is one of each."""

    id: str
    sign: str
    sort: Literal["invented", "common", "latin", "mixed"]
    variants: tuple[str, ...]
    classes: tuple[int, ...]
    wares: tuple[str, ...]
    accessory: str
    everyday: tuple[str, ...]
    home: str
    emblem: str
    colours: tuple[str, str]
    disguises: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A real geographical indication with its true area, and what is sold under its name or one like it."""

    id: str
    sign: str
    product: str
    ware: str
    area: tuple[str, ...]
    inside: tuple[str, ...]
    outside: tuple[str, ...]
    cousins: tuple[tuple[str, str], ...]
    disguises: tuple[str, ...]
    body: str
    standard: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ware:
    """A kind of goods: its names, how it is photographed, what people write around it."""

    key: str
    names: tuple[str, ...]
    shape: str
    category: tuple[str, ...]
    low: int
    high: int
    praise: tuple[str, ...]
    specs: tuple[str, ...]
    table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A seller on one site. ``ring`` names the controller of crooked shops (empty for everybody else)."""

    ref: str
    site: str
    name: str
    manner: Manner
    place: Place
    firm: Firm | None = None
    company_shown: str = ""
    uscc_shown: str = ""
    contacts: tuple[str, ...] = ()
    signature: str = ""
    lines: tuple[str, ...] = ()
    ring: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The recipe of a photograph; drawn when asked for. ``copy_of`` makes it a worked-over copy of another one."""

    name: str
    seed: str
    shape: str = "box"
    mark: str = ""
    caption: str = ""
    banner: str = ""
    watermark: str = ""
    copy_of: str = ""
    genuine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where goods truly come from, and what on public record ties the offer to it."""

    factory: Firm | None
    wholesaler: Firm | None
    ties: tuple[str, ...]

    @property
    def findable(self) -> bool:
        return bool(self.ties)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One offer of a shop, with the truth about it. ``layout`` picks one of the site's page shapes."""

    ref: str
    shop: Shop
    title: str
    description: str
    category: tuple[str, ...]
    price: Decimal | None
    price_text: str
    sales: int | None
    sales_text: str
    claims: Mapping[str, str]
    ships_from: str
    pictures: tuple[Picture, ...]
    type: str
    suspected: bool = False
    rights: tuple[str, ...] = ()
    why: str = ""
    source: Source | None = None
    high_price: Decimal | None = None
    used: bool = False
    layout: int = 0
    charset: str = "utf-8"
    declared: str = "utf-8"
    flaws: tuple[str, ...] = field(default=())

    @property
    def site(self) -> str:
        return self.shop.site

    @property
    def key(self) -> str:
        return f"{self.shop.site}/{self.ref}"
