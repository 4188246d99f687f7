"""When a scheduled job is due."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.platform.logic.schedule import LOCAL, DailyAt, Every, next_run

pytestmark = pytest.mark.no_postgres
instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_daily_is_told_in_local_time() -> None:
    morning = DailyAt(time(8, 30))
    before = datetime(2026, 11, 23, 8, 29, 59, tzinfo=LOCAL)
    at = datetime(2026, 11, 23, 8, 30, tzinfo=LOCAL)
    assert next_run(morning, after=before) == at
    assert next_run(morning, after=at) == at + timedelta(days=1)


def test_an_interval_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="once a second"):
        Every(timedelta(milliseconds=10))


@given(instants, st.timedeltas(timedelta(seconds=1), timedelta(days=40)))
def test_every_is_after_within_one_interval_and_the_same_for_all(
    after: datetime, interval: timedelta
) -> None:
    schedule = Every(interval)
    due = next_run(schedule, after=after)
    assert after < due <= after + interval
    assert next_run(schedule, after=due - timedelta(microseconds=1)) == due


@given(instants, st.times())
def test_daily_is_after_within_a_day(after: datetime, at: time) -> None:
    due = next_run(DailyAt(at), after=after)
    assert after < due <= after + timedelta(days=1)
    assert due.astimezone(LOCAL).time() == at
