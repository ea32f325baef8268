"""Real geographical indications: their areas, the bodies that hold them, and goods of other places with a like name.

Names, areas and the other indications are facts; the disguises were written by hand.
"""

from __future__ import annotations

from qingyuan.demo.values import Origin

# sign | product | ware | area | codes of places inside | codes of outside places that sell under the name
# | cousins (name@code, honest goods of elsewhere) | disguises | body | standard
_TABLE = """
信阳毛尖|绿茶|茶叶|河南省信阳市浉河区 河南省信阳市平桥区 河南省信阳市罗山县 河南省信阳市光山县 河南省信阳市新县 河南省信阳市商城县 河南省信阳市固始县|411502 411522|341503 433126 522701|古丈毛尖@433126 都匀毛尖@522701|信杨毛尖 信旸毛尖 信阳毛头|信阳市茶叶协会|GB/T 22737
温县铁棍山药|山药|山药|河南省焦作市温县|410825|371721 370828 130684|菏泽铁棍山药@371721 武陟铁棍山药@410823|温具铁棍山药 温县鉄棍山药 溫县铁辊山药|温县四大怀药协会|
灵宝苹果|苹果|苹果|河南省三门峡市灵宝市|411282|370686 140728|烟台苹果@370686 洛川苹果@610629 阿克苏苹果@652901|灵宝苹菓 灵堡苹果|灵宝市园艺局|
西峡猕猴桃|猕猴桃|猕猴桃|河南省南阳市西峡县|411323|610326 510131|眉县猕猴桃@610326 蒲江猕猴桃@510131|西狭猕猴桃 西峡弥猴桃|西峡县农产品质量检测站|
西峡香菇|香菇|香菇|河南省南阳市西峡县|411323|421321 350629|随州香菇@421321 泌阳花菇@411726|西狭香菇 西峡香姑|西峡县农产品质量检测站|
杞县大蒜|大蒜|大蒜|河南省开封市杞县|410221|370828 320324|金乡大蒜@370828 中牟大蒜@410122|杞具大蒜 祀县大蒜|杞县农业产业化办公室|
五常大米|大米|大米|黑龙江省哈尔滨市五常市|230184|220283 220182 211104|盘锦大米@211104 舒兰大米@220283 方正大米@230124 响水大米@231084|伍常大米 五長大米 五常大来 五宀常大米|五常市大米协会|GB/T 19266
西湖龙井|绿茶|茶叶|浙江省杭州市西湖区|330106|330624 510131 341021|大佛龙井@330624|西胡龙井 西湖尤井 茜湖龙井|杭州市西湖龙井茶管理协会|
阳澄湖大闸蟹|大闸蟹|大闸蟹|江苏省苏州市相城区 江苏省苏州市昆山市 江苏省苏州市常熟市|320507 320583|321281 320118 421083|固城湖大闸蟹@320118 兴化大闸蟹@321281 洪湖大闸蟹@421083|阳成湖大闸蟹 阳橙湖大闸蟹 洋澄湖大闸蟹 yang澄湖大闸蟹|苏州市阳澄湖大闸蟹行业协会|
赣南脐橙|脐橙|橙子|江西省赣州市|360722 360734|420527 430111 450332|秭归脐橙@420527 奉节脐橙@500236|干南脐橙 赣男脐橙 赣南脐登|赣州市赣南脐橙协会|GB/T 20355
安溪铁观音|乌龙茶|茶叶|福建省泉州市安溪县|350524|350629 440514|华安铁观音@350629|安溪鉄观音 桉溪铁观音|安溪县茶业总公司|GB/T 19598
中宁枸杞|枸杞|枸杞|宁夏回族自治区中卫市中宁县|640521|620421 632801|靖远枸杞@620421 柴达木枸杞@632801|中宁狗杞 中柠枸杞|中宁县枸杞产业发展服务局|
库尔勒香梨|香梨|香梨|新疆维吾尔自治区巴音郭楞蒙古自治州库尔勒市|652801|652901 130102|阿克苏香梨@652901|库尔勒香犁 库尓勒香梨|巴音郭楞蒙古自治州库尔勒香梨协会|
平遥牛肉|牛肉|牛肉|山西省晋中市平遥县|140728|371302 411402|曹县烧牛肉@371721|平遙牛肉 平摇牛肉||GB/T 19694
郫县豆瓣|豆瓣酱|豆瓣酱|四川省成都市郫都区|510117|500112 511424|丹棱豆瓣@511424|郫具豆瓣 郫县豆办 卑阝县豆瓣|成都市郫都区食品工业协会|GB/T 20560
镇江香醋|香醋|香醋|江苏省镇江市|321112|140728 371302|平遥老陈醋@140728|镇江香酢 缜江香醋|镇江市醋业协会|GB/T 18623
涪陵榨菜|榨菜|榨菜|重庆市涪陵区|500102|330281 511424|余姚榨菜@330281|培陵榨菜 涪凌榨菜|重庆市涪陵区榨菜管理办公室|GB/T 19858
金华火腿|火腿|火腿|浙江省金华市婺城区 浙江省金华市义乌市 浙江省金华市金东区 浙江省金华市兰溪市 浙江省金华市东阳市|330702|530381 320612|宣威火腿@530381 如皋火腿@320612|金花火腿 金华火退|金华市金华火腿行业协会|GB/T 19088
"""


def _origin(number: int, line: str) -> Origin:
    sign, product, ware, area, inside, outside, cousins, disguises, body, standard = line.split("|")
    return Origin(
        id=f"gi-{number:02d}",
        sign=sign,
        product=product,
        ware=ware,
        area=tuple(area.split()),
        inside=tuple(inside.split()),
        outside=tuple(outside.split()),
        cousins=tuple((one.partition("@")[0], one.partition("@")[2]) for one in cousins.split()),
        disguises=tuple(disguises.split()),
        body=body,
        standard=standard,
    )


ORIGINS = tuple(_origin(number, line) for number, line in enumerate(_TABLE.strip().splitlines(), start=1))

#: Books, tools and trips that name an indication without selling its product: ware, and what the title says.
MENTIONS = (
    ("图书", "{sign}制作技艺 非遗传承口述史"),
    ("图书", "舌尖上的{sign} 风物散文"),
    ("挂画", "{sign}产地风光 摄影装饰画"),
)
