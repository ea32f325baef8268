"""Which column of a platform's table is which field of a listing.

A heading is compared after NFKC, lower case and removal of spaces: ``商品 ID`` is ``商品id``.
``claims.名称`` makes any column a claim; the claims that Chinese product pages commonly show need no prefix.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from domain.errors import FileFormatError, UsageError
from domain.text import fold

#: Field of a listing → the headings that platforms give it. The field's own name is a heading too.
HEADINGS: Mapping[str, tuple[str, ...]] = {
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
CLAIMS = (
    *("品牌", "产地", "原产地", "生产厂家", "生产企业", "生产商", "制造商", "厂名", "厂址", "厂家联系方式"),
    *(
        "生产许可证编号",
        "生产许可证",
        "条形码",
        "条码",
        "商品条形码",
        "规格",
        "型号",
        "货号",
        "净含量",
        "重量",
        "保质期",
    ),
    *("保质期", "生产日期", "配料表", "配料", "执行标准", "产品标准号", "批准文号", "等级", "品种", "材质", "地理标志"),
)
#: A field that several columns may fill.
MANY = frozenset({"seller.contacts", "images"})


def _plain(heading: str) -> str:
    return "".join(fold(heading).split())


_FIELD_OF: Mapping[str, str] = {
    **{_plain(claim): f"claims.{claim}" for claim in CLAIMS},
    **{_plain(heading): field for field, headings in HEADINGS.items() for heading in (field, *headings)},
}


def resolve(
    columns: tuple[str, ...], *, path: Path, chosen: Mapping[str, str], given: frozenset[str]
) -> dict[str, str]:
    """Column → field. ``chosen`` wins over the known headings; a column chosen as "" is not read.

    ``given``: fields that have a value for every row already. Raises FileFormatError that names each column without
    a place, columns that fight over one, and what is expected; UsageError when ``chosen`` does not fit the file.
    """
    for column, wanted in chosen.items():
        if column not in columns:
            raise UsageError(f"列名对应中的“{column}”不在 {path.name} 里；它的列：{'、'.join(columns)}")
        if wanted and wanted not in HEADINGS and not _is_claim(wanted):
            raise UsageError(f"列名对应中的字段 {wanted} 不存在；可用：{'、'.join(HEADINGS)}、claims.名称")
    placed: dict[str, str] = {}
    problems = []
    for column in columns:
        field: str | None = chosen[column] if column in chosen else _field(column)
        if field is None:
            problems.append(f"有不认识的列：{column}")
        elif field and field in placed.values() and field not in MANY:
            first = next(name for name, known in placed.items() if known == field)
            problems.append(f"列“{first}”和“{column}”都是 {field}")
        elif field:
            placed[column] = field
    present = given.union(placed.values())
    problems += [
        f"缺少列：{field}（{'、'.join(HEADINGS[field][:3])}）"
        for field in ("platform", "ref", "url", "title", "observed_at")
        if field not in present
    ]
    if problems:
        expected = "、".join(f"{headings[0]}（{field}）" for field, headings in HEADINGS.items())
        raise FileFormatError(
            f"{path.name} {'；'.join(problems)}。可用的列：{expected}，属性列：{'、'.join(CLAIMS)}，或 claims.名称；"
            "也可以指定列名对应，或为缺少的列给一个统一的值"
        )
    return placed


def _is_claim(field: str) -> bool:
    return field.startswith("claims.") and field != "claims."


def _field(column: str) -> str | None:
    return column if _is_claim(column) else _FIELD_OF.get(_plain(column))
