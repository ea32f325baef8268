"""What the seller says twice and differently: the goods of a mark against their own particulars."""

from __future__ import annotations

import re

from detection.facts import CLAIM, clean
from detection.features.use import Feature, Reading, Use
from detection.places.gazetteer import places

_ABROAD = (
    "美国|法国|日本|德国|意大利|英国|英伦|瑞士|瑞典|韩国|澳洲|澳大利亚|新西兰|荷兰|丹麦|挪威|芬兰|西班牙|葡萄牙|比利时|奥地利|加拿大|苏格兰|爱尔兰|俄罗斯|泰国|越南|欧洲"
    "|巴黎|伦敦|里昂|波尔多|东京|大阪|首尔|米兰|佛罗伦萨|纽约|香港"
)
#: That the goods were made or bought abroad. A brand's country alone says nothing: most are made elsewhere; nor does
#: where an engine, a cloth or a technique comes from.
_FROM_ABROAD = re.compile(
    rf"(?<!不是)(?<!非)(?<!没有)(?<!替代)(?<!媲美)(?:{_ABROAD})[^，,。；;\s]{{0,3}}?"
    r"(?:原装|原产|原瓶|进口(?!机芯|面料|芯片|牛皮|轴承|配件|原料|品质|技术)|制(?!造?[商式])造?|(?<!国)产(?![品线业])|直邮|带回|空运|采购|代购|专柜|免税|老佛爷|本土|买的|购入|背回)"
    r"|(?:原装|原瓶|纯|正品)进口(?!机芯|面料|芯片|牛皮|轴承|配件|原料)|(?:产自|购于|购自|买自|原产(?:地|国)?[:：]?)[^，,。；;\s]{0,2}"
    rf"(?:{_ABROAD})|老佛爷"
)
_ORIGIN = re.compile(r"产地|原产|产国|生产国")
_MAKER = re.compile(r"生产厂|厂名|生产商|制造商|生产企业|生产者|厂址|委托方")
_MATERIAL = re.compile(r"材质|面料|成分|主石|质地|材料|工艺|皮质")
_FILLING = re.compile(r"填充|充绒|填料")
#: What is praised, and what is a poorer thing instead.
_POORER: tuple[tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (where, re.compile(praised), re.compile(poorer))
    for where, praised, poorer in (
        (_MATERIAL, "(?<!仿)(?:真丝|桑蚕丝|蚕丝)", "聚酯|涤纶|化纤|仿真丝|冰丝|腈纶"),
        (_MATERIAL, "(?<!仿)(?:真皮|牛皮(?!纸)|羊皮(?!纸)|头层|鳄鱼皮|植鞣)", "PU|人造革|合成革|仿皮|超纤|PVC"),
        (
            _MATERIAL,
            r"(?<![0-9])(?:18|14|22|24|9)[Kk]金?|足金|真金(?!不)|(?<!粉色)黄金(?!比例|周|时|搭档)|铂金(?!包|会员)|(?<![0-9A-Za-z-])925(?!\d)|纯银|S925",
            "铜|合金|镀金|镀银|电镀|钛钢|不锈钢",
        ),
        (_MATERIAL, "(?<!仿)(?:羊绒|羊毛)", "腈纶|聚酯|涤纶|仿羊绒|化纤"),
        (_MATERIAL, "(?<!仿)(?:真钻|天然(?:宝石|翡翠|玉|钻))", "锆石|水钻|玻璃|合成|树脂"),
        (_FILLING, "羽绒|鹅绒|鸭绒", "棉|聚酯|涤纶|丝绵|仿绒"),
        (_MATERIAL, "纯棉|全棉|100%棉", "聚酯|涤纶|化纤|涤棉"),
        (_MATERIAL, "(?<!仿)(?:实木|红木|原木)(?!色|纹|风|皮)", "密度板|刨花板|颗粒板|纤维板"),
    )
)


def _claims(use: Use, pattern: re.Pattern[str]) -> str:
    found = (clean(value, CLAIM) for name, value in use.facts.listing.claims.items() if pattern.search(name[:40]))
    return " ".join(value for value in found if value.strip())[:CLAIM]


def _at_home(text: str) -> bool:
    """Whether a place in China is named, and no other country."""
    codes = [code for place in places(text) for code in place]
    if any(code.startswith("~") for code in codes):
        return False
    return bool(codes) or "中国" in text or re.search("(?<![韩泰])国产", text) is not None


def mismatched(use: Use) -> Reading | None:
    """Goods that the title has from abroad while their particulars name a Chinese place or maker, or that it has of
    silk while these have polyester: 1.

    标题所称与参数自相矛盾。 Example: «日本制 真空杯» beside 产地 浙江永康.
    """
    if use.profile.is_gi or not use.facts.listing.claims or (use.match is not None and not use.match.close):
        return None
    abroad = _FROM_ABROAD.search(use.facts.title)
    if abroad is not None:
        for named, pattern in (("产地", _ORIGIN), ("生产者", _MAKER)):
            said = _claims(use, pattern)
            if said and _at_home(said) and "香港" not in said:
                told = f"标题称「{abroad.group()}」，{named}栏却填写「{said[:40]}」。"
                return Reading(1.0, told, said[:40], abroad.group())
    for where, praised, poorer in _POORER:
        high = praised.search(use.facts.title)
        made_of = _claims(use, where) if high is not None else ""
        if high is not None and poorer.search(made_of) and not praised.search(made_of):
            told = f"标题称「{high.group()}」，参数栏却填写「{made_of[:40]}」。"
            return Reading(1.0, told, made_of[:40], high.group())
    return None


FEATURES: tuple[Feature, ...] = (mismatched,)
