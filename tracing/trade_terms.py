"""What tells a wholesale listing from a retail one, and a maker from a trader, on the page and in a name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, TypeAlias

from domain.records import Listing
from tracing import names

Role: TypeAlias = Literal["生产者", "疑似生产者", "批发商", "经营者"]

#: Hosts of Chinese wholesale marketplaces (public knowledge).
_WHOLESALE_HOSTS = re.compile(
    r"(?:^|[./])(?:1688|hc360|yiwugo|made-in-china|cn\.made-in-china|17zwd|bao66|vvic|k3|chinagoods|zhaoshang|jiuyuan)\."
    r"|pifa|wholesale|b2b"
)
_WHOLESALE_TERMS = re.compile(
    r"起批|起订|最小订购|最低订购|批发价|混批|件起|一件代发|代发|拿货|采购价"
    r"|moq|min(?:imum)?[ _-]?order|eligiblequantity|quantity_begin|供货总量|招代理",
    re.IGNORECASE,
)
_WHOLESALE_TITLE = re.compile(
    r"批发|厂家直批|一件代发|源头工厂|厂家货源|招代理"
    r"|现货批"
)
#: From this share of its listings on, a platform is taken for a wholesale platform.
WHOLESALE_SHARE = 0.4

_MAKES = re.compile(
    r"厂|制造|加工|酿造|酿酒|(?<!包装)制品|制药|合作社|农场|茶场|牧场|渔场|林场|种植|养殖|窑|作坊|酒坊|印刷|纺织(?!品)"
    r"|铸造|屠宰|炒制"
)
_TRADES = re.compile(
    r"贸易|商贸|批发|供应链|电子商务|网络|经营部|商行|商店|超市|销售|进出口"
    r"|配送|物流|门市|商城|经销|营销|信息技术|供销|仓储|百货|电商|便利店"
)
_MAY_MAKE = re.compile(
    r"食品|实业|茶业|酒业|药业|乳业|粮油|米业|面业|鞋业|服饰|服装|日化|化妆品|生物|电器|电子|工业|肥业|农资|种业"
    r"|皮具|工艺|包装|纺织|农业|五金|化工|陶瓷|塑料|橡塑|箱包|玩具|家具|乳品|饮料|饮品|生态"
)
#: A name that ends so is a maker's, whatever stands before (商贸加工厂).
_MAKER_ENDS = re.compile(r"(?:厂|合作社|农场|茶场|牧场|渔场|林场|作坊|酒坊)(?:\([^()]*\))?$")
_WHOLESALE_SHOP = re.compile(r"批发|代发|货源|厂家直供|工厂直供|源头工厂|供货|直批|供应链")


def is_wholesale_host(url: str) -> bool:
    """The listing's address is on a known wholesale marketplace, or says so itself."""
    return bool(_WHOLESALE_HOSTS.search(url.split("//", 1)[-1].split("/", 1)[0].lower()))


def has_wholesale_terms(listing: Listing) -> bool:
    """The page offers by quantity: a minimum order, a price by lot, drop shipping for other shops."""
    if any(_WHOLESALE_TERMS.search(f"{name}={value[:80]}") for name, value in listing.claims.items()):
        return True
    return bool(_WHOLESALE_TITLE.search(listing.title) or _WHOLESALE_TERMS.search(listing.description[:2000]))


def is_wholesale_shop(name: str) -> bool:
    """The shop's own name offers goods to other shops."""
    return bool(_WHOLESALE_SHOP.search(name))


def names_a_trader(company_name: str) -> bool:
    """The name itself says trade (商贸, 经营部) and not making."""
    name = names.exact(company_name)
    return bool(_TRADES.search(name)) and not _MAKER_ENDS.search(name)


def role_of_names(company_names: Iterable[str], *, wholesale: bool) -> Role:
    """What a party does, from its registered names and whether it sells wholesale.

    A name with 厂, 制造, 合作社 … makes; one with 贸易, 经营部 … trades, and wins where both stand (制品经营部); one
    with 食品, 实业 … may do either.
    """
    folded = [names.exact(name) for name in company_names]
    if any(_MAKER_ENDS.search(name) for name in folded):
        return "生产者"
    if any(_TRADES.search(name) for name in folded):
        return "批发商" if wholesale else "经营者"
    if any(_MAKES.search(name) for name in folded):
        return "生产者"
    if any(_MAY_MAKE.search(name) for name in folded):
        return "疑似生产者"
    return "批发商" if wholesale else "经营者"
