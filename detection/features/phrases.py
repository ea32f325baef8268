"""Turns of phrase that no list of words can hold, as patterns over text in simplified characters."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from detection.features.pieces import Sought
from detection.names.folding import fold

#: How private sellers tell of wear: 用了两年, 洗过几次, 剩半瓶, «出 …» at the head.
WORN = Sought(
    r"[用穿洗背戴骑玩试][了过](?:[一二两三四五六七八九十几半数多\d]+[年月次回天个水]|不到)|只[用穿戴][了过]?[一二两三几\d]"
    r"|(?:^|\s)旧(?:\s|$)|剩[余下]?(?:大)?[一二三半\d]|^出\s|\s\d+出$|成新|尺码买[错大小]|鞋底磨|略?有点?(?:瑕疵|折痕|磨损|划痕|起球|泛黄)"
)
#: Codes and labels taken off, and papers that are not there: what a seller does who hides where goods come from.
_OFF = "刮磨抹擦撕剪挖涂划"
_CODE = (
    "(?:码|批号|标签|标(?![准配志识])|喷码|编号|防伪[贴标扣码]?|日期|序列号|机身号|串号|SN|sn|铭牌|箱唛|背标|条码区)"
    "(?:贴纸)?"
)
#: What only those say whose goods are a copy: that nobody can tell, that the maker is another, that it was filled or
#: fitted out by hand, that only the box is real.
COPIED = Sought(
    r"(?:看|喝|尝|闻|穿|用|摸|戴|吃)(?:都|也)?不出(?:来|区别|差别|真假|两样)|(?:配方|料子|材质|工艺|做工|口感|味道|品质|外观)[都也]?(?:一样|一致|差不多)"
    r"|(?:自己|自家|厂里|我们|作坊)[^，,。；;\s]{0,5}(?:灌|兑|勾兑|贴标|套标|配的?料)|(?:箱子?|盒子?|瓶子?|袋子|包装|外壳)是?(?:真|正|原装)的"
    r"|(?:全|照着?|比着)仿|仿得|[跟和与同](?:正品|真的|原版|原装|专柜|柜里|日本|德国|进口)的?[^，,。；;\s不]{0,4}(?:一样|一个样|同批|没差|无异|差不多|分不出)"
    r"|[贴打](?:不[贴打]|什么|啥|谁家?)[^，,。；;\s]{0,3}[标牌]?都|标(?:牌)?可[贴打]可不|(?:不[贴打]牌|不要标)的?拍前|贴[^，,。；;\s]{2,10}铭牌"
    r"|(?:批号|日期|码|标牌?)[^，,。；;\s]{0,3}(?:自己打|给你打|都打好)|自己打的?(?:批号|码|标)|回收真瓶|真瓶[灌装]"
    r"|空[管瓶罐桶盒壳]后?灌|(?<!真)空灌|灌(?:大支|正装)|[桶瓶袋罐箱][旧老][^，,。；;\s]新|(?:袋子?|招纸|标签?|外?箱)[^，,。；;\s]{0,3}自己[印打做]|自己(?:印|入樽)"
    r"|(?:真假|区别|差别)?(?:外人|旁人|别人|盲[抽品测])[^，,。；;\s]{0,4}(?:看|抽|喝|分)不出|[抽喝看分]不出(?:区别|差别|来)|改(?:新)?[码碼](?!数)|镭雕后打|跑单做"
    r"|空(?:瓶|罐|桶|盒)[^，,。；;\s]{0,5}(?:新装|重新装|灌|配标|装满)|(?:里面|自己)灌(?:好|装|满)"
    r"|(?:外观|外形|外箱|外壳|包装|料体|版型)(?:同款|100%一样|百分百一样|一模一样|无差别)|(?:大牌|专柜|正品|原厂)同(?:料|款料)体?"
    r"|(?:翻新|重新)(?:磨标|打标|喷漆贴标|喷码)|没[人有]{0,2}(?:看|认|分)[得不]?出来|非(?:专柜|正规渠道|正品|官方(?=[正货版款出产生]|渠道))"
    r"|(?:带|有|印|加)(?:logo|LOGO|Logo|标)版|(?<![0-9A-Za-z])[A-Z]\d{0,2}版(?!本号)"
)
#: A grade given as a letter is a copy's of what is worn or carried only: elsewhere it is a version.
GRADE = re.compile(r"[A-Z]\d{0,2}版")
OBLITERATED = Sought(
    rf"(?:打磨|(?<!糊)(?!刮码(?:验[真伪罐证]|查[询真伪验]|积分|兑))[{_OFF}])[掉去了除花]*[^，,。；;\s]{{0,2}}{_CODE}|{_CODE}[已被都全均]?(?:打磨|[{_OFF}](?!开|一|层|奖))[掉去了]?"
    r"|(?:无|没[得有]?|冇得?|莫得|缺|不带|不开|不含|不附|不提供|拒绝提供)(?:中文|防伪|药监|喷|追溯|溯源|条形?|串|授权|发|吊|外|彩|进网|入网|原装?|官方|正规|三包)?"
    r"(?:码|[发收小]?票|收据|保修?卡|保卡|编号|单(?:据|(?![独反个一宁层人双品位]))|生产日期|票据|外盒|彩盒|批号|说明书|授权书|质保|保修|售后|合格证|质检|检验|许可|标签|吊牌|来源|凭证|包装)"
    r"|(?:不能|不可|不让|不许|拒绝|谢绝|不接受|不支持|不提供|不给)[^，,。；;\s不]{0,4}(?:专柜|柜台|鉴定|检测|验货|验机|验真|开票|质检)"
    r"|(?:发票|收据|票据|小票|合格证|质保|说明书)[都也全]?(?:没有|没得|无)"
    r"|(?:勿问|别问|莫问|不问|勿究)[^，,。；;\s]{0,2}(?:来源|来路|出处|渠道|货源)"
    r"|(?:来源|来路|出处|渠道|货源)[^，,。；;\s]{0,2}(?:勿问|别问|莫问|不问|勿究|保密)|(?:不能|勿|别|不要|不可)[去拿到]{1,2}(?:专柜|柜台|门店|官网)"
    r"|(?:盒子?|吊牌|包装|标签|瓶子?)是?后配"
    r"|(?:自己|自家)(?:分|换|拆)[^，,。；;\s]{0,2}(?:袋|罐|瓶|装)"
    r"|(?:说明书|发票|票据|防伪码?|吊牌|彩盒|外盒|包装盒|标签|授权书)(?:无|没有|缺失?|丢失?|自备|另购|另配|后补|可补)"
    rf"|{_CODE}[^，,。；;\s]{{0,5}}(?:涂[黑了掉]|划掉|划花|打磨|打码|磨平|抠|揭|对不上|不符|不一致|扫不[出了]|查不[到出]|不给看|不拍)"
    r"|(?:不许|不让|别|不要|禁止|勿)扫码?|扫了?码?(?:就|一律)?不退|拒绝?(?:送检|复检|检测|鉴定)|不接受复检"
)
#: How those deal who leave no trace: cash, no paper, no way back.
TRACELESS = Sought(
    r"[只仅](?:收|要|认|走|限|支持|能)[^，,。；;\s]{0,2}(?:现金|转账|微信|现款|线下)|现金(?:交易|自提|结|价)|直接转账|私下转|只?微信转|加微信"
    r"|不(?:开[发收]?票|留单|写条|留记录|走平台|写品名|报关|带票|立字据)|别要小票|(?:来路|来源|出处|哪来)[^，,。；;\s]{0,3}[别勿不莫]|[别勿不莫]问[^，,。；;\s]{0,3}(?:来路|来源|出处|哪|渠道)"
    r"|(?:死活|概|一律|到手|售出|拍了|激活后|拆封后?)[^，,。；;\s]{0,2}不退(?!色|[0-9天])|谢绝(?:视频|看货|验货)|没有?报关|(?<![内红体室])外传(?![感输统代])"
)
#: Those that are asked for of every listing (see Facts.turns_at_most), and what a listing that has one speaks of.
TURNS = {COPIED: "copied", OBLITERATED: "obliterated", TRACELESS: "traceless"}
#: Authority that a seller claims for himself. What he lacks or will show later is no claim (无授权书, 授权书后补).
AUTHORITY = Sought(
    r"(?<![无没非不缺])(?:官方|品牌|厂家|总部|集团|原厂|正规)(?:授权|指定|特许|直营|旗舰店|售后)"
    r"|(?<![无没非不缺有])(?<!被(?=授权[商人方]))授权(?:店|书(?!可?后补)|经销|代理|专卖|体验|服务|牌|商|证)|指定(?:经销|专卖|代理|零售|服务)|特许(?:经营|专营|经销|专卖)"
    r"|(?:总部|集团|原厂|酒厂|药厂)[^，,。；;\s]{0,4}(?:直[营供销属]|专供|特供|内供|办事处)|售后直属|直属(?:店|仓|专柜)|大中华区"
    r"|(?:省|市|区域|全国|华[东南中北])?总(?:代理|经销)|一级(?:代理|经销)"
)
#: Who has it, and what binds a seller to him, in one breath.
_WHO = (
    r"(?:官方|官旗|品牌(?:方|部|商|总部|电商部?)?|厂[家方]|[工原本总酒药主]厂|总(?:公司|部|店|行)|集团|主机厂|大中华|[中华][国东南西北中]{1,2}区|亚[太洲]"
    r"|驻[华沪京中]|[省市县大]区?级?(?=[总代服特指])|株式会社|事务局|中心[库仓]|市场部|精品部|电商部|(?<!顺丰)(?<!物流)(?<!快递)公司|品牌)"
)
_BOND = (
    r"(?:授权|特约|特许|钦点|指定|签约|直签|签了|战略|合作|派驻|委托|委派|指派|点名|推荐门?店|直[营供属发签管]|认证|备案|挂牌|铜牌|授牌|牌照|铜匾|内购|内部|福利|渠道"
    r"|总代|总经销|经销|分销|服务[商站中]|运营|体验[店馆中]|形象|办事处|联络处|代表处?|大仓|总仓|自营|调拨|同步|供货|配套|巡检|编制|名单|体系|红头|资质|出货|铺货)"
)
CONNECTED = Sought(
    rf"{_WHO}[^，,。；;\s]{{0,6}}{_BOND}|(?!备案|认证|资质|服务){_BOND}[^，,。；;\s]{{0,4}}(?:商户|网点|门店|单位|窗口|终端|门市|发货点|收发点|牌|函|(?<!合格)证|贩售|分销|经销)"
    r"|(?:唯一|独家)[^，,。；;\s]{0,4}(?:授权|代理|分销|经销|窗口|网点)|同一主体|镜像店|工号"
)
#: That he has none, or speaks of others.
CLAUSE_END = re.compile(r"[\s，,。；;！!？?、]")
DISOWNED = re.compile("[非无没不未仅]|拒绝")
#: Who has authority, as somebody to buy of or to go to; a bare 官方授权 or 厂家直营 is nobody.
DEALER = re.compile(r"(?:店|商|柜|中心|代理|经销|公司|总部|售后)$")
#: Before and after him: that the goods were bought of him, or are looked after by him; no claim to be him.
FROM = re.compile(r"[从向找跟在](?!业|来|线|此|头)[^，,。；;\s]{0,6}$")
BOUGHT = re.compile(r"[^，,。；;\s]{0,3}?(?:拿|进|购|订|提|调|买)(?!价)")
SERVED_BY = re.compile(r"(?:[去送找]|寄[去回到]|到(?!手|店即))[^，,。；;\s]{0,4}$")
OF_WHOM = re.compile(
    r"(?:处|那[里儿边]?(?![么些])|手[里上中][拿进]|[拿进订]的?货|提货(?!价)|调货|退[仓货]|购(?:入|得|自|的)|买(?:的|来|回|入)|的?(?:订单|小票|发票)(?!齐|可|都)|保养|寄修)"
)
#: Under what name a claim tells of it.
GRANTING = re.compile(r"授权|资质|身份|来源|货源|渠道|合作|保修|供货")
#: A reissue by the holder or under his licence: no copy.
REISSUED = re.compile(
    r"(?:官方|授权|版权方?|正版|品牌方?的?官?方?)[^，,。；;\s]{0,6}(?:复刻|再版|重制)|(?:复刻|再版)(?:印记|系列[^，,。；;\s]{0,3}官方)|不是那种复刻"
)
#: What a phrase has that speaks of a copy to deny it, or of something else.
DOUBTS = re.compile("[没不别非未勿莫拒无赔谁认辨找碰怎么骗假]|买到|拉黑|模型|玩具|仿真|质感|造型|教具|摆件|道具|比例")
#: Words of copying that leave nothing open, folded, unlike 复刻 or 通货.
PLAINEST = frozenset(
    (
        *("高仿", "精仿", "超仿", "仿品", "仿货", "仿版", "顶仿", "顶级仿", "高端仿", "仿制品", "仿冒品", "仿冒款"),
        *("一比一", "壹比壹", "山寨", "超a", "超a货", "a货", "aaa货", "3a货", "莆田货", "莆田鞋", "莆系", "精复"),
        *("非正品", "不是正品", "并非正品", "顶级复刻", "原单复刻"),
    )
)
CITED = re.compile(r"《[^》]{2,40}》")
BOOK = Sought(
    r"图书|书籍|杂志|期刊|小说|传记|自传|画册|连环画|绘本|教材|教辅|非虚构|纪实|电子书|电子档|专著|年鉴|词典|字典|攻略|PDF|pdf|讲座|录播|网课|公开课|横评|电子版|选购指南|题库|真题"
)
#: Those that are asked for of every title (see Facts.titled_turns), and what a title that has one speaks of.
TITLED = {BOOK: "book", WORN: "worn"}
#: A warning or a rejection in the same phrase: the words tell of others' goods.
WARNED = re.compile(
    r"严打|假货(?!勿)|打击|拒绝|抵制|杜绝|谨防|警惕|小心|举报|绝不|从不|(?:不要|别|勿|不能)买|不卖|(?:的|那种|网上|市面上?|外面)[^，,。；;\s]{0,6}[都全多]是|教你|勿扰|绕道|喝坏|伤身|有害|危害|害人|骗|曝光|避坑|当心|分辨|辨别|鉴别|不是|并非|不卖|不碰|别问(?!来|哪|出处|渠道|货源|怎么)"
)
CLAUSE = re.compile(r"[^\s，,。；;！!？?]+")


#: What stands behind a name that is borrowed.
BORROWING = (
    *("风味", "同款", "类似", "平替", "同工艺", "仿制", "同级", "同品种", "口味", "工艺", "风格", "技法", "做法"),
    *("同源", "品质", "味道", "级别", "规格", "种源", "掰手腕", "叫板", "不相上下"),
)
BORROWED = frozenset(word[0] for word in BORROWING)
#: And of single characters.
MANNERS = ("型", "式", "类", "味", "仿", "级")
#: What stands before it.
LIKE = ("平替", "类似", "媲美", "堪比", "不输", "胜似", "赛过", "仿", "类")


#: A pattern's finds in one listing beyond this many say no more.
_MOST = 20


@lru_cache(maxsize=16)
def divided(text: str) -> tuple[tuple[str, ...], str, str]:
    """Phrases that warn of nothing; the same folded, a line each; and those that warn, folded likewise. A listing is
    compared with many rights, and a hostile one repeats a word a thousand times: its text is divided once.

    >>> divided("牧田电锤 谨防高仿")
    (('牧田电锤',), '牧田电锤', '谨防高仿')
    """
    plain: dict[str, None] = {}
    warned: dict[str, None] = {}
    for clause in CLAUSE.finditer(text):
        (warned if WARNED.search(clause.group()) else plain)[clause.group()] = None
    return tuple(plain), "\n".join(map(fold, plain)), "\n".join(map(fold, warned))


@lru_cache(maxsize=32)
def finds(text: str, pattern: Sought) -> tuple[str, ...]:
    """What a pattern finds in the phrases that warn of nothing, each once.

    >>> finds("全仿德机 全仿德机", COPIED)
    ('全仿',)
    """
    if pattern.search(text) is None:
        return ()  # as nearly always; no pattern looks beyond what divides phrases
    found = (hit.group().strip() for phrase in divided(text)[0] for hit in pattern.finditer(phrase))
    return tuple(dict.fromkeys(islice(found, _MOST)))


def doubted(text: str, word: str) -> bool:
    """Whether a phrase that holds the word also denies or answers for it, in any turn, or speaks of something else.

    >>> doubted("没货 没一比一", "一比一"), doubted("运动鞋 一比一", "一比一")
    (True, False)
    """
    return any(word in phrase and DOUBTS.search(phrase) for phrase in divided(text)[1].split("\n"))
