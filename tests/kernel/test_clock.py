"""The day is the day in Inner Mongolia."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from denghuo.kernel.clock import day_of

pytestmark = pytest.mark.no_postgres


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 5, 7, 15, 59, 59, tzinfo=UTC), date(2026, 5, 7)),
        (datetime(2026, 5, 7, 16, 0, tzinfo=UTC), date(2026, 5, 8)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_from_midnight_to_eight_it_is_not_the_day_of_utc(instant: datetime, day: date) -> None:
    assert day_of(instant) == day


def test_an_instant_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="time zone"):
        day_of(datetime(2026, 5, 7))  # noqa: DTZ001  the mistake itself
