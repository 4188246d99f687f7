"""The five answers of a wish: what is read, what is refused and in which words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.employment.logic.wishes import (
    MINOR_BAR,
    PAY_MAX_YUAN,
    PayNotUnderstoodError,
    PayOutOfRangeError,
    StartOutOfRangeError,
    TooYoungToWorkError,
    WantedWork,
    YearsOutOfRangeError,
    bars_of,
    demand_old_enough,
    read_pay_floor,
    read_start,
    read_wanted,
    read_years,
    steps_left,
    turns,
)
from denghuo.kernel.refusal import RefusalError

pytestmark = pytest.mark.no_postgres
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("3000", 3000), ("3,000元", 3000), ("３０００", 3000), ("3千", 3000), ("0.35万", 3500),
        ("4500块钱", 4500), ("3000以上", 3000), ("", 0), ("  ", 0), ("不限", 0), ("0", 0),
        (str(PAY_MAX_YUAN), PAY_MAX_YUAN),
    ],
)  # fmt: skip
def test_a_floor_is_read_as_people_write_it(typed: str, yuan: int) -> None:
    assert read_pay_floor(typed) == yuan * 100


@pytest.mark.parametrize(
    "typed", ["多点", "3000-4000", "-3000", "三千", "3000.555", "1e9", "3 千 5 百"]
)
def test_a_floor_that_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(PayNotUnderstoodError) as refused:
        read_pay_floor(typed)
    assert refused.value.field == "pay"


@pytest.mark.parametrize("typed", ["299", "50001", "9999999", "9万"])
def test_a_floor_out_of_range_says_the_range(typed: str) -> None:
    with pytest.raises(PayOutOfRangeError, match="300 到 50000 元"):
        read_pay_floor(typed)


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(typed: str) -> None:
    try:
        fen = read_pay_floor(typed)
    except RefusalError:
        return
    assert fen == 0 or 300_00 <= fen <= PAY_MAX_YUAN * 100


def test_works_are_said_once_and_at_most_three() -> None:
    assert read_wanted(["保洁", "", " 保洁 ", "做  饭", "司机", "会计"]) == (
        "保洁",
        "做 饭",
        "司机",
    )
    with pytest.raises(RefusalError, match="至少一样"):
        read_wanted(["", "  "])
    with pytest.raises(RefusalError, match="30 个字"):
        read_wanted(["很" * 31])


@pytest.mark.parametrize("days", [-1, 367, 4000])
def test_a_start_nobody_can_plan_for_is_refused(days: int) -> None:
    with pytest.raises(StartOutOfRangeError):
        read_start(TODAY + timedelta(days=days), TODAY)


def test_today_is_at_any_time() -> None:
    assert read_start(TODAY, TODAY) is None
    assert read_start(TODAY + timedelta(days=1), TODAY) == date(2026, 11, 25)


@pytest.mark.parametrize(("typed", "years"), [("", 0), ("３", 3), ("10年", 10), ("60", 60)])
def test_years_are_read(typed: str, years: int) -> None:
    assert read_years(typed) == years


@pytest.mark.parametrize("typed", ["61", "-1", "三年", "1.5", "100"])
def test_years_that_are_none_are_refused(typed: str) -> None:
    with pytest.raises(YearsOutOfRangeError):
        read_years(typed)


def test_the_law_s_ages_turn_on_the_birthday() -> None:
    born = date(2010, 11, 24)
    demand_old_enough(born, TODAY)
    with pytest.raises(TooYoungToWorkError, match="2026-11-25"):
        demand_old_enough(date(2010, 11, 25), TODAY)
    assert bars_of(born, TODAY) == (MINOR_BAR,)
    assert bars_of(date(2008, 11, 24), TODAY) == ()
    assert bars_of(date(2008, 11, 25), TODAY) == (MINOR_BAR,)
    assert turns(date(2008, 2, 29), 18) == date(2026, 3, 1)


def test_an_unknown_birthday_turns_nobody_away() -> None:
    demand_old_enough(None, TODAY)
    assert bars_of(None, TODAY) == ()


def test_words_without_an_occupation_are_no_answer_yet() -> None:
    done = ["what", "where", "pay", "when", "held"]
    assert steps_left(done, [WantedWork("保洁", "4-09-08-01")]) == ()
    assert steps_left(done, [WantedWork("保洁", "")]) == ("what",)
    assert steps_left(["what"], [WantedWork("保洁", "x")]) == ("where", "pay", "when", "held")
