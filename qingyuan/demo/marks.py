"""Made-up trademarks and how crooked sellers write them. Any likeness to a real mark is chance.

The disguises were written by hand, mark by mark, as sellers would: there is no table of characters behind them.
"""

from __future__ import annotations

from typing import Literal, cast

from qingyuan.demo.tables import table
from qingyuan.demo.values import Mark

#: Things that carry a common word without meaning the mark: ware, and what the title says.
_EVERYDAY = {
    "远山": ("挂画|水墨{word}近水", "挂画|新中式{word}流水 沙发背景墙", "雨伞|{word}如黛 国风手绘"),
    "半夏": (
        "中药材|清{word} 姜{word} 法{word}饮片 颗粒均匀",
        "图书|{word}时光 青春言情",
        "种子|{word}种茎 旱半夏 药材种苗",
    ),
    "麦田": ("图书|{word}里的守望者 中英双语", "挂画|金色{word}油画 手绘风景", "收纳箱|{word}色 仿藤编"),
    "老灶": ("炒锅|农村{word}台 柴火大铁锅 土灶", "图书|{word}台的味道 乡村散文", "炒锅|{word}头专用 深底铁锅"),
    "白鹭": ("挂画|一行{word}上青天 荷塘 玄关", "图书|看{word} 儿童自然观察", "毛绒玩具|{word}仿真 湿地研学"),
    "红杉": ("树苗|北美{word}树苗 水杉 庭院绿化", "图书|{word}林中 自然随笔", "树苗|{word}容器苗 工程苗"),
    "云上": ("图书|{word}的日子 旅行散文", "帐篷|{word}牧场同款营地 天幕", "挂画|{word}仙鹤 国潮"),
    "春播": ("复合肥|{word}底肥 玉米小麦专用", "除草剂|{word}玉米田 苗前封闭", "图书|{word}秋收 农时绘本"),
    "牧歌": ("乐谱|草原{word} 马头琴独奏", "图书|田园{word} 名家散文", "乐谱|小提琴曲 {word} 沙汉昆"),
    "星垂": ("图书|{word}平野阔 唐诗绘本", "挂画|{word}平野 书房字画", "帐篷|{word}平野 看星星天窗"),
}

#: How a customer is told that something only fits (%s is the sign).
FITTINGS = ("适用于%s", "适配%s", "兼容 %s 机型", "配件 适用%s", "for %s 通用", "适合%s用的")


def _mark(number: int, line: str) -> Mark:
    (sign, sort, variants, classes, wares, accessory, home, emblem, colours, *disguises) = line.split("|")
    background, foreground = colours.split()
    return Mark(
        id=f"tm-{number:02d}",
        sign=sign,
        sort=cast("Literal['invented', 'common', 'latin', 'mixed']", sort),
        variants=tuple(variants.split()),
        classes=tuple(int(one) for one in classes.split()),
        wares=tuple(wares.split()),
        accessory=accessory,
        everyday=_EVERYDAY.get(sign, ()),
        home=home,
        emblem=emblem,
        colours=(background, foreground),
        disguises={
            kind: tuple(form for form in forms.split() if form != sign)
            for kind, forms in zip(("lookalike", "homophone", "split", "latin"), disguises, strict=True)
        },
    )


MARKS = tuple(_mark(number, line) for number, line in enumerate(table("marks"), start=1))
