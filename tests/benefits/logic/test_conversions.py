"""Cells of other offices' files: every way of writing a value, and every way of not writing one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.benefits.logic.conversions import (
    Trouble,
    read_cell,
    read_day,
    shown,
)
from denghuo.benefits.logic.targets import How, Target
from denghuo.kernel.table_text import plain
from tests.factories.people import id_number, uscc

pytestmark = pytest.mark.no_postgres
TODAY = date(2026, 11, 23)
MONEY = Target("paid", "实缴失业保险费", "money", "firm", unit="元", low=0, high=10**11)
COUNT = Target("count", "裁员人数", "int", "firm", unit="人", low=0, high=500_000)
AVERAGE = Target("average", "平均参保人数", "decimal", "firm", scale=2, low=0, high=50_000_000)
RATE = Target("rate", "费率", "decimal", "firm", scale=4, low=0, high=500)
PERCENT = Target("lpr", "利率", "decimal", "firm", unit="%", scale=2, low=0, high=3_600)
DAY = Target("on", "登记日期", "date", "firm", low=date(1900, 1, 1), high=date(2200, 1, 1))
FLAG = Target("flag", "失信", "bool", "firm")
SIZE = Target(
    "size_class", "划型", "code", "firm",
    values={"micro": "微型", "small": "小型", "medium": "中型", "large": "大型"},
)  # fmt: skip


def read(how: How, text: str | None, target: Target | None = None, **words: str) -> object:
    return read_cell(how, text, target=target, words=words, today=TODAY)


def trouble(how: How, text: str, target: Target | None = None) -> str:
    found = read(how, text, target)
    assert isinstance(found, Trouble), found
    assert found.sentence
    assert found.advice
    assert "{" not in found.sentence + found.advice
    return found.code


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("186400", 18_640_000), ("186,400.00", 18_640_000), ("186400.5元", 18_640_050),
        ("￥1,234.56", 123_456), ("¥ 12", 1_200), ("１２．５", 1_250), ("0", 0),
        (" 9300 ", 930_000),
    ],
)  # fmt: skip
def test_yuan(text: str, fen: int) -> None:
    assert read("yuan", text, MONEY) == fen


def test_money_in_other_units() -> None:
    assert read("wan_yuan", "18.64", MONEY) == 18_640_000
    assert read("wan_yuan", "1.2345万元", MONEY) == 1_234_500
    assert read("fen", "18640000", MONEY) == 18_640_000
    assert trouble("wan_yuan", "0.0000001", MONEY) == "too_many_places"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("111840.004", "too_many_places"), ("1.864E+05", "scientific"),
        ("二十来人", "not_a_number"),
        ("1,86,400", "not_a_number"), ("(186400)", "not_a_number"), ("-5", "negative"),
        ("99999999999999", "out_of_bounds"), ("=SUM(A1:A9)", "formula"), ("@cmd", "formula"),
        ("=cmd|'/c calc'!A1", "formula"), ("#REF!", "failed_formula"), ("#N/A", "failed_formula"),
        ("1.2万", "not_a_number"), ("12 34 abc", "not_a_number"), ("1" * 30, "not_a_number"),
    ],
)  # fmt: skip
def test_what_is_no_amount(text: str, code: str) -> None:
    assert trouble("yuan", text, MONEY) == code


@pytest.mark.parametrize("text", [None, "", "  ", "-", "—", "/", "NULL", "\u3000", "nan"])
def test_nothing_given_is_nothing(text: str | None) -> None:
    assert read("yuan", text, MONEY) is None
    assert read("uscc", text) is None


def test_counts_may_carry_their_unit() -> None:
    assert read("integer", "2人", COUNT) == 2
    assert read("integer", "1,200", COUNT) == 1200
    assert read("integer", "3.0", COUNT) == 3
    assert trouble("integer", "2.5", COUNT) == "too_many_places"


@pytest.mark.parametrize(
    ("how", "text", "target", "held"),
    [
        ("number", "41.5", AVERAGE, 4_150), ("number", "0.0125", RATE, 125),
        ("percent", "1.25", RATE, 125), ("percent", "1.25%", RATE, 125),
        ("number", "1.25%", RATE, 125), ("number", "3.45", PERCENT, 345),
        ("percent", "3.45%", PERCENT, 345), ("fraction", "0.0345", PERCENT, 345),
        ("fraction", "3.45%", PERCENT, 345),
    ],
)  # fmt: skip
def test_shares(how: How, text: str, target: Target, held: int) -> None:
    assert read(how, text, target) == held


@pytest.mark.parametrize(
    "text",
    [
        "2025-06-10", "2025/6/10", "2025.6.10", "2025年6月10日", "20250610", "2025-06-10 00:00:00",
        "2025/6/10 0:00", "2025-06-10T00:00:00", "45818", "２０２５年６月１０日",
    ],
)  # fmt: skip
def test_days(text: str) -> None:
    assert read("date", text, DAY) == date(2025, 6, 10)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2025-02-30", "not_a_day"), ("06/10/2025", "not_a_day"), ("2025-06", "not_a_day"),
        ("202506", "not_a_day"), ("2025年6月", "not_a_day"), ("昨天", "not_a_day"),
        ("2026-11-24", "future_day"), ("2025-06-10 08:30:00", "not_a_day"), ("1234", "not_a_day"),
        ("1850-01-01", "out_of_bounds"),
    ],
)  # fmt: skip
def test_what_is_no_day(text: str, code: str) -> None:
    assert trouble("date", text, DAY) == code


def test_yes_no_and_codes() -> None:
    assert read("yes_no", "是", FLAG) is True
    assert read("yes_no", "无", FLAG) is False
    assert read("yes_no", "正常", FLAG, 正常="否") is False  # the officer's word is above ours
    assert trouble("yes_no", "大概", FLAG) == "not_yes_no"
    for text in ("小型", "小型企业", "小", "small", " 小 型 "):
        assert read("code", text, SIZE) == "small", text
    assert read("code", "3", SIZE, **{"3": "中型"}) == "medium"
    assert trouble("code", "超大", SIZE) == "not_a_code"


def test_keys() -> None:
    code, number = uscc(1).text, id_number().text
    assert read("uscc", code.lower()) == code
    assert read("uscc", f" {code[:8]} {code[8:]}") == code
    assert trouble("uscc", code[:-1] + ("0" if code[-1] != "0" else "1")) == "not_uscc"
    assert trouble("uscc", "9.115E+17") == "eaten_by_spreadsheet"
    assert read("id_number", number.lower()) == number
    assert trouble("id_number", "1.50102199001011e+17") == "eaten_by_spreadsheet"
    wrong = read("id_number", number[:-1] + ("0" if number[-1] != "0" else "1"))
    assert isinstance(wrong, Trouble)
    assert number[:10] not in wrong.sentence + wrong.advice


def test_a_code_kept_as_a_formula_of_text_is_text() -> None:
    assert read("integer", '="0012"', COUNT) == 12


@given(st.integers(0, 10**11))
def test_an_amount_comes_back_from_what_is_shown(fen: int) -> None:
    assert read("yuan", shown(fen, MONEY), MONEY) == fen


@given(st.integers(0, 10**11))
def test_one_amount_in_three_units(fen: int) -> None:
    yuan = format(Decimal(fen).scaleb(-2), "f")
    wan = format(Decimal(fen).scaleb(-6), "f")
    assert (
        read("yuan", yuan, MONEY)
        == read("wan_yuan", wan, MONEY)
        == read("fen", str(fen), MONEY)
        == fen
    )


@given(st.dates(date(1955, 1, 1), TODAY))
def test_a_day_in_every_shape_is_the_same_day(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    shapes = [
        day.isoformat(), f"{day:%Y%m%d}", f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日", str(serial),
    ]  # fmt: skip
    assert {read_day(text, today=TODAY) for text in shapes} == {day}


@given(st.text(max_size=40), st.sampled_from(["yuan", "integer", "date", "yes_no", "code", "uscc",
                                               "id_number", "number", "text"]))  # fmt: skip
def test_no_text_breaks_the_reading(text: str, how: How) -> None:
    target = {"yuan": MONEY, "integer": COUNT, "date": DAY, "yes_no": FLAG, "code": SIZE,
              "number": AVERAGE}.get(how)  # fmt: skip
    found = read(how, text, target)
    if isinstance(found, Trouble):
        assert found.sentence
        assert found.advice
    elif how in ("yuan", "integer", "number") and found is not None:
        assert isinstance(found, int)
        assert target is not None
        assert target.low <= found <= target.high  # type: ignore[operator]


@given(st.dates(TODAY + timedelta(days=1), date(2100, 1, 1)))
def test_no_shape_leads_into_the_future(day: date) -> None:
    assert isinstance(read_day(f"{day:%Y%m%d}", today=TODAY), Trouble)


def test_plain_is_half_width_and_trimmed() -> None:
    assert plain("\ufeff ９１１ ") == "911"
