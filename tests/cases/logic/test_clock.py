"""The clock of a case: the worked sums of the service facts, §2.9, and what may stop it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.cases.logic.clock import (
    AlreadyExtendedError,
    Clock,
    NoExtensionError,
    Pause,
    PauseNotAllowedError,
    amber_from,
    colour_of,
    due_of,
    extended,
    run_on,
    stop,
)
from denghuo.cases.queries.calendar import reckon_by
from denghuo.platform.public import WorkCalendar, work_calendar, working_days_between

pytestmark = [pytest.mark.no_postgres, pytest.mark.django_db]
PLAIN = WorkCalendar(published_years=frozenset(range(2020, 2040)), exceptions={})


def due(clock: Clock) -> date:
    found = due_of(clock, reckon_by(work_calendar())).day
    assert found is not None
    return found


def test_five_days_over_spring_festival() -> None:
    # Saturday 02-14 is worked, 15 to 23 are off.
    assert due(Clock(date(2026, 2, 12), 5)) == date(2026, 2, 26)


def test_twenty_days_over_may() -> None:
    # Saturday 05-09 is worked.
    assert due(Clock(date(2026, 4, 28), 20)) == date(2026, 5, 28)


def test_the_same_with_a_correction_asked_and_answered() -> None:
    clock = stop(Clock(date(2026, 4, 28), 20), "correction", on=date(2026, 5, 8), allowed=())
    assert due_of(clock, reckon_by(work_calendar())).day is None
    assert due(run_on(clock, on=date(2026, 5, 15))) == date(2026, 6, 5)


def test_thirty_days_over_the_october_week() -> None:
    assert due(Clock(date(2026, 9, 25), 30)) == date(2026, 11, 12)


def test_a_date_over_an_unpublished_year_is_provisional() -> None:
    found = due_of(Clock(date(2026, 11, 23), 60), reckon_by(work_calendar()))
    assert found.provisional
    assert found.day is not None
    assert found.day.year == 2027


def test_only_what_the_item_names_stops_the_clock_beside_a_correction() -> None:
    clock = Clock(date(2026, 4, 28), 20)
    for why in ("expert", "bank", "notice"):
        with pytest.raises(PauseNotAllowedError):
            stop(clock, why, on=date(2026, 5, 8), allowed=())
    assert stop(clock, "expert", on=date(2026, 5, 8), allowed={"expert"}).stands


def test_stopping_twice_and_running_twice_changes_nothing() -> None:
    clock = stop(Clock(date(2026, 4, 28), 20), "correction", on=date(2026, 5, 8), allowed=())
    assert stop(clock, "correction", on=date(2026, 5, 12), allowed=()) == clock
    once = run_on(clock, on=date(2026, 5, 15))
    assert run_on(once, on=date(2026, 6, 1)) == once


def test_asked_and_answered_on_one_day_takes_nothing_out() -> None:
    clock = Clock(date(2026, 4, 28), 20, (Pause("correction", date(2026, 5, 8), date(2026, 5, 8)),))
    assert due(clock) == date(2026, 5, 28)


def test_a_limit_is_extended_once() -> None:
    clock = extended(Clock(date(2026, 4, 28), 20), by=10, already=0)
    assert due(clock) == date(2026, 6, 11)
    with pytest.raises(AlreadyExtendedError):
        extended(clock, by=10, already=10)
    with pytest.raises(NoExtensionError):
        extended(clock, by=0, already=0)


def test_colours() -> None:
    day = date(2026, 5, 28)
    amber = amber_from(day, work_calendar())
    assert amber == date(2026, 5, 25)
    assert colour_of(day, amber, on=date(2026, 5, 24)) == "green"
    assert colour_of(day, amber, on=amber) == "amber"
    assert colour_of(day, amber, on=day) == "amber"
    assert colour_of(day, amber, on=date(2026, 5, 29)) == "red"
    assert colour_of(None, None, on=day) == "waiting"


@given(st.dates(date(2024, 1, 1), date(2026, 12, 31)))
def test_amber_is_a_working_day_with_three_working_days_left(day: date) -> None:
    while not PLAIN.is_working(day):
        day += timedelta(days=1)
    amber = amber_from(day, PLAIN)
    assert PLAIN.is_working(amber)
    assert working_days_between(amber, day, PLAIN) == 3


@given(
    st.dates(date(2024, 1, 1), date(2026, 6, 1)),
    st.integers(1, 60),
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 30)), max_size=4),
)
def test_pauses_only_ever_move_the_last_day_out(
    start: date, days: int, pauses: list[tuple[int, int]]
) -> None:
    plain = due_of(Clock(start, days), reckon_by(PLAIN)).day
    paused = Clock(
        start,
        days,
        tuple(
            Pause(
                "correction",
                start + timedelta(days=at),
                start + timedelta(days=at + length),
            )
            for at, length in pauses
        ),
    )
    later = due_of(paused, reckon_by(PLAIN)).day
    assert plain is not None
    assert later is not None
    assert later >= plain
