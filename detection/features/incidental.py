"""Words of parts, services and by-products that do not name what is sold: given along, absent, or far from the name.

The head of a title decides what is offered; sellers also write what comes with it (送茶漏, 带盒说明书), what it lacks
(不打蜡, 剪标签) and whom it suits (修理厂). Such words excuse nothing.
"""

from __future__ import annotations

import re

from detection.features.use import Use
from detection.vocabulary import Word

#: Right before the word, a few characters off at most: it comes along.
_GIVEN = re.compile(
    r"(?:送(?!礼|人|长|父|母|爸|妈|女|男|老|领|朋|客|爱)|[赠附含]|随货|自带|(?<![子式拉绑腰皮鞋纽磁胶织海热地音录背肩系领飘丝缎])带|(?<![适匹装替搭高低标选改分])配(?![件套用色]))"
    r"[^送赠附]{0,3}$"
)
#: Right before the word: it is missing, was taken off, or is only what so much is packed in (10kg编织袋).
_WITHOUT = re.compile(r"(?:\d(?:g|kg|克|千克|斤|公斤|ml|l|升)|[无没不未免缺剪撕去拆非]|没有)$")
#: Right after the word: it is there as well, or the word names a buyer or a trade.
_BESIDE = (
    "另算",
    "另购",
    "另配",
    "另收",
    "撕",
    "刮",
    "现场",
    "同款",
    "全套",
    "齐",
    "都有",
    "都在",
    "小票",
    "俱全",
    "完好",
    "厂",
    "店",
    "工",
    "师傅",
)
#: Words of fitting that also say other things (可放柜台比, 男女可用): they excuse only beside the name.
_WEAK = {
    "可放", "可装", "能放", "能装", "可用", "可与", "可搭", "可代", "搭配", "拼接", "收纳", "配套", "适合", "适合于",
    "适应", "合用", "机型", "车型", "支持型号", "用于",

}  # fmt: skip
_NEAR = 6
#: Weight, number or grade of goods: what is told of the thing itself.
_MEASURED = re.compile(
    r"\d+(?:\.\d+)?\s*(?:g|kg|ml|l|克|千克|公斤|斤|两|袋|箱|罐|盒|枚|只|个|条|瓶|包|件|片|颗|头|号)"
    r"|[特一二]级|整箱|散装|现[摘挖捞采]",
    re.IGNORECASE,
)


def incidental(folded: str, word: Word) -> bool:
    """Whether a word in a folded text comes with the goods, is missing from them, or names who uses them.

    >>> from detection.vocabulary import words
    >>> [incidental("送茶漏未抛光", word) for word in words("送茶漏未抛光") if word.kind == "derived"]
    [True]
    """
    before, after = folded[max(0, word.start - 6) : word.start], folded[word.end : word.end + 4]
    if word.kind == "service" and before.endswith(("自", "自动", "智能", "一键", "易", "免", "好", "可", "水")):
        return True  # 自清洗: what the thing does
    return bool(_GIVEN.search(before) or _WITHOUT.search(before)) or after.startswith(_BESIDE)


def given(folded: str, name: str) -> bool:
    """Whether goods are named only as what comes along: 带盒说明书.

    >>> given("手表带盒说明书", "说明书"), given("手表", "手表")
    (True, False)
    """
    place = folded.find(name)
    if place < 0 or not name:
        return False
    while place >= 0:
        if not _GIVEN.search(folded[max(0, place - 6) : place]):
            return False
        place = folded.find(name, place + len(name))
    return True


def gap(use: Use, word: Word) -> int:
    """Characters between the name in the title and the word: negative when the word stands first, 0 without a name."""
    match = use.match
    if match is None or match.field != "title":
        return 0
    return word.start - match.end if word.start >= match.end else word.end - match.start


def weak(use: Use, word: Word) -> bool:
    """Whether a word of fitting says it of something else than the name."""
    return word.word in _WEAK and abs(gap(use, word)) > _NEAR


def far(use: Use, word: Word) -> bool:
    """Whether a by-product is named far behind the name in a title that measures the thing: 香菇 500g … 煲汤料."""
    return gap(use, word) > _NEAR and _MEASURED.search(use.facts.title) is not None
