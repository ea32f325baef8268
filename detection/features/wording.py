"""What the seller says of the goods: imitation, side doors, use with, used, imported; and what he says against it."""

from __future__ import annotations

import re

from detection.features.covered import goods
from detection.features.use import Feature, Reading, Use
from detection.names.folding import fold
from detection.names.words import commonness, is_proper
from detection.vocabulary import Word

#: Words that are places or trades' terms outside some goods: 莆田 is said of shoes and clothes, A货 of jade is praise.
_ONLY_WORN = {"莆田", "莆田货"}
#: How private sellers tell of wear: 用了两年, 洗过几次, 剩半瓶, «出 …» at the head.
_WORN = re.compile(
    r"[用穿洗背戴骑玩试][了过](?:[一二两三四五六七八九十几半数多\d]+[年月次回天个水]|不到)|只[用穿戴][了过]?[一二两三几\d]"
    r"|(?:^|\s)旧(?:\s|$)|剩[余下]?(?:大)?[一二三半\d]|^出\s|\s\d+出$|成新|尺码买[错大小]|鞋底磨|略?有点?(?:瑕疵|折痕|磨损|划痕|起球|泛黄)"
)
#: Codes and labels taken off, and papers that are not there: what a seller does who hides where goods come from.
_OFF = "刮磨抹擦撕剪挖涂"
_CODE = "(?:码|批号|标签|标|喷码|编号|防伪|日期)"
_OBLITERATED = re.compile(
    rf"(?:打磨|[{_OFF}])[掉去了除花]*[^，,。；;\s]{{0,2}}{_CODE}|{_CODE}[已被都全均]?(?:打磨|[{_OFF}])[掉去了]?"
    r"|(?:无|没有?|缺|不带|不含|不附|不提供|拒绝提供)(?:中文|防伪|药监|喷|追溯|溯源|条形?|串|授权|发|吊|外|彩|进网|入网|原装?|官方|正规)?"
    r"(?:码|发票|票据|外盒|彩盒|批号|说明书|授权书|质保|保修|售后|合格证|质检|检验|许可|标签|吊牌|来源)"
    r"|(?:说明书|发票|票据|防伪码?|吊牌|彩盒|外盒|包装盒|标签|授权书)(?:无|没有|缺失?|丢失?|自备|另购|另配|后补|可补)"
)
_CITED = re.compile(r"《[^》]{2,40}》")
_BOOK = re.compile(
    r"图书|书籍|杂志|期刊|小说|传记|自传|画册|连环画|绘本|教材|教辅|非虚构|纪实|电子书|电子档|专著|年鉴|词典|字典"
)
_GONE = tuple("无剪撕去没缺")
_JADE = {"a货", "aaa级", "aaa货", "3a货"}


def _stand(use: Use, kind: str) -> tuple[list[Word], list[Word]]:
    return use.facts.standing(kind)


def counterfeit(use: Use) -> Reading | None:
    """The seller calls the goods an imitation: 1 for one word, up to 2; a negation turns the word round.

    使用仿冒用语。 Example: 高仿, 复刻, 一比一, 莆田, A货; not 拒绝高仿, not 翡翠A货.
    """
    stand, _ = _stand(use, "fake")
    classes = {word.number for word in use.facts.title_goods} | use.facts.category_classes | use.profile.classes
    if any(word.kind == "jade" for word in use.facts.title_words):
        stand = [word for word in stand if word.word not in _JADE]
    if classes and not classes & {18, 25}:
        stand = [word for word in stand if word.word not in _ONLY_WORN]
    own = fold("".join(use.profile.names))
    stand = [word for word in stand if word.word not in own]
    if not stand or (_everyday(use) and _elsewhere(use)):
        return None
    found = "、".join(dict.fromkeys(word.word for word in stand[:3]))
    return Reading(min(2.0, 0.5 + 0.5 * len({w.word for w in stand})), f"商品文字中有仿冒用语：{found}。", found)


def _everyday(use: Use) -> bool:
    """Whether the stretch may be the everyday word and not the sign: 公牛, 小天鹅."""
    match = use.match
    if match is None or match.latin:
        return False
    claimed = fold(use.facts.brand)
    sign = fold(match.name.text)
    everyday = commonness(sign) > 0 and not is_proper(sign)
    return claimed != sign and (everyday or match.ordinary(use.profile.classes))


def _elsewhere(use: Use) -> bool:
    """Whether the goods are named, and are not the right's."""
    near = use.of(goods)
    return near is not None and near.value < 0


def disclaimed(use: Use) -> Reading | None:
    """Negative: imitation is named only to reject it (拒绝高仿, 高仿勿扰).

    仿冒用语出现在否定语境中。
    """
    stand, turned = _stand(use, "fake")
    if stand or not turned:
        return None
    return Reading(1.0, f"「{turned[0].word}」出现在否定语境中，不作为疑点。", turned[0].word)


def side_door(use: Use) -> Reading | None:
    """Goods that left the maker by a side door: 原单, 尾货, 剪标, 同厂. 0.5 for one word, up to 1.5.

    使用来路不明的货源用语。
    """
    stand, _ = _stand(use, "grey")
    written = [word.word for word in stand]
    if _everyday(use) and _elsewhere(use):
        return None
    # what comes from abroad has no Chinese label, what is used has lost its box
    text = f"{use.facts.title} {use.facts.description}"
    if use.of(imported) is not None or use.of(used) is not None:
        text, written = "", [word for word in written if word[0] not in "无没拆"]
    for gone in _OBLITERATED.finditer(text):
        if not any(word in gone.group() or gone.group() in word for word in written):
            written.append(gone.group().strip())
    if not written:
        return None
    found = "、".join(dict.fromkeys(written[:3]))
    return Reading(min(1.5, 0.5 * len(set(written))), f"商品文字中有货源可疑用语：{found}。", found)


def compatible(use: Use) -> Reading | None:
    """Negative: the name only says what the goods fit (适用于华为, 苹果手机壳): 1 for a word of fitting or an
    accessory, 2 for both. Not when the seller claims the name as the brand.

    为说明用途、适配对象而使用名称（指示性使用）。
    """
    facts = use.facts
    fits = [word for word in facts.title_words if word.kind == "compatible" and word.word != "专用配件"]
    part = [word for word in facts.title_words if word.kind == "accessory"]
    own = fold(" ".join(use.profile.goods_words))
    part = [word for word in part if word.word not in own and facts.folded[word.start - 1 : word.start] not in _GONE]
    if not fits and not part:
        return None
    value = bool(fits) + bool(part)
    found = "、".join(word.word for word in (fits + part)[:3])
    if facts.brand and use.match is not None and fold(facts.brand) == fold(use.match.name.text):
        return Reading(value * 0.4, f"标题含「{found}」，但品牌栏填写了该名称。", found)
    return Reading(float(value), f"标题含「{found}」，名称可能只用于说明适配对象。", found)


def service(use: Use) -> Reading | None:
    """Negative: a service for goods of the name (维修, 回收).

    提供的是服务而非该商品。
    """
    found = [word for word in use.facts.title_words if word.kind == "service"]
    return Reading(1.0, f"标题含「{found[0].word}」，提供的可能是服务。", found[0].word) if found else None


def published(use: Use) -> Reading | None:
    """Negative: a book, magazine or course that names the sign: it stands in 《》, or such goods are offered.

    提供的是图书、资料，名称只是其内容。
    """
    match = use.match
    if match is None or 16 in use.profile.classes:
        return None
    for title in _CITED.finditer(use.facts.title):
        if (
            match.field != "title"
            or match.aligned.starts[match.start] in range(*title.span())
            or _BOOK.search(use.facts.title)
        ):
            return Reading(1.0, f"「{title.group()[:30]}」是书刊名称。", title.group()[:30])
    found = _BOOK.search(use.facts.title) or _BOOK.search(" ".join(use.facts.listing.category))
    return Reading(1.0, f"标题或类目含「{found.group()}」，提供的是图书、资料。", found.group()) if found else None


def used(use: Use) -> Reading | None:
    """Negative: second-hand goods (二手, 闲置, 99新): the holder's right is exhausted in genuine ones.

    二手、闲置转让。
    """
    found, _ = _stand(use, "used")
    worn = _WORN.search(use.facts.title)
    written = found[0].word if found else worn.group().strip() if worn else ""
    return Reading(1.0, f"商品文字含「{written}」，可能是二手转让。", written) if written else None


def imported(use: Use) -> Reading | None:
    """Negative: genuine goods bought abroad (代购, 保税, 港版).

    平行进口、代购。
    """
    found, _ = _stand(use, "parallel")
    return Reading(1.0, f"商品文字含「{found[0].word}」，可能是平行进口。", found[0].word) if found else None


def evoked(use: Use) -> Reading | None:
    """The name is borrowed for the manner of the goods (龙井风味, 阳澄湖同款, 仿…): the word stands at the name.

    以“风味、型、同款”等借用名称。
    """
    match = use.match
    if match is None or match.field not in ("title", "description", "picture"):
        return None
    skeleton = match.aligned.skeleton
    after, before = skeleton[match.end : match.end + 4], skeleton[max(0, match.start - 3) : match.start]
    strong = (
        "风味",
        "同款",
        "类似",
        "平替",
        "同工艺",
        "仿制",
        "同级",
        "同品种",
        "口味",
        "工艺",
        "风格",
        "技法",
        "做法",
        "同源",
        "品质",
        "味道",
        "级别",
    )
    for word in strong:
        place = after[: len(word) + 2].find(word)
        if place >= 0 and not (word == "同款" and place and after[place - 1] in "女侣子星生童红"):
            return Reading(1.0, f"以「{match.verbatim}{word}」的说法借用名称。", match.verbatim + word, match.name.text)
    if after[:1] in ("型", "式", "类", "味", "仿") and after[:2] not in ("型号", "味道", "类型"):
        return Reading(
            0.8, f"以「{match.verbatim}{after[:1]}」的说法借用名称。", match.verbatim + after[:1], match.name.text
        )
    near = before.endswith(("仿", "类", "类似", "平替", "媲美", "堪比", "不输", "胜似", "赛过"))
    if near and (use.profile.is_gi or not before.endswith(("媲美", "堪比", "不输", "胜似", "赛过"))):
        return Reading(
            0.8, f"以「{before[-1]}{match.verbatim}」的说法借用名称。", before + match.verbatim, match.name.text
        )
    return None


def compared(use: Use) -> Reading | None:
    """Negative: the name is mentioned to compare or to deny (比…, 不是…, 非…).

    名称用于比较或否定。
    """
    match = use.match
    if match is None:
        return None
    skeleton = match.aligned.skeleton
    before = skeleton[max(0, match.start - 4) : match.start]
    denied = ("不是", "非", "并非", "不同于", "区别于", "有别于")
    # to liken goods to a GI is to borrow its name; to liken them to a mark is fair
    likened = () if use.profile.is_gi else ("媲美", "堪比", "不输", "不亚于", "胜过", "秒杀", "比", "对标", "超越")
    for word in (*denied, *likened):
        if before.endswith(word) or (len(word) > 1 and word in before):
            return Reading(1.0, f"名称前有「{word}」，用于比较或否定。", word, match.name.text)
    return None


def derived(use: Use) -> Reading | None:
    """Negative, GI: seed, dish, vessel or book of the thing, not the thing (龙井茶具, 毛尖茶苗).

    提供的是衍生或相关商品，而非地理标志产品本身。
    """
    if not use.profile.is_gi:
        return None
    own = fold(use.profile.right.sign) + " ".join(use.profile.goods_words)
    tails = tuple(word[-1] for word in (*use.profile.goods_words, use.profile.right.sign) if word)
    vessels = 21 in use.profile.classes  # for a GI of pottery a pot is the thing itself
    found = [
        w
        for w in use.facts.title_words
        if w.kind == "derived"
        and w.word not in own
        and not w.word.endswith(tails)
        and not (vessels and w.word[0] in "茶紫")
    ]
    return Reading(1.0, f"标题含「{found[0].word}」，可能不是该产品本身。", found[0].word) if found else None


def praised(use: Use) -> Reading | None:
    """Claims of being genuine (正品, 保真, 正宗): 1. Weak either way; the model learns which.

    自称正品、正宗。
    """
    found = [word for word in use.facts.title_words if word.kind == "genuine"]
    return Reading(1.0, f"标题自称「{found[0].word}」。", found[0].word) if found else None


FEATURES: tuple[Feature, ...] = (
    counterfeit,
    disclaimed,
    side_door,
    compatible,
    service,
    published,
    used,
    imported,
    evoked,
    compared,
    derived,
    praised,
)
