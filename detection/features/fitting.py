"""What goods of another brand are for: a claim, or the words around the name, say what they fit (给X用, X扶手垫)."""

from __future__ import annotations

import re

from detection.candidates.search import SAME
from detection.features.use import Use
from detection.names.folding import fold, skeleton

#: Claims that say what the goods fit.
_CLAIM = re.compile(r"适用|适配|兼容|支持")
#: What stands right before the name of the thing that is fitted.
_BEFORE = re.compile(
    r"(?:给|按|照|(?<![原套组包安])装(?:得?[进下])?|放得?[进下]|塞进|支持|适合|适用|适配|兼容|匹配|专配|贴合|比着|放)$"
)
#: What follows it, after at most eight characters of its phrase: how it fits, or a part that belongs to it.
_AFTER = re.compile(
    r"[^\s，,。；;]{0,8}?(?:能用|可用|也能|都能|能套|能装|可装|可塞|刚好|正好|尺寸|取用|用的|专配|同尺寸|同规格)"
    r"|[^\s，,。；;]{0,8}(?:垫|托|撑|架|座|盒|套|扣|夹|绳|刷|膜|贴|勺|盖|塞|杆|钩|内胆)(?=[\s，,。；;（(]|$)"
)
_GENUINE = re.compile(r"原装|原厂|正品|官方")


def fitted(use: Use) -> str:
    """Where a listing of another brand says that it fits the goods of the name; "" where it does not, or claims no
    brand of its own."""
    facts = use.facts
    if not facts.brand:
        return ""
    names = use.profile.skeletons
    if any(name in skeleton(fold(facts.brand)) for name in names):
        return ""
    for name, value in facts.listing.claims.items():
        if _CLAIM.search(name[:40]) and any(sign in skeleton(fold(value[:200])) for sign in names):
            return f"{name[:20]}：{value[:40]}"
    match = use.match
    if match is None or match.field != "title" or match.way != SAME:
        return ""
    text, low, high = match.aligned.text, match.aligned.starts[match.start], match.aligned.ends[match.end - 1]
    before, after = _BEFORE.search(text[max(0, low - 4) : low]), _AFTER.match(text[high : high + 16])
    if after is not None and (
        _GENUINE.search(after.group()) or any(own in after.group() for own in use.profile.goods_words)
    ):
        after = None  # 佳能原装墨盒, 自然堂面膜: the thing itself
    if before is None and after is None:
        return ""
    return (before.group() if before else "") + text[low:high] + (after.group() if after else "")
