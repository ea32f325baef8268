"""What the seller says of the goods: imitation, side doors, use with, used, imported; and what he says against it."""

from __future__ import annotations

import re

from detection.facts import CLAIM, clean
from detection.features.covered import goods
from detection.features.fitting import fitted
from detection.features.incidental import far, incidental, weak
from detection.features.phrases import (
    BOOK,
    BORROWED,
    BORROWING,
    CITED,
    COPIED,
    GRADE,
    LIKE,
    MANNERS,
    OBLITERATED,
    PLAINEST,
    REISSUED,
    TRACELESS,
    WORN,
    divided,
    doubted,
)
from detection.features.use import Feature, Reading, Use
from detection.names.folding import fold
from detection.names.words import commonness
from detection.vocabulary import Word, kinds_of

#: Words that are places or trades' terms outside some goods: 莆田 is said of shoes and clothes, A货 of jade is praise.
_ONLY_WORN = {"莆田", "莆田货"}
_JADE = {"a货", "aaa级", "aaa货", "3a货"}
#: Seed that was sown elsewhere is not what is sold: its fruit is.
_SEED = re.compile(r"苗|种")
_GROWN = re.compile(r"栽培|嫁接|引种|移栽|种源|自家田种|田里种|种出|种苗种|苗种")


def _of_trade(use: Use, kind: str) -> list[Word]:
    """Words of a kind, and of its kind for the right's trade, that stand."""
    return [word for one in kinds_of(kind, use.profile.classes) for word in use.facts.standing(one)[0]]


def counterfeit(use: Use) -> Reading | None:
    """The seller calls the goods an imitation: 1 for one word, up to 2, and 1 more when one of them leaves nothing
    open and nothing in its phrase doubts it; a negation turns the word round.

    使用仿冒用语。 Example: 高仿, 复刻, 一比一, 莆田, A货; not 拒绝高仿, not 翡翠A货.
    """
    if COPIED not in use.facts.turns_at_most and use.facts.sorts_at_most.isdisjoint(("fake", "copy")):
        return None  # as most often
    named = {word.word: word for word in (*use.facts.standing("fake")[0], *_of_trade(use, "copy"))}
    stand = [word for said, word in named.items() if not _only_warned(use, fold(said))]
    if stand:
        classes = {word.number for word in use.facts.title_goods} | use.facts.category_classes | use.profile.classes
        if use.facts.titled("jade"):
            stand = [word for word in stand if word.word not in _JADE]
        if classes and not classes & {18, 25}:
            stand = [word for word in stand if word.word not in _ONLY_WORN]
        if REISSUED.search(use.facts.plain):
            stand = [word for word in stand if "复刻" not in word.word]
        own = fold("".join(use.profile.names))
        stand = [word for word in stand if word.word not in own]
    told = list(dict.fromkeys(word.word for word in stand))
    worn = bool(use.profile.classes & {14, 18, 25})
    for said in use.facts.finds(COPIED):
        if (worn or not GRADE.fullmatch(said)) and not any(fold(word) in fold(said) for word in told):
            told.append(said)
    if not told or (_everyday(use) and _elsewhere(use)):
        return None
    found = "、".join(told[:3])
    plain = any(fold(word) in PLAINEST and not doubted(use.facts.plain, fold(word)) for word in told)
    return Reading(min(2.0, 0.5 + 0.5 * len(told)) + plain, f"商品文字中有仿冒用语：{found}。", found)


def _only_warned(use: Use, word: str) -> bool:
    """Whether a word stands in no phrase but those that warn of it (回收瓶灌装的酒喝坏身体)."""
    _, plain, warned = divided(use.facts.plain)
    return word in warned and word not in plain


def _everyday(use: Use) -> bool:
    """Whether the stretch may be the everyday word and not the sign: 公牛, 小天鹅."""
    match = use.match
    if match is None or match.latin:
        return False
    claimed = fold(use.facts.brand)
    sign = fold(match.name.text)
    everyday = commonness(sign) > 0 or len(sign) == 2  # a name too: 英雄, 九阳
    return claimed != sign and (everyday or match.ordinary(use.profile.classes))


def _elsewhere(use: Use) -> bool:
    """Whether the goods are named, and are not the right's."""
    near = use.of(goods)
    return near is not None and near.value < 0


def disclaimed(use: Use) -> Reading | None:
    """Negative: imitation is named only to reject it (拒绝高仿, 高仿勿扰).

    仿冒用语出现在否定语境中。
    """
    stand, turned = use.facts.standing("fake")
    if stand or not turned:
        return None
    return Reading(1.0, f"「{turned[0].word}」出现在否定语境中，不作为疑点。", turned[0].word)


def side_door(use: Use) -> Reading | None:
    """Goods that left the maker by a side door: 原单, 尾货, 剪标, 同厂. 0.5 for one word, up to 1.5.

    使用来路不明的货源用语。
    """
    if OBLITERATED not in use.facts.turns_at_most and "grey" not in use.facts.sorts_at_most:
        return None  # as most often
    stand, turned = use.facts.standing("grey")
    written = [word.word for word in stand]
    # what comes from abroad has no Chinese label, what is used has lost its box
    off = [gone for gone in use.facts.finds(OBLITERATED) if not any(word.word in gone for word in turned)]
    if not (written or off) or (_everyday(use) and _elsewhere(use)):
        return None
    if use.of(imported) is not None or use.of(used) is not None:
        off = [gone for gone in off if any(sign in gone for sign in "刮磨抹擦涂")]
        written = [word for word in written if word[0] not in "无没拆不"]
    for gone in off:
        if not any(word in gone or gone in word for word in written):
            written.append(gone)
    if not written:
        return None
    found = "、".join(dict.fromkeys(written[:3]))
    return Reading(min(1.5, 0.5 * len(set(written))), f"商品文字中有货源可疑用语：{found}。", found)


def hinted(use: Use) -> Reading | None:
    """Words of a murky source that honest sellers also use at times: 1 for one, up to 3.

    使用含糊的货源用语，单独不足为据。
    """
    if TRACELESS not in use.facts.turns_at_most and "hint" not in use.facts.sorts_at_most:
        return None  # as most often
    named = dict.fromkeys((*(word.word for word in _of_trade(use, "hint")), *use.facts.finds(TRACELESS)))
    if not named or (_everyday(use) and _elsewhere(use)):
        return None
    if use.of(imported) is not None or use.of(used) is not None:
        return None
    told = [word for word in named if not _only_warned(use, fold(word))]
    if not told:
        return None
    found = "、".join(told[:3])
    return Reading(float(min(3, len(told))), f"商品文字中有含糊的货源用语：{found}。", found)


def compatible(use: Use) -> Reading | None:
    """Negative: the name only says what the goods fit (适用于华为, 苹果手机壳): 1 for a word of fitting or an
    accessory, 2 for both. Not when the seller claims the name as the brand.

    为说明用途、适配对象而使用名称（指示性使用）。
    """
    facts = use.facts
    fits = [word for word in facts.titled("compatible") if word.word != "专用配件"]
    fits = [word for word in fits if not weak(use, word)]
    own = use.profile.goods_words
    part = [
        word
        for word in facts.titled("accessory")
        if not any(word.word in goods for goods in own) and not incidental(facts.folded, word)
    ]
    own_brand = fitted(use)
    if own_brand:
        return Reading(2.0, f"另有品牌，并写明「{own_brand}」，名称只用于说明适配对象。", own_brand)
    if not fits and not part:
        return None
    value = bool(fits) + bool(part)
    found = "、".join(word.word for word in (fits + part)[:3])
    if use.branded:
        return Reading(value * 0.4, f"标题含「{found}」，但品牌栏填写了该名称。", found)
    return Reading(float(value), f"标题含「{found}」，名称可能只用于说明适配对象。", found)


def service(use: Use) -> Reading | None:
    """Negative: a service for goods of the name (维修, 回收).

    提供的是服务而非该商品。
    """
    title = use.facts.folded
    found = [
        word
        for word in use.facts.titled("service")
        if not incidental(title, word)
        and not title[: word.start].endswith(("不用", "不必", "无需", "无须", "免"))  # 不用换电池
    ]
    return Reading(1.0, f"标题含「{found[0].word}」，提供的可能是服务。", found[0].word) if found else None


def published(use: Use) -> Reading | None:
    """Negative: a book, magazine or course that names the sign: it stands in 《》, or such goods are offered.

    提供的是图书、资料，名称只是其内容。
    """
    match, written = use.match, use.facts.title
    if match is None or 16 in use.profile.classes:
        return None
    for title in CITED.finditer(written) if "《" in written else ():
        if match.field != "title" or match.aligned.starts[match.start] in range(*title.span()) or BOOK.search(written):
            return Reading(1.0, f"「{title.group()[:30]}」是书刊名称。", title.group()[:30])
    for word in use.facts.titled("published"):
        if not incidental(use.facts.folded, word):
            return Reading(1.0, f"标题含「{word.word}」，提供的是图书、资料。", word.word)
    found = BOOK.search(written) or BOOK.search(clean(" ".join(use.facts.listing.category), CLAIM))
    return Reading(1.0, f"标题或类目含「{found.group()}」，提供的是图书、资料。", found.group()) if found else None


def used(use: Use) -> Reading | None:
    """Negative: second-hand goods (二手, 闲置, 99新): the holder's right is exhausted in genuine ones.

    二手、闲置转让。
    """
    found, _ = use.facts.standing("used")
    worn = WORN.search(use.facts.title)
    written = found[0].word if found else worn.group().strip() if worn else ""
    return Reading(1.0, f"商品文字含「{written}」，可能是二手转让。", written) if written else None


def imported(use: Use) -> Reading | None:
    """Negative: genuine goods bought abroad (代购, 保税, 港版).

    平行进口、代购。
    """
    found, _ = use.facts.standing("parallel")
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
    for word in BORROWING if not BORROWED.isdisjoint(after) else ():
        place = after[: len(word) + 2].find(word)
        if place >= 0 and not (word == "同款" and place and after[place - 1] in "女侣子星生童红"):
            return Reading(1.0, f"以「{match.verbatim}{word}」的说法借用名称。", match.verbatim + word, match.name.text)
    if after[:1] in MANNERS and after[:2] not in ("型号", "味道", "类型"):
        said = match.verbatim + after[:1]
        return Reading(0.8, f"以「{said}」的说法借用名称。", said, match.name.text)
    if before.endswith(LIKE) and (use.profile.is_gi or not before.endswith(("媲美", "堪比", "不输", "胜似", "赛过"))):
        word = next(one for one in LIKE if before.endswith(one))
        return Reading(0.8, f"以「{word}{match.verbatim}」的说法借用名称。", word + match.verbatim, match.name.text)
    return None


_DIFFERENT = re.compile("不同|有别|不一样|有区别|两回事")
_AGAINST = re.compile("相比|对比|pk|vs|二选一|还是|和.{1,6}哪个")
_DENIED = ("不是", "非", "并非", "不同于", "区别于", "有别于", "不属于", "不能叫", "不冒充", "不叫", "不算")
_LIKENED = ("媲美", "堪比", "不输", "不亚于", "胜过", "秒杀", "比", "对标", "超越")
_WITH, _THAN = ("与", "和", "跟", "同"), ("相比", "比起", "相较", "vs", "pk")
#: Without any of these before the name, and none of the turns against it behind, nothing is compared.
_COMPARING = frozenset("".join((*_DENIED, *_LIKENED, *_WITH, *_THAN)))


def compared(use: Use) -> Reading | None:
    """Negative: the name is mentioned to compare or to deny (比…, 不是…, 非…).

    名称用于比较或否定。
    """
    match = use.match
    if match is None:
        return None
    skeleton = match.aligned.skeleton
    before, after = skeleton[max(0, match.start - 4) : match.start], skeleton[match.end : match.end + 8]
    against = _AGAINST.match(after) is not None
    if not against and _COMPARING.isdisjoint(before):
        return None  # as most often
    if before.endswith(_WITH) and _DIFFERENT.search(after):
        return Reading(1.0, f"称与「{match.verbatim}」不同，用于比较。", match.verbatim, match.name.text)
    if against or before.endswith(_THAN):
        return Reading(1.0, f"名称「{match.verbatim}」用于比较。", match.verbatim, match.name.text)
    # to liken goods to a GI is to borrow its name; to liken them to a mark is fair
    for word in _DENIED if use.profile.is_gi else _DENIED + _LIKENED:
        if before.endswith(word) or (len(word) > 1 and word in before):
            return Reading(1.0, f"名称前有「{word}」，用于比较或否定。", word, match.name.text)
    return None


#: A tin or box is sold empty; else it is what the thing is packed in.
_EMPTY = re.compile(r"空[罐盒桶铁]|[罐盒桶](?:空|定制|定做|批发|厂家|印|子批)|包装[罐盒桶]|储[物存]|收纳|存茶|装茶")
#: How the names of crafts end.
_CRAFTS = tuple("瓷陶砂砚扇雕绣锦绸纸剪漆石玉剑琴毯编")
#: What a GI of pottery, lacquer or carving is sold as.
_ORNAMENTS = {"国画", "书法", "油画", "摆件", "挂画", "徽章", "香薰", "抱枕"}


def derived(use: Use) -> Reading | None:
    """Negative, GI: seed, dish, vessel or book of the thing, not the thing (龙井茶具, 毛尖茶苗).

    提供的是衍生或相关商品，而非地理标志产品本身。
    """
    if not use.profile.is_gi:
        return None
    own = fold(use.profile.right.sign) + " ".join(use.profile.goods_words)
    tails = tuple(word[-1] for word in (*use.profile.goods_words, use.profile.right.sign) if word)
    # for a GI of pottery or another craft a pot or an ornament is the thing itself
    vessels = 21 in use.profile.classes or fold(use.profile.right.sign).endswith(_CRAFTS)
    grown = _GROWN.search(use.facts.title) is not None
    found = [
        w
        for w in use.facts.titled("derived")
        if not (grown and _SEED.search(w.word))
        and w.word not in own
        and not w.word.endswith(tails)
        and not incidental(use.facts.folded, w)
        and not far(use, w)
        and not (vessels and (w.word[0] in "茶紫" or w.word[-1] in "盏碗杯壶罐具盘瓶" or w.word in _ORNAMENTS))
        and not (w.word[-1] in "罐盒桶" and not _EMPTY.search(use.facts.title))
    ]
    return Reading(1.0, f"标题含「{found[0].word}」，可能不是该产品本身。", found[0].word) if found else None


def praised(use: Use) -> Reading | None:
    """Claims of being genuine (正品, 保真, 正宗): 1. Weak either way; the model learns which.

    自称正品、正宗。
    """
    found = use.facts.titled("genuine")
    return Reading(1.0, f"标题自称「{found[0].word}」。", found[0].word) if found else None


FEATURES: tuple[Feature, ...] = (
    counterfeit,
    disclaimed,
    side_door,
    hinted,
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
