"""From a person's own word for a work to occupations, best first, by names and coded titles.

No model: a person is there to choose, and whoever said 放羊 is asked what it is rather than told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from denghuo.employment.logic.occupations.table import Occupation, OccupationTable
from denghuo.employment.logic.occupations.titles import title_core

OFFERED_MAX = 6
# How often people must have coded the very same words, and how nearly all to the same, before
# nobody is asked.
SURE_TITLES_LEAST = 2
SURE_SHARE_PERCENT = 80
# Everyday words that no name in the classification holds; each stands for a word that one does.
EVERYDAY: Mapping[str, str] = {
    "放羊": "家畜饲养员", "放牧": "家畜饲养员", "养羊": "家畜饲养员", "养牛": "家畜饲养员",
    "喂猪": "家畜饲养员", "放牛": "家畜饲养员", "养鸡": "家禽饲养员", "种地": "农艺工",
    "种菜": "园艺工", "种树": "造林更新工", "带孩子": "婴幼儿发展引导员",
    "看孩子": "婴幼儿发展引导员", "月嫂": "婴幼儿发展引导员",
    "育儿嫂": "婴幼儿发展引导员", "照顾老人": "养老护理员",
    "看老人": "养老护理员", "护工": "医疗护理员", "保姆": "家政服务员", "小时工": "家政服务员",
    "做饭": "中式烹调师", "炒菜": "中式烹调师", "厨子": "中式烹调师", "厨师": "中式烹调师",
    "后厨": "中式烹调师", "面点": "中式面点师", "端盘子": "餐厅服务员", "饭店服务员": "餐厅服务员",
    "打扫卫生": "保洁员", "扫大街": "保洁员", "看大门": "保安员", "门卫": "保安员",
    "打更": "保安员", "开车": "客运车辆驾驶员", "开大车": "道路货运汽车驾驶员",
    "跑大车": "道路货运汽车驾驶员", "跑出租": "客运车辆驾驶员", "送外卖": "网约配送员",
    "外卖": "网约配送员", "骑手": "网约配送员", "送快递": "快递员", "跑腿": "网约配送员",
    "卖货": "营业员",
    "卖衣服": "营业员", "看店": "营业员", "收钱": "收银员", "算账": "会计专业人员",
    "记账": "会计专业人员", "会计": "会计专业人员", "修车": "汽车维修工", "修电脑": "计算机维修工",
    "修电器": "家用电器产品维修工", "瓦匠": "砌筑工", "泥瓦工": "砌筑工", "木匠": "木工",
    "刷墙": "装饰装修工", "装修": "装饰装修工", "搬砖": "砌筑工", "搬运": "装卸搬运工",
    "扛活": "装卸搬运工", "装车": "装卸搬运工", "开挖掘机": "挖掘铲运和桩工机械司机",
    "开铲车": "挖掘铲运和桩工机械司机", "开叉车": "叉车司机", "开吊车": "起重装卸机械操作工",
    "挖煤": "矿井开掘工", "下井": "矿井开掘工", "剪头": "美发师",
    "理发": "美发师", "做头发": "美发师", "打字": "行政办事员", "文员": "行政办事员",
    "办公室": "行政办事员", "当老师": "教学人员", "教书": "教学人员", "直播": "互联网营销师",
    "卖房": "房地产经纪人", "做衣服": "缝纫工", "裁缝": "裁缝", "挤奶": "家畜饲养员",
    "接羔": "家畜饲养员", "剪羊毛": "家畜饲养员", "杀羊": "畜禽屠宰加工工",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Occupations that words may mean, best first; ``sure`` when the first need not be asked."""

    codes: tuple[str, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class OccupationWords:
    """Every name by what it says, and coded titles with how often they mean what."""

    names: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, Mapping[str, int]]

    def suggest(self, words: str) -> Suggestions:
        """What somebody may mean. Nothing found is no code."""
        core = title_core(words)
        everyday = self._named(EVERYDAY.get(core, ""))
        if everyday:
            return Suggestions(everyday[:1], sure=True)
        named = self.names.get(core, ())
        voted = self.titles.get(core, {})
        votes = Counter(voted).most_common()
        if len(named) == 1:
            return Suggestions(named, sure=True)
        if votes and not named:
            count = votes[0][1]
            share = count * 100 // sum(voted.values())
            if count >= SURE_TITLES_LEAST and share >= SURE_SHARE_PERCENT:
                return Suggestions((votes[0][0],), sure=True)
        found = dict.fromkeys((*named, *(code for code, _count in votes)))
        found.update(dict.fromkeys(self._holding(core)))
        return Suggestions(tuple(found)[:OFFERED_MAX], sure=False)

    def _named(self, name: str) -> tuple[str, ...]:
        if not name:
            return ()
        return self.names.get(title_core(name), ()) or tuple(self._holding(title_core(name)))

    def _holding(self, core: str) -> list[str]:
        """Codes of names that hold the words; the shorter the name, the nearer it is."""
        if len(core) < 2:
            return []
        holding = sorted(
            (name for name in self.names if core in name or (len(name) > 2 and name in core)),
            key=lambda name: (abs(len(name) - len(core)), name),
        )
        return [code for name in holding[: OFFERED_MAX * 3] for code in self.names[name]]


def occupation_words(table: OccupationTable, titles: Iterable[tuple[str, str]]) -> OccupationWords:
    """Read once; ``titles`` are pairs of a title and the code people gave it."""
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for one in table.by_code.values():
        for name in _names_of(one):
            names[title_core(name)][one.code] = None
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for title, code in titles:
        counted[title_core(title)][code] += 1
    return OccupationWords(
        {name: tuple(_finest(codes)) for name, codes in names.items() if name}, counted
    )


def _names_of(one: Occupation) -> tuple[str, ...]:
    return tuple(dict.fromkeys((one.name, *one.aliases)))


def _finest(codes: Iterable[str]) -> list[str]:
    """An occupation before the group of the same name."""
    return sorted(codes, key=lambda code: (code.endswith("-00"), code))
