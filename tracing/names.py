"""Company names as they compare. What is shown stays verbatim.

Two forms. :func:`exact` forgives what is only writing (width, brackets, spaces, 有限责任公司): equal exact forms are
taken as the same name. :func:`core` also drops the region and the legal form, which is how people abbreviate; many
companies share a core, so it counts only where the register has exactly one company with it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tracing.places import PREFECTURES, PROVINCES

_BRACKETED = re.compile(r"\(([^()]{1,20})\)")
_JUNK = re.compile(r"[\s\u200b-\u200d\u2060\ufeff·•,,。.、;:\"'“”‘’《》<>\[\]【】_—\-]+")
_LIMITED = re.compile(r"有限责任公司|有限公司|有限责任|责任有限公司")
_FORM = re.compile(
    r"(?:股份有限公司|集团有限公司|有限公司|股份公司|集团公司|总公司|分公司|公司|集团|有限合伙|普通合伙|个体工商户)+$"
)
_ADMINISTRATIVE = re.compile(r"^(?:省|市|县|区|自治区|自治州|自治县|州|盟|地区)")
_REGIONS = sorted((*PROVINCES.values(), *PREFECTURES, "中国"), key=len, reverse=True)
_REGION = re.compile(rf"^(?:{'|'.join(_REGIONS)})")
_COUNTY = re.compile(r"^[\u4e00-\u9fff]{1,3}[市县区](?=[\u4e00-\u9fff]{4,})")
_NOT_A_NAME = frozenset(
    ("无", "暂无", "见包装", "详见包装", "其他", "other", "厂家", "个人", "见详情", "详见标签", "国产", "不详")
)


@lru_cache(maxsize=200_000)
def exact(name: str) -> str:
    """The name without differences of writing; ``""`` when it names nobody (见包装, 无 …).

    >>> exact("郑州清和（河南）食品有限责任公司") == exact("郑州清和(河南) 食品有限公司")
    True
    """
    folded = _JUNK.sub("", unicodedata.normalize("NFKC", name[:200]).lower())
    folded = _JUNK.sub("", unicodedata.normalize("NFKC", folded))  # what was apart may compose now
    folded = _LIMITED.sub("有限公司", folded)
    return "" if folded in _NOT_A_NAME or len(folded) < 2 else folded


@lru_cache(maxsize=200_000)
def core(name: str) -> str:
    """The part people keep when they abbreviate: no region, no brackets, no legal form. ``""`` if under 3 characters.

    >>> core("郑州清和食品有限公司"), core("清和食品（郑州）有限责任公司"), core("河南省新郑市清和食品")
    ('清和食品', '清和食品', '清和食品')
    """
    rest = _BRACKETED.sub("", exact(name))
    rest = _FORM.sub("", rest)
    for _ in range(3):
        shorter = _ADMINISTRATIVE.sub("", _REGION.sub("", rest)) if _REGION.match(rest) else _COUNTY.sub("", rest)
        if shorter == rest or len(shorter) < 3:
            break
        rest = shorter
    return rest if len(rest) >= 3 else ""


def is_company(name: str) -> bool:
    """It reads as the name of an organisation, rather than of a shop or a person."""
    return bool(_ORGANISATION.search(exact(name)))


_ORGANISATION = re.compile(
    r"(?:公司|厂|合作社|集团|商行|经营部|批发部|门市部|农场|茶场|牧场|酒坊|作坊|工作室|个体工商户|商店|超市|中心|研究院|研究所|合伙\)?|企业)$"
)
