"""Single cells of a list of posts: days, counts, schooling, years."""

from __future__ import annotations

import re
from datetime import date, timedelta

from denghuo.employment.logic.numerals import normal_text

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ t].*)?")
_DAY_SHORT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_EXCEL_EPOCH = date(1899, 12, 30)
# 1982 to 2119: no other reading of five digits is a day.
_SERIAL = range(30_000, 80_001)
_COUNT = re.compile(r"约?(\d{1,9})(?:\.0+)?(?:名|人|个|位)?")
_NO_COUNT = frozenset({"若干", "不限", "多名", "数名", "若干名"})
# Of several words the lowest grade is asked for: 大专及以上, 本科/硕士.
_SCHOOLING: tuple[tuple[int, re.Pattern[str]], ...] = (
    (0, re.compile(r"不限|无要求|小学|^$|不要求")),
    (1, re.compile(r"初中|义务教育|九年")),
    (2, re.compile(r"高中|中专|技校|职高|中技|中职|职业高中")),
    (3, re.compile(r"大专|专科|高职|高技")),
    (4, re.compile(r"本科|学士|统招|全日制大学")),
    (5, re.compile(r"硕士|研究生")),
    (6, re.compile(r"博士")),
)
_YEARS = re.compile(r"(\d{1,2})")
YEARS_MAX = 40


def read_day(text: str) -> date | None:
    """A day written in any usual way, text or a spreadsheet's number; None where it is none."""
    said = normal_text(text)
    found = _DAY.fullmatch(said) or _DAY_SHORT.fullmatch(said)
    if found:
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return None
    if said.isascii() and said.isdigit() and int(said) in _SERIAL:
        return _EXCEL_EPOCH + timedelta(days=int(said))
    return None


def read_count(text: str) -> int | None:
    """How many are wanted; 若干 is one, None where it is no number."""
    said = normal_text(text).replace(",", "").replace(" ", "")
    if not said or said in _NO_COUNT:
        return 1
    found = _COUNT.fullmatch(said)
    return int(found[1]) if found else None


def read_schooling(text: str) -> int:
    """The least schooling asked for, 0 to 6; what is not said or not known asks for none."""
    said = normal_text(text)
    return next((grade for grade, words in _SCHOOLING if words.search(said)), 0)


def read_years(text: str) -> int:
    """The least years asked for: 3-5年 is three, 应届 and 不限 none."""
    said = normal_text(text)
    if not said or re.search(r"不限|应届|无|以下|以内", said):
        return 0
    found = _YEARS.search(said)
    return min(int(found[1]), YEARS_MAX) if found else 0
