"""Made-up posts and questions about them, the same for a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

from pypinyin import lazy_pinyin

from denghuo.search.logic.values import Entry, Shape

SHAPE = Shape(("place", "work"), (), ("pay", "posted"), newest="posted", highest="pay")
TRADES = [
    "电焊工",
    "叉车司机",
    "挖掘机司机",
    "装载机操作工",
    "幼儿园教师",
    "小学数学教师",
    "养老护理员",
    "家政服务员",
    "月嫂",
    "保安员",
    "保洁员",
    "仓库管理员",
    "快递员",
    "外卖配送员",
    "收银员",
    "中餐厨师",
    "面点师",
    "服务员",
    "前台接待",
    "会计",
    "出纳",
    "行政文员",
    "人事专员",
    "销售代表",
    "客服专员",
    "电工",
    "钳工",
    "车工",
    "铣工",
    "化验员",
    "质检员",
    "安全员",
    "资料员",
    "造价工程师",
    "土建施工员",
    "测量员",
    "风电运维工程师",
    "光伏安装工",
    "煤矿瓦斯检查员",
    "洗煤工",
    "采煤机司机",
    "锅炉工",
    "水处理工",
    "化工操作工",
    "乳品加工工",
    "屠宰工",
    "羊绒梳理工",
    "缝纫工",
    "牧场饲养员",
    "兽医",
    "农机驾驶员",
    "园林绿化工",
    "水管工",
    "空调维修工",
    "汽车维修工",
    "货车司机",
    "公交车驾驶员",
    "护士",
    "药剂师",
    "口腔医生",
    "康复治疗师",
    "软件开发工程师",
    "网络管理员",
    "平面设计师",
    "短视频运营",
    "主播",
    "导游",
    "讲解员",
    "蒙古语翻译",
    "搬运工",
    "包装工",
    "普工",
    "学徒",
    "店长",
    "督导",
    "美容师",
    "理发师",
    "保险代理人",
    "房产经纪人",
]
BEFORE = ("", "高薪", "急聘", "长期", "夜班", "学徒", "资深", "初级", "中级", "高级")
AFTER = ("", "包吃住", "五险一金", "双休", "可兼职", "日结", "长白班", "提供宿舍")
PLACES = tuple(f"{league:04}{banner:02}" for league in range(1501, 1513) for banner in range(1, 10))
NAMES = [
    "蓝天",
    "大漠",
    "青城",
    "河套",
    "敕勒",
    "白桦",
    "金穗",
    "晨光",
    "远山",
    "长风",
    "北疆",
    "草原",
    "星火",
    "明泽",
    "广源",
    "祥瑞",
]
KINDS = ["能源", "商贸", "餐饮", "物业", "建筑", "乳业", "物流", "医院", "学校", "科技"]
NOW_SECONDS = 1_795_000_000


class Asked(NamedTuple):
    """A question: what is typed, which trade is meant, where, and the least pay in fen."""

    sort: str
    typed: str
    trade: str
    place: str | None
    pay_least: int


def posts(count: int, seed: int = 1) -> Iterator[Entry]:
    """So many posts; trades and places as unequal as they are."""
    rng = random.Random(seed)
    trade_share = [1 / (at + 4) for at in range(len(TRADES))]
    place_share = [1 / (at + 6) for at in range(len(PLACES))]
    trades = rng.choices(range(len(TRADES)), trade_share, k=count)
    places = rng.choices(PLACES, place_share, k=count)
    for number in range(count):
        trade = TRADES[trades[number]]
        firm = f"{rng.choice(NAMES)}{rng.choice(NAMES)}{rng.choice(KINDS)}{number % 997}公司"
        yield Entry(
            f"{number:019}",
            f"{rng.choice(BEFORE)}{trade}{rng.choice(AFTER)}",
            names=(trade, firm),
            one={"place": places[number], "work": f"{trades[number]:03}"},
            numbers={
                "pay": rng.randrange(220_000, 1_200_000, 10_000),
                "posted": NOW_SECONDS - rng.randrange(60 * 86_400),
                "open_from": 0,
                "open_until": NOW_SECONDS + 86_400,
            },
        )


def questions(count: int, seed: int = 2) -> list[Asked]:
    """A quarter each: as written, with a place and pay, one wrong character, in pinyin."""
    rng = random.Random(seed)
    long_ones = [trade for trade in TRADES if len(trade) >= 3]
    asked = []
    for number in range(count):
        sort = ("written", "place and pay", "misspelt", "pinyin")[number % 4]
        trade = rng.choice(long_ones if sort in ("misspelt", "pinyin") else TRADES)
        typed, place, pay = trade, None, 0
        if sort == "place and pay":
            place, pay = rng.choice(PLACES)[:4], rng.choice([400_000, 600_000])
        elif sort == "misspelt":
            at = rng.randrange(len(trade))
            typed = trade[:at] + rng.choice("的一是在人有我他这") + trade[at + 1 :]
        elif sort == "pinyin":
            typed = "".join(lazy_pinyin(trade))
        asked.append(Asked(sort, typed, trade, place, pay))
    return asked
