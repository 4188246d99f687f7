"""Marks add up to trips, forms and minutes, whatever their order."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from denghuo.measures.logic.errands import (
    ApplicantMark,
    Errands,
    ErrandSums,
    OldErrands,
    count_errands,
)

pytestmark = pytest.mark.no_postgres
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
marks = st.lists(
    st.builds(
        ApplicantMark,
        at=st.integers(0, 5 * 24 * 3600).map(lambda seconds: START + timedelta(seconds=seconds)),
        by_staff=st.booleans(),
        field=st.sampled_from(["", "name", "account", "trade"]),
    ),
    max_size=16,
)

# A machine that is busy elsewhere draws slowly; that says nothing about the rule.
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def mark(minutes: float, *, by_staff: bool = False, field: str = "") -> ApplicantMark:
    return ApplicantMark(START + timedelta(minutes=minutes), by_staff, field)


def test_one_sitting_at_home() -> None:
    found = count_errands([mark(0), mark(2, field="name"), mark(5, field="account"), mark(6)])
    assert found == Errands(trips=0, forms=1, fields=2, sittings=1, seconds=360)


def test_ten_minutes_still_belong_to_the_sitting_and_a_second_more_does_not() -> None:
    assert count_errands([mark(0), mark(10)]) == Errands(sittings=1, seconds=600)
    assert count_errands([mark(0), mark(10 + 1 / 60)]) == Errands(sittings=2, seconds=0)


def test_a_field_typed_twice_is_one_field() -> None:
    found = count_errands([mark(0, field="name"), mark(1, field="name")])
    assert (found.forms, found.fields) == (1, 1)


def test_a_trip_is_a_day_at_the_counter_where_the_people_live() -> None:
    midnight = 15 * 60  # 16:00 in UTC
    same = [mark(midnight - 1, by_staff=True), mark(midnight - 2, by_staff=True)]
    assert count_errands(same).trips == 1
    assert count_errands([*same, mark(midnight, by_staff=True)]).trips == 2
    assert count_errands([mark(0), mark(midnight)]).trips == 0, "at home is no trip"


def test_nothing_done_costs_nothing() -> None:
    assert count_errands([]) == Errands()


@given(marks)
@calm
def test_order_says_nothing_and_bounds_hold(drawn: list[ApplicantMark]) -> None:
    found = count_errands(drawn)
    mixed = list(drawn)
    random.Random(7).shuffle(mixed)
    assert count_errands(mixed) == found
    assert found.forms == min(1, found.fields)
    assert (found.sittings == 0) == (not drawn)
    assert found.seconds <= max(0, len(drawn) - found.sittings) * 600
    if drawn:
        whole = max(one.at for one in drawn) - min(one.at for one in drawn)
        assert found.seconds <= whole.total_seconds()


@given(marks, marks)
@calm
def test_more_marks_never_cost_less(drawn: list[ApplicantMark], more: list[ApplicantMark]) -> None:
    few, many = count_errands(drawn), count_errands(drawn + more)
    assert many.trips >= few.trips
    assert many.fields >= few.fields
    # A mark between two sittings may join them; it never takes recorded time away.
    assert many.seconds >= few.seconds


def test_the_minutes_are_a_range_and_what_got_worse_is_shown() -> None:
    sums = ErrandSums(2, Errands(5, 2, 9, 3, 61), OldErrands(4, 6, 40))
    assert sums.minutes_now == (2, 32)
    assert sums.minutes_saved == (8, 38)
    assert sums.trips_saved == -1
    assert sums.forms_saved == 4
