"""Numbers in Chinese characters."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.employment.logic.numerals import chinese_value, normal_text, two_at_once

pytestmark = pytest.mark.no_postgres

SIGNS = "零一二三四五六七八九"


def spelled(number: int) -> str:
    """The full form: 10,203 is 一万零二百零三."""
    if number >= 10_000:
        rest = number % 10_000
        gap = "零" if 0 < rest < 1000 else ""
        return spelled(number // 10_000) + "万" + gap + (spelled(rest) if rest else "")
    said: list[str] = []
    skipped = False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            said.append(("零" if skipped and said else "") + SIGNS[digit] + sign)
        skipped = not digit
    return "".join(said)


@given(st.integers(min_value=1, max_value=99_999_999))
def test_spelled_numbers_are_read(number: int) -> None:
    assert chinese_value(spelled(number)) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三千五", 3500),
        ("一万二", 12_000),
        ("两百八", 280),
        ("十五万", 150_000),
        ("三千零五", 3005),
    ],
)
def test_short_forms(text: str, value: int) -> None:
    assert chinese_value(text) == value


def test_what_is_no_number() -> None:
    assert chinese_value("三千元") is None
    assert chinese_value("五六") is None


def test_two_at_once() -> None:
    assert two_at_once("五六千") == (Fraction(5000), Fraction(6000))
    assert two_at_once("六五千") is None
    assert two_at_once("五千") is None


def test_full_width_becomes_plain() -> None:
    assert normal_text("　５Ｋ－８Ｋ \n 元") == "5k-8k 元"
