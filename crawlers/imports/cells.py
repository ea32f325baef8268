"""A platform's table: the headings that Chinese platforms use, and the cells of one row → the JSON of a listing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from crawlers.imports import values
from crawlers.imports.columns import Headings
from domain.errors import DecodeError

#: Field of a listing → the headings that platforms give it.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "platform": ("平台", "平台名称", "电商平台", "网站"),
    "ref": ("商品ID", "商品编号", "商品编码", "宝贝ID", "编号", "SKU", "SPU"),
    "url": ("商品链接", "链接", "网址", "商品网址", "商品地址", "宝贝链接", "详情链接"),
    "title": ("商品标题", "标题", "商品名称", "宝贝标题", "宝贝名称", "商品名"),
    "observed_at": ("采集时间", "抓取时间", "观察时间", "导出时间", "时间"),
    "description": ("描述", "商品描述", "商品详情", "详情", "简介"),
    "price": ("价格", "售价", "现价", "单价", "商品价格", "销售价", "券后价"),
    "currency": ("币种", "货币"),
    "sales": ("销量", "已售", "月销量", "月销", "累计销量", "总销量", "付款人数"),
    "seller.name": ("店铺", "店铺名称", "店铺名", "店名", "卖家", "卖家名称", "商家", "商家名称", "掌柜"),
    "seller.ref": ("店铺ID", "卖家ID", "商家ID", "店铺编号"),
    "seller.url": ("店铺链接", "店铺网址", "店铺地址"),
    "seller.company": ("公司", "公司名称", "企业名称", "经营主体", "主体名称", "营业执照名称"),
    "seller.uscc": ("统一社会信用代码", "信用代码", "社会信用代码"),
    "seller.location": ("店铺所在地", "所在地", "卖家所在地", "经营地址"),
    "seller.contacts": ("联系方式", "联系电话", "电话", "手机", "手机号", "微信", "微信号", "QQ", "邮箱"),
    "ships_from": ("发货地", "发货地址", "发货地点"),
    "category": ("类目", "分类", "商品类目", "商品分类", "品类"),
    "images": ("图片", "主图", "商品图片", "图片链接", "主图链接", "图片地址"),
}
#: What sellers assert of goods, under the headings that pages give it.
_CLAIMS = (
    *("品牌", "产地", "原产地", "生产厂家", "生产企业", "生产商", "制造商", "厂名", "厂址", "厂家联系方式", "等级"),
    *("生产许可证编号", "生产许可证", "条形码", "条码", "商品条形码", "规格", "型号", "货号", "净含量", "重量", "品种"),
    *("保质期", "生产日期", "配料表", "配料", "执行标准", "产品标准号", "批准文号", "材质", "地理标志"),
)
LISTING = Headings(
    fields=MappingProxyType(_FIELDS),
    required=("platform", "ref", "url", "title", "observed_at"),
    many=frozenset({"seller.contacts", "images"}),
    free="claims",
    names=_CLAIMS,
)
#: Headings that say what kind of contact a bare number is.
_CONTACT_KINDS = frozenset({"微信", "微信号", "QQ"})


def to_listing(cells: Mapping[str, str], placed: Mapping[str, str], given: Mapping[str, str]) -> bytes:
    """JSON of a listing; what is required may still be absent. ``placed``: column → field; ``given``: field → cell.

    Raises DecodeError that names the column.
    """
    built: dict[str, Any] = {"claims": {}, "seller": {}}
    for field, cell in given.items():
        _put(built, field, field, cell)
    for column, cell in cells.items():
        if column in placed:
            _put(built, placed[column], column, cell)
    return msgspec.json.encode(built)


def _put(built: dict[str, Any], field: str, column: str, cell: str) -> None:
    """Put one cell where its field is; keep it verbatim as a claim where the value is a reading of it."""
    part, _, name = field.rpartition(".")
    try:
        if part == "claims":
            built["claims"][name] = cell
        elif field == "seller.contacts":
            found = [f"{column} {contact}" if column in _CONTACT_KINDS else contact for contact in values.many(cell)]
            built["seller"].setdefault("contacts", []).extend(found)
        elif part == "seller":
            built["seller"][name] = cell
        elif field == "price":
            built["price"] = values.price(cell)
            if built["price"] != cell:
                built["claims"][column] = cell
            if any(sign in cell for sign in "元¥￥"):
                built.setdefault("currency", "CNY")
        elif field == "sales":
            built["sales"] = values.sales(cell)
            if str(built["sales"]) != cell:
                built["claims"][column] = cell
        elif field == "observed_at":
            built["observed_at"] = values.time(cell)
        elif field == "images":
            built.setdefault("images", []).extend(values.many(cell))
        else:
            built[field] = values.levels(cell) if field == "category" else cell
    except DecodeError as error:
        raise DecodeError(error.problem, field=column) from None
