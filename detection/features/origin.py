"""Where it comes from: claimed origin, dispatch and maker against the protected area of a GI."""

from __future__ import annotations

import re

from detection.facts import CLAIM, clean
from detection.features.offer import authorised
from detection.features.use import Feature, Reading, Use
from detection.names.companies import company_key
from detection.names.folding import fold
from detection.names.words import is_proper
from detection.places import towns
from detection.places.gazetteer import Place, Relation, confirmed, mentions, places, relation, title
from domain.records import GeographicalIndication

#: Kind and number of a standard, folded: gbt19266, qzxc0001.
_NUMBER = re.compile(r"(?:gb|ny|gh|qb|sb|db|q|t)[a-z]{0,6}\d{2,6}")
#: What is said right after a place where goods grow or are made.
_GROWN = re.compile(
    r"自家|自产|基地|[果橙茶梨桃枣橘蔬葡]园|茶山|茶区|产区|塘口|山地|农场|农户|种植|养殖|产的|所产|园自|园子|工厂|厂区|加工"
    r"|冷库|大棚|现[摘捞挖采炒发杀]|自[种养捕采]|直发|直采|直供|收[的购来]|进的|来的|拿货|货源|原料|本地|当地|这边|的[大小新鲜老]?[米茶果梨桃橙枣蟹瓜肉酒醋薯药菇]"
)
#: What is said of goods that come straight from where they grow.
_DIRECT = re.compile(
    r"现[摘捞挖采炒杀发割剥]|直[发采供销]|农家|农户|[茶果稻蟹渔蜂瓜菜枣药]农|自[产种养捕采家]|基地|塘口|[果茶橙梨桃枣葡]园|本湖|源头|原产地|产区|头茬|当天[采摘捞]"
)
#: What is said right before such a place: 茶园位于四川.
_GROWN_AT = re.compile(
    r"(?:[果橙茶梨桃枣橘蔬葡稻蒜][园田]|园子|基地|塘口|农场|种植|大棚|工厂|厂房|茶山|打包厂|加工厂|作坊|分拣中心)[都也就]?"
    r"(?:位于|坐落于?|地处|在|是|地址[:：]?)?$"
)
#: Kinds of places: what stands before one is its name and no county's.
_KINDS = frozenset("镇乡村街岛湖山河路岭沟畈")
_VALUE: dict[Relation, float] = {"inside": -1.0, "covers": -0.3, "outside": 1.0}


def _name(place: Place) -> str:
    return title(min(place))


def _applies(use: Use) -> bool:
    """Whether the listing uses a GI's name, or one that is taken for it, and the area is known."""
    return use.profile.is_gi and bool(use.profile.area) and (use.match is None or use.match.close)


def _against(use: Use, place: Place) -> Relation:
    return relation(place, use.profile.area)


def _field(use: Use, text: str) -> tuple[Relation, Place] | None:
    """How the place that one field names lies to the area. Villages are not in the gazetteer: a field that names the
    area, or the place in the GI's own name, lies inside, whatever else it seems to name."""
    named = places(text)
    found = {_against(use, place): place for place in reversed(named)}
    if "inside" in found:
        return "inside", found["inside"]
    own = use.profile.stem[0]
    if own and fold(own) in fold(text) and named:
        return "inside", named[0]
    if "covers" in found:
        return "covers", found["covers"]
    return ("outside", found["outside"]) if "outside" in found and _sure(text) else None


def _sure(text: str) -> bool:
    """Whether a place is named plainly: in full, as a province or prefecture, with a town of its own, or as the field's
    only words."""
    if confirmed(text):
        return True
    for mention in mentions(text):
        if mention.full or any(len(code) < 6 or code.startswith("~") for code in mention.place):
            return True
        if len(fold(text)) - (mention.end - mention.start) <= 1:
            return True
        name = text[mention.start : mention.end]
        if text[mention.end : mention.end + 1] in ("）", ")") or text[mention.end : mention.end + 2] in ("县）", "县)"):
            return True  # 庙湾（阜宁）
        rest = fold(text[mention.end :])
        if mention.start == 0 and len(mention.place) == 1 and 2 <= len(rest) <= 4 and rest[0] not in _KINDS:
            return True  # county and village: 封丘曹岗
        if mention.end == len(text.rstrip()) and len(mention.place) == 1 and is_proper(name):
            return True  # 五邑开平
    return False


def _fields(use: Use) -> list[tuple[str, Relation, Place]]:
    found = ((text, _field(use, text)) for text in use.facts.origins)
    return [(text, *near) for text, near in found if near is not None]


def claimed_origin(use: Use) -> Reading | None:
    """The claimed origin: 1 outside the protected area, -1 inside it, -0.3 around it.

    标称产地与保护范围的关系。 Example: 「安徽省六安市」 against 信阳.
    """
    if not _applies(use):
        return None
    named = _fields(use)
    for kind in ("outside", "inside", "covers"):
        for said, near, _ in named:
            if near == kind:
                told = {"outside": "不在保护范围内", "inside": "在保护范围内", "covers": "包含保护范围，不够具体"}[kind]
                return Reading(_VALUE[near], f"标称产地「{said[:60]}」{told}。", said[:60], _area(use))
    return None


def _area(use: Use) -> str:
    return "、".join(title(code) for code in sorted(use.profile.area)[:3])


def titled_origin(use: Use) -> Reading | None:
    """A place in the title beside the name: 1 outside the area, -0.5 inside (安徽 in «安徽产信阳毛尖»).

    标题中的其他地名与保护范围的关系。
    """
    match = use.match
    if not _applies(use):
        return None
    for mention in mentions(use.facts.title[:200], running=True):
        plain = mention.full or any(len(code) < 6 or code.startswith("~") for code in mention.place)
        below = use.facts.title[mention.end : mention.end + 5].strip()
        plain = plain or bool(towns.within(mention.place, below[:4]))  # 余杭径山
        if not plain and use.facts.title[mention.end : mention.end + 1] != "产":
            continue  # the short name of a county may be a village's
        if match is not None and match.field == "title":
            start, end = match.aligned.starts[match.start], match.aligned.ends[match.end - 1]
            if mention.start < end and start < mention.end:
                continue
        near = _against(use, mention.place)
        written = use.facts.title[mention.start : mention.end]
        if near == "outside":
            after = use.facts.title[mention.end : mention.end + 2]
            if after.startswith(
                ("发货", "仓", "包邮", "直发", "顺丰", "保税", "展", "专柜", "机场", "现货", "门店", "实体")
            ):
                continue  # where it is sent from, not where it grew
            return Reading(1.0, f"标题中的地名「{written}」不在保护范围内。", written, _area(use))
        if near == "inside":
            return Reading(-0.5, f"标题中的地名「{written}」在保护范围内。", written, _area(use))
    return None


def described_origin(use: Use) -> Reading | None:
    """A place that the description says the goods grow or are made in, outside the area: 1 (秭归自家橙园).

    描述中所说的种植、生产地不在保护范围内。
    """
    if not _applies(use):
        return None
    text = use.facts.description[:1000]
    for mention in mentions(text):
        after = re.split(r"[，,。；;！!？?\s]", text[mention.end : mention.end + 8])[0]
        grown = _GROWN.search(after)
        plain = mention.full or any(len(code) < 6 or code.startswith("~") for code in mention.place)
        if grown is not None and not plain and grown.start() > 2 and after[:1] in _KINDS:
            continue  # a village called like a county elsewhere: 太平畈王家大院自种
        at = _GROWN_AT.search(text[max(0, mention.start - 8) : mention.start])
        if (grown is not None or at is not None) and _against(use, mention.place) == "outside":
            written = text[mention.start : mention.end]
            return Reading(
                1.0, f"描述称产自「{written}」，不在保护范围内。", text[mention.start : mention.end + 8], _area(use)
            )
    return None


def dispatch(use: Use) -> Reading | None:
    """The place of dispatch: 1 outside the area, -1 inside, -0.3 around. Weak: goods are stored anywhere.

    发货地与保护范围的关系。
    """
    if not _applies(use) or not use.facts.dispatch_places:
        return None
    place = use.facts.dispatch_places[0]
    near = _against(use, place)
    told = {"outside": "不在保护范围内", "inside": "在保护范围内", "covers": "包含保护范围"}[near]
    return Reading(_VALUE[near], f"发货地「{_name(place)}」{told}。", _name(place), _area(use))


def sent_direct(use: Use) -> Reading | None:
    """Goods that are said to come straight from the grower (现捞, 农家直发) are sent from outside the area: 1.

    自称产地直发、现采现捞，发货地却不在保护范围内。
    """
    sent = use.of(dispatch)
    if sent is None or sent.value < 1:
        return None
    found = _DIRECT.search(f"{use.facts.title[:200]} {use.facts.description[:300]}")
    if found is None:
        return None
    told = f"自称「{found.group()}」，发货地「{sent.listing_value}」却不在保护范围内。"
    return Reading(1.0, told, sent.listing_value, _area(use))


def maker_place(use: Use) -> Reading | None:
    """The place in the claimed maker's name: 1 outside the area, -1 inside.

    标称生产者所在地与保护范围的关系。
    """
    if not _applies(use):
        return None
    return _seated(use, use.facts.maker, "标称生产者")


def shop_place(use: Use) -> Reading | None:
    """The place in the shop's company name: 1 outside the area, -1 inside. Weak: anyone may sell.

    店铺公司所在地与保护范围的关系。
    """
    return _seated(use, use.facts.listing.seller.company[:100], "店铺公司") if _applies(use) else None


def _seated(use: Use, named: str, who: str) -> Reading | None:
    found = places(named)
    near = _against(use, found[0]) if found else "covers"
    if near == "covers":
        return None
    if near == "outside" and not mentions(named) and use.profile.stem[0] and use.profile.stem[0] in named:
        return None  # known by a town of that name only: 道口镇
    told = "不在保护范围内" if near == "outside" else "在保护范围内"
    return Reading(_VALUE[near], f"{who}「{named[:60]}」所在地{told}。", named[:60], _area(use))


#: Claims whose places say nothing of where goods grow or are made.
_NO_ORIGIN = re.compile(
    r"发货|寄|仓|售后|退|门店|店铺|地址|品牌|标准|快递|物流|货号|型号|电话|经销|代理|进口|销售|适用|风味|口味|名称|系列"
)


def _claimed_elsewhere(use: Use) -> str:
    """A place outside the area in any other claim (灌装: 烟台, 受托生产: 漯河…), verbatim; "" for none."""
    for name, value in list(use.facts.listing.claims.items())[:60]:
        if _NO_ORIGIN.search(name[:40]) or not value:
            continue
        said = clean(value, CLAIM)
        near = _field(use, said) if mentions(said) else None
        if near is not None and near[0] == "outside":
            return said[:60]
    return ""


def contradiction(use: Use) -> Reading | None:
    """The listing contradicts itself: claimed origins that exclude each other, or a claim of the area beside a maker
    from elsewhere. 1.

    产地信息自相矛盾。
    """
    if not _applies(use):
        return None
    kinds = {near for _, near, _ in _fields(use)}
    if "outside" in kinds and "inside" in kinds:
        said = "、".join(use.facts.origins)[:60]
        return Reading(1.0, f"标称产地「{said}」自相矛盾。", said, _area(use))
    maker = use.of(maker_place)
    if "inside" in kinds and maker is not None and maker.value > 0 and use.facts.maker and _sure(use.facts.maker):
        return Reading(
            1.0, f"标称产地在保护范围内，生产者「{maker.listing_value}」却在外地。", maker.listing_value, _area(use)
        )
    elsewhere = _claimed_elsewhere(use)
    if "inside" in kinds and elsewhere:
        return Reading(1.0, f"标称产地在保护范围内，另一栏却填写「{elsewhere}」。", elsewhere, _area(use))
    described = use.of(described_origin)
    if "inside" in kinds and described is not None:
        return Reading(
            1.0, f"标称产地在保护范围内，描述却说「{described.listing_value}」。", described.listing_value, _area(use)
        )
    named = use.of(titled_origin)
    if kinds and kinds <= {"inside", "covers"} and named is not None and named.value > 0:
        return Reading(1.0, f"标题地名「{named.listing_value}」与标称产地矛盾。", named.listing_value, _area(use))
    if "outside" in kinds and named is not None and named.value < 0:
        said = "、".join(use.facts.origins)[:60]
        return Reading(1.0, f"标题地名「{named.listing_value}」与标称产地「{said}」矛盾。", said, named.listing_value)
    sent = use.facts.dispatch_places
    if "inside" in kinds and sent and not {c[:2] for c in sent[0]} & {c[:2] for c in use.profile.area}:
        where = _name(sent[0])  # goods are stored anywhere, but seldom so far away: less than a contradiction
        value = 0.5 if use.of(sent_direct) is None else 1.0
        return Reading(value, f"标称产地在保护范围内，发货地「{where}」却在外省。", where, _area(use))
    return None


def special_mark(use: Use) -> Reading | None:
    """The seller claims the special mark (专用标志) or the protection, and is not an authorised user: 1.

    未在授权使用人名单内却标称专用标志。
    """
    seen = use.facts.shown.special_mark
    if not use.profile.is_gi or not (use.facts.claims_special_mark or seen) or use.of(authorised) is not None:
        return None
    listed = bool(use.profile.right.authorised)
    told = "店铺不在授权使用人名单内" if listed else "登记簿未列出授权使用人，需核对"
    how = "图片中出现" if seen else "标称"
    return Reading(1.0 if listed else 0.5, f"{how}地理标志专用标志，但{told}。", "专用标志", region=seen)


def standard(use: Use) -> Reading | None:
    """The product standard that is claimed: 1 another one than the GI's, 0.6 one where the register knows none, -1 the
    GI's own.

    标注的执行标准与地理标志产品标准的关系。
    """
    right = use.profile.right
    if not isinstance(right, GeographicalIndication) or not _applies(use):
        return None
    claimed = _NUMBER.findall(fold(use.facts.standards))
    own = _NUMBER.findall(fold(right.standard))
    said = use.facts.standards[:40]
    if claimed and not own and not fold(said).startswith("db"):
        # a general standard, or another product's: nothing says that it is this one's
        return Reading(0.6, f"标注的执行标准「{said}」未见于登记簿，不能说明是该地理标志产品。", said)
    if not claimed or not own:
        return None
    if set(claimed) & set(own):
        return Reading(-1.0, f"标注的执行标准即地理标志产品标准 {right.standard}。", said, right.standard)
    told = f"标注的执行标准「{said}」不是该地理标志的产品标准 {right.standard}。"
    return Reading(1.0, told, said, right.standard)


def authorised_maker(use: Use) -> Reading | None:
    """Negative: the maker that is claimed is an authorised user, whoever sells.

    标称生产者在授权使用人名单内。
    """
    if not use.profile.is_gi:
        return None
    key = company_key(use.facts.maker)
    if len(key) >= 3 and key in use.profile.users:
        return Reading(1.0, f"标称生产者「{use.facts.maker[:60]}」在授权使用人名单内。", use.facts.maker[:60])
    return None


FEATURES: tuple[Feature, ...] = (
    claimed_origin,
    titled_origin,
    described_origin,
    dispatch,
    sent_direct,
    maker_place,
    shop_place,
    contradiction,
    special_mark,
    standard,
    authorised_maker,
)
