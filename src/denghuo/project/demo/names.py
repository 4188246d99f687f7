"""Names as they are met in Inner Mongolia: a fifth of them Mongolian, without surname.

The share of the commonest Han surnames follows the yearly reports of the Ministry of Public
Security (王, 李, 张, 刘, 陈 ... in that order); the weights are ours and only keep the order.
"""

from __future__ import annotations

from random import Random

MONGOLIAN_SHARE = 0.18
# Long, and with the dot some families write: both break forms made for three characters.
LONGEST = "阿拉坦苏布德陶格陶巴雅尔乌云"
DOTTED = ("乌云·其木格", "阿拉腾·敖其尔", "萨仁·高娃")

_SURNAMES = (
    ("王", 100), ("李", 98), ("张", 94), ("刘", 72), ("陈", 40), ("杨", 38), ("赵", 37),
    ("高", 26), ("孙", 25), ("郭", 22), ("马", 22), ("吴", 20), ("周", 19), ("徐", 18),
    ("朱", 15), ("白", 15), ("于", 14), ("韩", 14), ("贾", 12), ("田", 12), ("武", 10),
    ("郝", 10), ("乔", 9), ("范", 9), ("任", 9), ("包", 9), ("石", 8), ("温", 6), ("云", 6),
    ("欧阳", 1), ("司马", 1),
)  # fmt: skip
_MALE = (
    "建国 志强 永胜 海军 明 伟 强 磊 军 洋 勇 杰 涛 超 刚 平 辉 鹏 浩然 子轩 宇航 文博 晓东 "
    "国庆 玉山 振华 学文 立新 成龙 俊峰 金宝 满仓 铁柱 大伟 家豪 梓豪 一鸣 博文 春生 福贵"
).split()
_FEMALE = (
    "秀兰 桂英 玉梅 丽 静 敏 燕 娜 芳 艳 霞 婷 雪 丽娟 淑珍 凤英 秀英 晓红 海燕 春梅 欣怡 "
    "梓涵 雨桐 诗涵 佳怡 思琪 丽华 红梅 玉兰 翠花 美玲 文静 慧 倩 颖 月娥 金凤 桂花 巧云 小燕"
).split()
_MONGOLIAN_MALE = (
    "巴图 巴特尔 苏和 布和 朝鲁 宝音 哈斯 青格勒 满都拉 特木尔 阿古拉 敖其尔 那日苏 朝格图 "
    "额尔敦 吉日嘎拉 斯琴巴特尔 巴雅尔 乌力吉 呼和 孟和 图门乌力吉 阿拉坦仓 格日勒图 宝音德力格尔 "
    "额尔敦巴雅尔 苏日娜图 达来 毕力格 胡日查 道尔吉"
).split()
_MONGOLIAN_FEMALE = (
    "其其格 萨日娜 娜仁 乌云 琪琪格 斯琴 高娃 托娅 萨仁 塔娜 娜布其 乌日娜 阿拉坦其其格 "
    "乌云其木格 萨如拉 娜仁托娅 斯琴高娃 苏布德 敖登 通拉嘎 哈斯其其格 娜仁花 金花 乌兰 "
    "萨仁图雅 其木格 乌尼日 奥云 德力格尔玛"
).split()
_FAMILIES = [name for name, _ in _SURNAMES]
_WEIGHTS = [weight for _, weight in _SURNAMES]


def draw_surname(chance: Random) -> str:
    """A Han surname by how often it is met."""
    return chance.choices(_FAMILIES, _WEIGHTS)[0]


def draw_name(chance: Random, sex: str, surname: str | None) -> str:
    """A full name; ``surname=None`` for a Mongolian one, which has none."""
    if surname is None:
        return chance.choice(_MONGOLIAN_MALE if sex == "male" else _MONGOLIAN_FEMALE)
    return surname + chance.choice(_MALE if sex == "male" else _FEMALE)
