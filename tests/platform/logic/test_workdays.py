"""Deadlines over China's working days, against worked sums and for all dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.kernel.period import Period
from denghuo.platform.logic.statutory_days import LAST_LUNAR_YEAR, qingming, statutory_days_off
from denghuo.platform.logic.workdays import (
    CHINA_TIME,
    WORKING_DAYS_MAX,
    Deadline,
    PausedClock,
    ServiceHours,
    WorkCalendar,
    add_service_time,
    add_working_days,
    due_with_pauses,
    is_open,
    next_working_day,
    working_days_between,
)

pytestmark = pytest.mark.no_postgres

CALENDAR = WorkCalendar(
    published_years=frozenset(range(2004, 2027)),
    exceptions={
        **dict.fromkeys(chinese_calendar.constants.holidays, False),
        **dict.fromkeys(chinese_calendar.constants.workdays, True),
    },
)
OFFICE = ServiceHours(((time(9), time(12)), (time(14, 30), time(17, 30))))
DAYS = st.dates(date(2004, 1, 1), date(2032, 12, 31))
PAUSES = st.lists(
    st.builds(
        lambda start, days: Period(start, start + timedelta(days=days)), DAYS, st.integers(1, 40)
    ),
    max_size=4,
)


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        (date(2026, 2, 12), 5, date(2026, 2, 26)),  # Sat 14 is worked, 15–23 are off
        (date(2026, 4, 28), 20, date(2026, 5, 28)),  # Sat 9 May is worked
        (date(2026, 9, 25), 30, date(2026, 11, 12)),  # over the National Day holiday
    ],
)
def test_worked_deadlines(start: date, count: int, due: date) -> None:
    assert add_working_days(start, count, CALENDAR) == Deadline(due, provisional=False)


def test_a_correction_stops_the_clock_until_it_is_answered() -> None:
    asked = Period(date(2026, 5, 8), date(2026, 5, 15))
    due = due_with_pauses(date(2026, 4, 28), 20, CALENDAR, [asked])
    assert due == Deadline(date(2026, 6, 5), provisional=False)


def test_an_unanswered_correction_leaves_no_date_but_the_days_left() -> None:
    open_pause = Period(date(2026, 5, 8))
    clock = due_with_pauses(date(2026, 4, 28), 20, CALENDAR, [open_pause])
    # 29 and 30 April, 6 and 7 May were counted
    assert clock == PausedClock(since=date(2026, 5, 8), working_days_left=16)


def test_over_an_unpublished_year_the_date_is_provisional_and_leaves_spring_festival_out() -> None:
    due = add_working_days(date(2026, 11, 23), 60, CALENDAR)
    # Five days left in November, 23 in December, 20 in January without New Year's Day, four
    # in February before the eve of Spring Festival (Fri 5), then 9–12 and 15–18.
    assert due == Deadline(date(2027, 2, 18), provisional=True)


def test_a_deadline_that_ends_before_the_unpublished_year_is_firm() -> None:
    due = add_working_days(date(2026, 12, 28), 3, CALENDAR)
    assert due == Deadline(date(2026, 12, 31), provisional=False)


@pytest.mark.parametrize("count", [-1, WORKING_DAYS_MAX + 1])
def test_absurd_counts_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="working days must be"):
        add_working_days(date(2026, 1, 1), count, CALENDAR)


@given(DAYS, st.integers(0, 120))
def test_counting_back_gives_the_number_asked_for(start: date, count: int) -> None:
    due = add_working_days(start, count, CALENDAR)
    assert working_days_between(start, due.day, CALENDAR) == count
    assert working_days_between(due.day, start, CALENDAR) == -count
    assert count == 0 or CALENDAR.is_working(due.day)


@given(DAYS, st.integers(0, 60), st.integers(0, 60))
def test_two_spans_in_a_row_are_their_sum(start: date, first: int, second: int) -> None:
    half_way = add_working_days(start, first, CALENDAR).day
    both = add_working_days(start, first + second, CALENDAR).day
    assert add_working_days(half_way, second, CALENDAR).day == both


@given(DAYS, st.integers(0, 60), PAUSES)
def test_a_pause_never_brings_a_deadline_forward(
    start: date, count: int, pauses: list[Period]
) -> None:
    plain = add_working_days(start, count, CALENDAR)
    paused = due_with_pauses(start, count, CALENDAR, pauses)
    assert isinstance(paused, Deadline)
    assert paused.day >= plain.day
    assert paused == due_with_pauses(start, count, CALENDAR, [*reversed(pauses), *pauses])
    counted = [
        day
        for n in range((paused.day - start).days)
        if CALENDAR.is_working(day := start + timedelta(days=n + 1))
        and not any(day in pause for pause in pauses)
    ]
    assert len(counted) == count


@given(DAYS, st.integers(0, 30))
def test_provisional_says_that_a_day_counted_lies_in_an_unpublished_year(
    start: date, count: int
) -> None:
    due = add_working_days(start, count, CALENDAR)
    assert due.provisional == (count > 0 and due.day.year > 2026)


@given(DAYS)
def test_the_next_working_day_is_the_nearest(day: date) -> None:
    found = next_working_day(day, CALENDAR)
    assert CALENDAR.is_working(found)
    assert working_days_between(day - timedelta(days=1), found, CALENDAR) == 1


@given(st.dates(date(2004, 1, 1), date(2026, 12, 31)))
def test_published_years_agree_with_the_published_table(day: date) -> None:
    assert CALENDAR.is_working(day) == chinese_calendar.is_workday(day)


def test_the_days_the_law_names_were_off_in_every_published_year() -> None:
    for year in range(2008, 2027):
        assert chinese_calendar.is_holiday(qingming(year)), year
        for day in statutory_days_off(year):
            if day != date(year, 5, 2):  # named only since 2025
                assert chinese_calendar.is_holiday(day), day


def test_lunar_festivals_are_known_for_the_coming_years() -> None:
    names = statutory_days_off(2027)
    assert names[date(2027, 2, 5)] == names[date(2027, 2, 8)] == "春节"
    assert names[date(2027, 6, 9)] == "端午节"
    assert "春节" not in statutory_days_off(LAST_LUNAR_YEAR + 1).values()
    for year in range(2027, LAST_LUNAR_YEAR + 1):
        assert len(statutory_days_off(year)) in {12, 13}, year


def test_rows_for_an_unpublished_year_replace_the_guess_and_stay_provisional() -> None:
    own = WorkCalendar(
        published_years=frozenset({2026}),
        guessed_years=frozenset({2027}),
        exceptions={date(2027, 1, 4): False},
    )
    assert own.is_working(date(2027, 1, 1))
    assert not own.is_working(date(2027, 1, 4))
    assert own.is_provisional(date(2027, 1, 4))


def _china(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 2, day, hour, minute, tzinfo=CHINA_TIME)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (_china(12, 9), True),
        (_china(12, 8, 59), False),
        (_china(12, 12), False),  # lunch
        (_china(14, 15), True),  # a worked Saturday
        (_china(16, 10), False),  # New Year's Eve
        (datetime(2026, 2, 12, 1, 30, tzinfo=UTC), True),  # 9:30 in China
    ],
)
def test_service_hours(at: datetime, *, expected: bool) -> None:
    assert is_open(at, CALENDAR, OFFICE) is expected


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (_china(12, 11), 2, _china(12, 15, 30)),  # over lunch
        (_china(13, 17), 1, _china(14, 9, 30)),  # into the worked Saturday
        (_china(14, 16, 30), 4, _china(24, 12)),  # over the holiday
        (_china(16, 3), 0, _china(24, 9)),  # nothing to wait for, but the office must open
        (_china(12, 9), 6, _china(12, 17, 30)),  # a day exactly ends that day
    ],
)
def test_service_time_passes_only_while_open(start: datetime, hours: int, due: datetime) -> None:
    assert add_service_time(start, timedelta(hours=hours), CALENDAR, OFFICE) == due


def test_service_time_keeps_the_callers_time_zone() -> None:
    start = datetime(2026, 2, 12, 3, 0, tzinfo=UTC)
    due = add_service_time(start, timedelta(hours=2), CALENDAR, OFFICE)
    assert due == datetime(2026, 2, 12, 7, 30, tzinfo=UTC)
    assert due.tzinfo is UTC


@pytest.mark.parametrize(
    "spans",
    [(), ((time(9), time(9)),), ((time(9), time(12)), (time(11), time(13))), ((time(9), time(8)),)],
)
def test_impossible_opening_spans_are_refused(spans: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="opening spans"):
        ServiceHours(spans)
