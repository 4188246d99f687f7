"""Sums in a text: one number or a range, its scale, its period, and what it pays for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from denghuo.employment.logic.numerals import (
    ARABIC,
    CHINESE,
    SCALES,
    arabic_value,
    chinese_value,
    two_at_once,
)
from denghuo.employment.logic.wages.values import Basis

Role = Literal["total", "plain", "base", "other"]

_SCALE = r"[万wk千仟百佰]"
# 1万5 and 3千5: a digit after the scale counts in the next smaller one.
_NUMBER = (
    rf"(?:(?P<SIDE_arabic>{ARABIC})"
    rf"\s?(?:(?P<SIDE_scale>{_SCALE})(?P<SIDE_tail>[1-9](?![\d.,万千]))?)?"
    rf"|(?P<SIDE_chinese>{CHINESE}))"
)
_LOW, _HIGH = _NUMBER.replace("SIDE", "low"), _NUMBER.replace("SIDE", "high")
_STANDS_ALONE_MIN = 100
_MONEY = r"(?:元|块钱|块|圆|rmb|cny|人民币)"
_SIGN = r"(?:[¥¥￥]|rmb|cny)"
_TO = r"\s?(?:-|–|—|~|～|至|到|―|−|ー|--|_)\s?"
_SPELLED = {
    "hour": r"(?:个?小时|钟头|时(?![间候])|h(?:our)?|点(?!击))",
    "day": r"(?:天|日|班(?!车)|day)",
    "week": r"(?:个?星期|周|week)",
    "month": r"(?:个?月|month|mo)",
    "year": r"(?:年|year|annum)",
    "piece": r"(?:件|个(?![小月星])|单|平方米|平米|平|吨|台|套|亩|斤|公斤|车|趟|方|米)",
}
_PER = r"\s?(?:/|每|一|1/|／|\\|per )\s?(?:1)?\s?"
_AFTER: dict[Basis, re.Pattern[str]] = {
    "hour": re.compile(rf"{_PER}{_SPELLED['hour']}"),
    "day": re.compile(rf"{_PER}{_SPELLED['day']}"),
    "week": re.compile(rf"{_PER}{_SPELLED['week']}"),
    "month": re.compile(rf"{_PER}{_SPELLED['month']}"),
    "year": re.compile(rf"{_PER}{_SPELLED['year']}"),
    "piece": re.compile(rf"{_PER}{_SPELLED['piece']}"),
}
_BEFORE: dict[Basis, re.Pattern[str]] = {
    "hour": re.compile(r"(?:时薪|每个?小时|一个?小时|按小时|小时工资|小时工)[^\d,,;;。]{0,4}$"),
    "day": re.compile(r"(?:日薪|日工资|每天|一天|每日|日结|按天|天薪)[^\d,;。]{0,4}$"),
    "week": re.compile(r"(?:周薪|每周|一周|每星期)[^\d,;。]{0,4}$"),
    "month": re.compile(
        r"(?:月薪|月工资|月收入|月入|月均|每个?月|一个月|月综合|月度|底薪|保底|基本工资|月)"
        r"[^\d,;。]{0,6}$"
    ),
    "year": re.compile(r"(?:年薪|每年|一年|年收入|年入|年综合|全年)[^\d,;。]{0,4}$"),
    "piece": re.compile(r"(?:计件|每件|每单|每个|一件|一单|单价)[^\d,;。]{0,3}$"),
}
_RANGE = re.compile(
    rf"(?:{_SIGN})?\s?{_LOW}(?P<low_money>\s?{_MONEY})?"
    rf"(?:(?:\s?{_PER}(?:月|天|日|年|小时|时))?{_TO}(?:{_SIGN})?\s?{_HIGH}"
    rf"(?P<high_money>\s?{_MONEY})?)?"
)
# A number that counts something else: 8小时, 13薪, 30人, 45岁, 15号, 2年经验, 五险.
_COUNTS = re.compile(
    r"\s?(?:个?小时|h\b|薪|人|名|岁|周岁|号|险|年(?!薪)|个月|天|日|点|%|折|倍|层|楼|路|公里|km|米|cm|公斤|kg|"
    r"分钟|[:.]\d|班|次|位|届|级|以?后|[年月]底)"
)
_OTHER = re.compile(
    r"(?:补贴|补助|餐补|房补|话补|车补|全勤奖?|奖金?|津贴|工龄|社保|押金|返费|试用期?|实习期?|培训期?|"
    r"加班费?|罚款?|保险|红包|住宿费?|学费|介绍费|奖励)[^\d,;。、]{0,5}$"
)
_OTHER_AFTER = re.compile(
    r"\s?(?:元|块)?(?:/[月天日])?\s?的?(?:餐补|房补|话补|车补|补贴|补助|全勤|奖|津贴|押金|返费|社保)"
)
_BASE = re.compile(r"(?:无责底薪|底薪|保底工资|保底|基本工资|基础工资|固定工资)[^\d,;。]{0,4}$")
_BASE_AFTER = re.compile(r"\s?(?:元|块)?(?:/月)?\s?\+\s?(?:高?提成|绩效|计件|奖金|业绩)")
_TOTAL = re.compile(
    r"(?:综合(?:月薪|工资|收入|薪资)?|月入|月收入|到手|年入|年收入|总收入|收入|税后|税前)[^\d,;。]{0,4}$"
)
_OPEN_ABOVE = re.compile(
    r"\s?(?:以上|起(?!步价)|\+(?!\s?(?:高?提成|绩效|计件|奖|业绩|五|社))|多|及以上|不封顶)"
)
_OPEN_BELOW_AFTER = re.compile(r"\s?(?:以下|以内|封顶|之内)")
_OPEN_BELOW = re.compile(r"(?:最高|不超过|至多|最多|高达|可达|上限)[^\d,;。]{0,3}$")
_OPEN_ABOVE_BEFORE = re.compile(r"(?:不低于|至少|最低|起薪)[^\d,;。]{0,3}$")
_ABOUT = re.compile(r"\s?(?:左右|上下)")
_ABOUT_BEFORE = re.compile(r"(?:约|大概|大约|差不多)\s?$")


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum or a range in yuan as written; ``basis`` None where no period stands by it.

    ``marked`` if a scale or 元 makes it money; ``thousands`` if written in k, which posts use
    for months only.
    """

    low: Fraction | None
    high: Fraction | None
    basis: Basis | None
    role: Role
    marked: bool
    thousands: bool
    about: bool
    start: int
    end: int


def _one(found: re.Match[str], side: str) -> tuple[Fraction, str, bool]:
    """Value as far as it stands, its scale if it has one, and whether it was spelled out."""
    if found[f"{side}chinese"]:
        value = chinese_value(found[f"{side}chinese"])
        return (Fraction(-1) if value is None else value), "", True
    number = arabic_value(found[f"{side}arabic"])
    scale = found[f"{side}scale"] or ""
    if not scale:
        return number, "", False
    value = number * SCALES[scale]
    if found[f"{side}tail"]:
        value += Fraction(int(found[f"{side}tail"]) * SCALES[scale], 10)
    return value, scale, True


def _ends(found: re.Match[str]) -> tuple[Fraction, Fraction, bool]:
    """Both ends and whether a scale was written. 8-12k shares its scale, 8千-1.2万 does not."""
    pair = two_at_once(found["low_chinese"] or "")
    if pair and not (found["high_arabic"] or found["high_chinese"]):
        return (*pair, True)
    low, low_scale, low_spelled = _one(found, "low_")
    if not (found["high_arabic"] or found["high_chinese"]):
        return low, low, bool(low_scale) or low_spelled
    high, high_scale, high_spelled = _one(found, "high_")
    if high_scale and not low_scale and not low_spelled and not found["low_money"]:
        # 8-12k shares the scale; 5000-1万 does not, since 5,000 already lies below 1万.
        if not _STANDS_ALONE_MIN <= low <= high:
            low *= SCALES[high_scale]
    elif low_scale and not high_spelled and not found["high_money"] and high < SCALES[low_scale]:
        high *= SCALES[low_scale]  # 5k-8
    return low, high, bool(low_scale or high_scale) or low_spelled or high_spelled


def _basis_of(text: str, start: int, end: int) -> tuple[Basis | None, int]:
    for basis, pattern in _AFTER.items():
        found = pattern.match(text, end)
        if found:
            return basis, found.end()
    before = text[max(0, start - 14) : start]
    held = [
        (found.start(), basis)
        for basis, pattern in _BEFORE.items()
        if (found := pattern.search(before))
    ]
    return (max(held)[1], end) if held else (None, end)


def _role_of(text: str, start: int, end: int) -> Role:
    before = text[max(0, start - 14) : start]
    if _OTHER.search(before) or _OTHER_AFTER.match(text, end):
        return "other"
    if _BASE.search(before) or _BASE_AFTER.match(text, end):
        return "base"
    return "total" if _TOTAL.search(before) else "plain"


def amounts(text: str) -> Iterator[Amount]:
    """Every sum in a normalised text, in order."""
    for found in _RANGE.finditer(text):
        start, end = found.span()
        if start and text[start - 1] in ".0123456789":
            continue
        low, high, scaled = _ends(found)
        money = bool(found["low_money"] or found["high_money"]) or text[start] in "¥￥"
        if low < 0 or (not scaled and not money and _COUNTS.match(text, end)):
            continue
        marked = scaled or money
        basis, closed = _basis_of(text, start, end)
        role = _role_of(text, start, closed)
        before = text[max(0, start - 8) : start]
        single = low == high
        floor: Fraction | None = low
        ceiling: Fraction | None = high
        after = text[closed : closed + 6]
        if single and (_OPEN_ABOVE.match(after) or _OPEN_ABOVE_BEFORE.search(before)):
            ceiling = None
        elif single and (_OPEN_BELOW_AFTER.match(after) or _OPEN_BELOW.search(before)):
            floor = None
        about = bool(_ABOUT.match(after) or _ABOUT_BEFORE.search(before))
        thousands = "k" in {found["low_scale"], found["high_scale"]}
        yield Amount(floor, ceiling, basis, role, marked, thousands, about, start, closed)
