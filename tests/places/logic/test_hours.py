"""Hours read, asked, written; holidays, worked Saturdays, nights."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.places.logic.hours import (
    ALL_DAY,
    CHINA,
    DAY_MINUTES,
    Hours,
    HoursNotReadableError,
    day_runs,
    is_open,
    next_opening,
    read_hours,
    write_hours,
)

OFFICE = read_hours("周一至周五 08:30-12:00 14:30-17:30; 周六 09:00-12:00; 节假日 休息")
MONDAY = date(2026, 11, 23)


def at(day: date, clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("clock", "open_then"),
    [("08:29", False), ("08:30", True), ("11:59", True), ("12:00", False), ("17:29", True)],
)
def test_a_span_holds_its_start_and_not_its_end(clock: str, open_then: bool) -> None:
    assert is_open(OFFICE, at(MONDAY, clock)) is open_then


def test_the_instant_may_be_in_any_zone() -> None:
    assert is_open(OFFICE, datetime(2026, 11, 23, 1, 0, tzinfo=UTC)) is True  # 09:00 in China


def test_a_night_span_belongs_to_the_day_it_starts_on() -> None:
    night = read_hours("周一 22:00-06:00")
    assert is_open(night, at(MONDAY, "23:30")) is True
    assert is_open(night, at(MONDAY + timedelta(days=1), "05:59")) is True
    assert is_open(night, at(MONDAY + timedelta(days=1), "06:00")) is False
    assert is_open(night, at(MONDAY, "03:00")) is False


def test_holidays_and_worked_saturdays_follow_the_calendar() -> None:
    holiday, worked = date(2026, 10, 1), date(2026, 10, 10)  # a Thursday, a Saturday

    def working(day: date) -> bool:
        return day == worked or (day != holiday and day.weekday() < 5)

    assert is_open(OFFICE, at(holiday, "10:00"), working) is False
    assert is_open(OFFICE, at(holiday, "10:00")) is True  # nobody told of the holiday
    assert is_open(OFFICE, at(worked, "15:00"), working) is True


def test_a_day_named_beats_everything() -> None:
    hours = read_hours("每天 09:00-17:00; 2026-11-23 休息; 2026-11-24 10:00-11:00")
    assert is_open(hours, at(MONDAY, "10:00")) is False
    assert is_open(hours, at(MONDAY + timedelta(days=1), "09:30")) is False
    assert is_open(hours, at(MONDAY + timedelta(days=1), "10:30")) is True


def test_unknown_hours_are_neither_open_nor_closed() -> None:
    assert is_open(read_hours(""), at(MONDAY, "10:00")) is None


def test_the_next_opening() -> None:
    assert next_opening(OFFICE, at(MONDAY, "12:30")) == at(MONDAY, "14:30")
    saturday = MONDAY + timedelta(days=5)
    assert next_opening(OFFICE, at(saturday, "13:00")) == at(MONDAY + timedelta(days=7), "08:30")
    assert next_opening(read_hours("2020-01-01 全天"), at(MONDAY, "09:00")) is None


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("周一至周日 全天", "24小时"),
        ("周一、周三，周五 9:00—17:00", "周一 09:00-17:00;周三 09:00-17:00;周五 09:00-17:00"),
        ("周六至周一 09:00-10:00", "周六 09:00-10:00;周日 09:00-10:00;周一 09:00-10:00"),
        ("周一到周五 08:00~12:00；周天 休息", "周一至周五 08:00-12:00"),
    ],
)
def test_the_same_hours_written_differently(text: str, same: str) -> None:
    assert read_hours(text) == read_hours(same)


@pytest.mark.parametrize(
    "text",
    ["上班时间", "周一 25:00-26:00", "周一 09:00", "周一 09:00-09:00", "周八 09:00-10:00",
     "周一 09:00-12:00 11:00-13:00", "2026-02-30 休息", "周一", "周一 09:00-10:00;" * 61,
     "周一 24:00-25:00", "周一 09:60-10:00"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(HoursNotReadableError, match="请这样写"):
        read_hours(text)


@st.composite
def spans(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    cuts = sorted(draw(st.sets(st.integers(0, DAY_MINUTES - 1), max_size=4)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    return tuple(pairs)


generated = st.builds(
    Hours,
    week=st.tuples(*[spans()] * 7),
    dates=st.dictionaries(st.dates(date(2020, 1, 1), date(2030, 1, 1)), spans(), max_size=3),
    holidays=st.none() | spans(),
)


@given(generated)
def test_hours_written_and_stored_come_back(hours: Hours) -> None:
    assert Hours.from_stored(hours.stored()) == hours
    if hours.known:
        assert read_hours(write_hours(hours)) == hours


@given(generated, st.integers(0, 2 * 366 * DAY_MINUTES))
def test_it_is_open_at_the_next_opening(hours: Hours, minutes: int) -> None:
    now = datetime(2024, 1, 1, tzinfo=CHINA) + timedelta(minutes=minutes)
    opening = next_opening(hours, now)
    if opening is not None:
        assert opening > now
        assert is_open(hours, opening) is True


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_hours(text)
    except HoursNotReadableError as refusal:
        assert refusal.sentence  # noqa: PT017  any text may be refused


def test_runs_of_equal_days() -> None:
    assert day_runs((ALL_DAY,) * 7) == [(0, 6)]
    assert day_runs(OFFICE.week) == [(0, 4), (5, 5), (6, 6)]
