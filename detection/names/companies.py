"""Names of companies and shops, for comparison."""

from __future__ import annotations

import re

from detection.names.folding import fold

#: So many characters of a name are read: as many as of a claim (see detection.facts).
_READ = 200
_LEGAL = re.compile(r"(?:集团)?(?:股份)?(?:有限)?(?:责任)?公司$|有限合伙$|\(.*?\)|（.*?）")
_SHOP = re.compile(r"(?:官方)?(?:旗舰店|专卖店|专营店|直营店|专柜|官方店|自营|店铺|商城|的店|店)$")


def company_key(name: str) -> str:
    """A company's name for comparison, without its legal form; shop endings go as well.

    >>> company_key("五常市某某米业有限公司") == company_key("五常市某某米业有限责任公司")
    True
    """
    bare = _LEGAL.sub("", name.strip()[:_READ])
    key = fold(_SHOP.sub("", bare) or bare)
    return key if len(key) >= 3 else fold(name[:_READ])
