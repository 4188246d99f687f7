"""When a scheduled job is due next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from denghuo.kernel.clock import day_of

LOCAL = ZoneInfo("Asia/Shanghai")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHORTEST = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Every:
    """At every multiple of ``interval`` since 1970, so that all processes mean one instant."""

    interval: timedelta

    def __post_init__(self) -> None:
        if self.interval < _SHORTEST:
            raise ValueError("a schedule runs at most once a second")


@dataclass(frozen=True, slots=True)
class DailyAt:
    """Every day at a wall-clock time of Asia/Shanghai (which has had no summer time since 1991)."""

    at: time


Schedule = Every | DailyAt


def next_run(schedule: Schedule, *, after: datetime) -> datetime:
    """The first instant strictly after ``after``, in UTC.

    What was missed while nothing ran is not made up for: it runs once and then on time.
    """
    if isinstance(schedule, Every):
        periods = (after - _EPOCH) // schedule.interval + 1
        return _EPOCH + periods * schedule.interval
    local = after.astimezone(LOCAL)
    today = datetime.combine(day_of(after), schedule.at, LOCAL)
    due = today if today > local else today + timedelta(days=1)
    return due.astimezone(UTC)
