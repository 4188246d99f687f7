"""Numbers as people write them in a post: 5,000、８千、1.2万、三千五、一万二、五六千.

Exact: every value is a ``Fraction``, so that 1.15万 is 11,500 and not something near it.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

DIGITS = {
    "零": 0, "〇": 0, "一": 1, "壹": 1, "二": 2, "贰": 2, "两": 2, "三": 3, "叁": 3, "四": 4,
    "肆": 4, "五": 5, "伍": 5, "六": 6, "陆": 6, "七": 7, "柒": 7, "八": 8, "捌": 8, "九": 9,
    "玖": 9,
}  # fmt: skip
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000}
SCALES = {"k": 1000, "千": 1000, "仟": 1000, "w": 10_000, "万": 10_000, "百": 100, "佰": 100}

_DIGIT = "".join(DIGITS)
_UNIT = "".join(UNITS)
# 三千五、一万二千、两百八十: at least one unit, or it is a count and not an amount.
CHINESE = rf"(?:[{_DIGIT}十拾](?=[{_DIGIT}{_UNIT}]*[百佰千仟万])[{_DIGIT}{_UNIT}]*)"
ARABIC = r"(?:\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.\d{1,4})?"
_TWO_DIGITS = re.compile(rf"([{_DIGIT}])([{_DIGIT}])([百佰千仟万])")


def normal_text(text: str) -> str:
    """Full-width letters and digits made plain, lower case, every gap one blank."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"\s+", " ", plain).strip()


def chinese_value(text: str) -> Fraction | None:
    """三千五 is 3,500, 一万二 is 12,000, 十五万 is 150,000. None if it is not a number.

    A last digit without its unit counts in the next smaller one, unless 零 stands before it
    (三千零五 is 3,005).
    """
    total = section = 0
    digit: int | None = None
    last_unit = 1
    for sign in text:
        if sign in DIGITS:
            if digit not in (None, 0):
                return None
            digit = DIGITS[sign]
            if digit == 0:
                last_unit = 10
        elif sign in UNITS:
            unit = UNITS[sign]
            if unit == 10_000:
                total += (section + (digit or 0)) * unit
                section = 0
            else:
                section += (1 if digit is None else digit) * unit
            digit, last_unit = None, unit
        else:
            return None
    if digit:
        section += digit * (last_unit // 10 if last_unit > 10 else 1)
    return Fraction(total + section)


def two_at_once(text: str) -> tuple[Fraction, Fraction] | None:
    """五六千 is from 5,000 to 6,000; None for an ordinary number."""
    found = _TWO_DIGITS.fullmatch(text)
    if not found:
        return None
    unit = UNITS[found[3]]
    low, high = Fraction(DIGITS[found[1]] * unit), Fraction(DIGITS[found[2]] * unit)
    return (low, high) if low < high else None


def arabic_value(text: str) -> Fraction:
    """5,000 and 1.25 exactly."""
    return Fraction(text.replace(",", ""))
