"""Made-up trademarks and how crooked sellers write them. Any likeness to a real mark is chance.

The disguises were written by hand, mark by mark, as sellers would: there is no table of characters behind them.
"""

from __future__ import annotations

from typing import Literal, cast

from qingyuan.demo.values import Mark

# sign | sort | other forms | Nice classes | wares, the first is the main one | accessories | home | emblem
# | colours | look-alikes | homophones | split characters | Latin confusables
_TABLE = """
沐珂莱|invented|MUKELAI|3|面霜 精华液 洗面奶||440111|drop|#1f6f8b #e8f4f8|沭珂莱 沐柯莱 沐珂菜|慕可莱 沐可来 木珂来|氵木珂莱 沐王可莱|MUKELA1 MUKEIAI
驰禹|invented|CHIYO|25|跑鞋 篮球鞋|鞋带 鞋垫|350582|chevron|#d7263d #ffffff|弛禹 驰禺 池禹|驰宇 池雨 迟宇|马也禹|CH1YO CHIY0
蓓诺奇|invented|BENOCH|5 29|奶粉 纸尿裤|奶瓶奶嘴|310114|heart|#e4829b #fff6f2|蓓喏奇 倍诺奇 蓓诺寄|贝诺奇 倍诺琪 北诺齐|艹倍诺奇 蓓诺大可|BEN0CH
锐钛|invented|REETAI|7|角磨机 电钻|磨切片 电池|331081|gear|#f2a900 #1b1b1b|锐汰 锐肽 悦钛|瑞钛 锐太 瑞泰|钅兑钛 锐钅太|REETA1
澜珀|invented|LANPOR|14|手表 项链|表带|440307|ring|#16324f #d9c27a|斓珀 澜拍 谰珀|蓝珀 兰珀 澜魄|氵阑珀 澜王白|LANP0R
酌川春|invented|ZHUOCHUAN|33|白酒||511424|seal|#9b1b1b #f6e7c1|酌州春 酎川春 酌川舂|卓川春 浊川春 灼川春|酉勺川春|
颐本堂|invented|YIBENTANG|5 30|阿胶糕 西洋参||341602|seal|#5a3a1a #f3e3c3|颐木堂 颐本棠 颐夲堂|怡本堂 宜本堂 颐本唐|颐本尚土|
膳灵|invented|SHANLING|11|电饭煲 空气炸锅|内胆 炸篮硅胶垫|440304|leaf|#2e7d32 #f4f9f1|缮灵 膳炅 鳝灵|善灵 膳铃 珊灵|月善灵|
稼丰源|invented|JIAFENG|1 5 31|复合肥 除草剂 种子||410305|sheaf|#3a7d2c #f7d038|嫁丰源 稼沣源 稼丰原|佳丰源 家丰源 嘉丰源|禾家丰源|
绒野|invented|ROANYE|25|羽绒服 卫衣|衣物收纳袋|320581|mountain|#283845 #f2d492|羢野 绒埜 戎野|容野 绒也 荣野|纟戎野|R0ANYE
蔻西娅|invented|COCIYA|3|口红 香水||310114|flower|#8e1b3f #f8d7da|寇西娅 蔻酉娅 蔻西哑|扣西娅 蔻茜雅 寇西亚|艹寇西娅|C0CIYA COClYA
砺甲|invented|LIGEAR|4|机油||370213|shield|#37474f #ff7043|蛎甲 砺申 砺曱|励甲 力甲 历甲|石厉甲|L1GEAR
VORNEX|latin|沃耐克斯|9|蓝牙耳机 充电宝|保护套 耳帽|440304|bolt|#111111 #39d0d8|VORNEK|沃奈克斯 窝耐克斯||V0RNEX VОRNEX VORИEX VORNEХ
KELWYN|latin|凯尔温|18|双肩包 旅行箱|防雨罩 箱套|440111|hex|#2b2d42 #ef233c|KELVVYN|凯尔文 开尔温||KE1WYN KЕLWYN KELWУN
TRIVOLT|latin|三伏特|9|充电器 数据线|理线器 收纳包|440307|plug|#00897b #ffffff|TRIVDLT|三服特||TR1VOLT TRIV0LT TRIVОLT
OSSELLO|latin|奥赛罗|11 30|咖啡机 咖啡豆|粉碗 压粉锤|330110|cup|#4e342e #d7ccc8|OSSEIIO|奥塞洛||OSSELL0 0SSELLO ОSSELLO
AQUIRA|latin|安奎拉|11|净水器|滤芯|330110|wave|#0277bd #e1f5fe|AQUIBA|安葵拉||AQU1RA AQUlRA АQUIRA
匠壳JANCO|mixed|JANCO 匠壳|9|手机壳 手机膜||440307|phone|#263238 #ffca28|匠売JANCO 匠殻JANCO|酱壳JANCO 将壳|斤匚壳JANCO|匠壳JANC0 匠壳JАNCO
可米兔KOMI|mixed|可米兔 KOMI|25 28|童装 毛绒玩具||320612|rabbit|#ff8a80 #fffde7|可米免KOMI 司米兔|可咪兔 柯米兔 渴米图|口丁米兔|可米兔K0MI
渔歌子TIDEY|mixed|渔歌子 TIDEY|28|鱼竿|竿包 鱼线|371302|fish|#006064 #b2ebf2|渔哥子TIDEY 鱼歌子|余歌子 渔格子|氵鱼歌子|T1DEY渔歌
远山|common||30|茶叶||341021|mountain|#33691e #dcedc8|逺山 远屾|源山 远杉|辶元山|
半夏|common|BANXIA|25|连衣裙 T恤||330110|leaf|#7b5e7b #f5e6f5|半厦 牛夏|伴夏 拌夏||BANX1A
麦田|common|WHEATEN|30|面包 坚果||340102|sheaf|#c77800 #fff3c4|麦畋 麦由|迈田 卖田|麦口十|
老灶|common||30|火锅底料||500112|flame|#b71c1c #ffecb3|老灺 耂灶|老皂 老造|老火土|
白鹭|common|BAILU|3|洗衣液 洗发水||350629|bird|#1565c0 #ffffff|白鹜 自鹭|白路 百鹭|白路鸟|BA1LU
红杉|common|REDWOOD|2|木器漆||440514|tree|#a52714 #fbe9e7|红衫 红杦|洪杉 红山|纟工杉|
云上|common|YUNSUP|24|四件套||320612|cloud|#5c6bc0 #e8eaf6|云丄 亏上|芸上 云尚||YUNSVP
春播|common||31|种子||370102|sprout|#558b2f #f1f8e9|春播 舂播|春波 椿播|春扌番|
牧歌|common|MUGE|29|牛奶 奶粉||120114|cow|#0d47a1 #e3f2fd|牧歌 攵歌|木歌 沐歌|牛攵歌|
星垂|common|XINGCHUI|11|台灯||331081|star|#1a237e #ffd54f|垦垂 星埀|星锤 兴垂|日生垂|
"""

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


MARKS = tuple(_mark(number, line) for number, line in enumerate(_TABLE.strip().splitlines(), start=1))
