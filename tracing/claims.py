"""What the names of a listing's claims mean for tracing: names in platforms' attribute tables and on labels."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal, TypeAlias

Meaning: TypeAlias = Literal[
    "maker", "maker_address", "maker_contact", "supplier", "seller_company", "seller_uscc",
    "licence", "gtin", "drug_code", "drug_approval", "ccc", "listed", "",
]  # fmt: skip

# first match wins, so the narrower stand first
_PATTERNS: tuple[tuple[Meaning, str], ...] = (
    ("maker_contact", r"(?:厂家|生产商|生产企业|制造商|厂方).{0,2}(?:联系|电话|热线)"),
    ("maker_address", r"厂址|(?:厂家|工厂|生产商|生产企业|制造商|生产者|生产).{0,1}地址"),
    ("licence", r"生产许可|许可证|^sc(?:编号|证号|码)?$|^qs"),
    ("gtin", r"条形?码|^gtin|^ean|^upc|barcode|69码"),
    ("drug_code", r"本位码"),
    ("drug_approval", r"国药准字|(?:药品)?批准文号"),
    ("ccc", r"^3c证书|ccc|强制性产品认证"),
    ("seller_uscc", r"信用代码|营业执照注册号"),
    ("supplier", r"供应商|供货|货源|经销商|总经销|批发商|进货|代理商|上游"),
    (
        "maker",
        r"生产厂|生产企业|^厂名|厂商|制造商|生产商|生产者|^厂家(?:名称)?$|生产单位|制造企业|受委托|被委托|加工企业|manufacturer",
    ),
    ("seller_company", r"经营者|企业名称|公司名称|店铺主体|经营主体|卖家公司|商家名称"),
    ("listed", r"上架|发布(?:时间|日期)|创建时间|开售"),
)
_MEANINGS = tuple((means, re.compile(pattern)) for means, pattern in _PATTERNS)


@lru_cache(maxsize=10_000)
def meaning(name: str) -> Meaning:
    """What a claim of that name says; ``""`` for all that tracing has no use for.

    >>> meaning("生产许可证编号"), meaning("厂家联系方式"), meaning("颜色")
    ('licence', 'maker_contact', '')
    """
    folded = unicodedata.normalize("NFKC", name[:60]).lower().replace(" ", "")
    return next((means for means, pattern in _MEANINGS if pattern.search(folded)), "")
