"""China's working days: deadlines, pauses, service hours. Pure; the table comes from outside.

The day something arrives is day zero; counting begins on the next day. A pause
``[asked, answered)`` is not counted: the clock stands from the day a correction is asked for
and runs again on the day the answer comes in. A date reckoned over a year whose notice is not
published is provisional and must be reckoned again when it is.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone

from denghuo.kernel.clock import day_of
from denghuo.kernel.period import Period
from denghuo.platform.logic.statutory_days import statutory_days_off

CHINA_TIME = timezone(timedelta(hours=8), "Asia/Shanghai")  # no summer time since 1991
WORKING_DAYS_MAX = 2_500  # ten years: longer is a mistake, not a deadline
_SATURDAY = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are worked.

    ``exceptions`` holds only the days that differ from Monday-to-Friday: holidays and the
    weekends worked in return. Years outside ``published_years`` are known from
    ``exceptions`` where given, else from the days the law names.
    """

    published_years: frozenset[int]
    exceptions: Mapping[date, bool] = field(repr=False)
    guessed_years: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        """True if offices work on ``day``, as far as is known."""
        known = self.exceptions.get(day)
        if known is not None:
            return known
        if day.weekday() >= _SATURDAY:
            return False
        if day.year in self.published_years or day.year in self.guessed_years:
            return True
        return day not in statutory_days_off(day.year)

    def is_provisional(self, day: date) -> bool:
        """True if the notice for that year is not in the table."""
        return day.year not in self.published_years


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day in time. ``provisional`` if any counted day lies in an unpublished year."""

    day: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class PausedClock:
    """The clock stands, waiting for an answer since ``since``; so many days are left then."""

    since: date
    working_days_left: int


def add_working_days(start: date, count: int, calendar: WorkCalendar) -> Deadline:
    """The ``count``-th working day after ``start``; ``start`` itself for zero.

    Raises ``ValueError`` for a negative count or one over ``WORKING_DAYS_MAX``.
    """
    due = due_with_pauses(start, count, calendar, ())
    assert isinstance(due, Deadline)  # noqa: S101  without a pause the clock never stands
    return due


def due_with_pauses(
    start: date, count: int, calendar: WorkCalendar, pauses: Sequence[Period]
) -> Deadline | PausedClock:
    """As ``add_working_days``, leaving out the days inside ``pauses``.

    Pauses may overlap and come in any order. A pause without an end that begins before the
    count is full stops the clock: ``PausedClock``.
    """
    if not 0 <= count <= WORKING_DAYS_MAX:
        raise ValueError(f"working days must be 0 to {WORKING_DAYS_MAX}, not {count}")
    open_since = min((pause.start for pause in pauses if pause.until is None), default=None)
    day, left, provisional = start, count, False
    while left:
        day += _DAY
        if open_since is not None and day >= open_since:
            return PausedClock(since=open_since, working_days_left=left)
        provisional = provisional or calendar.is_provisional(day)
        if calendar.is_working(day) and not any(day in pause for pause in pauses):
            left -= 1
    return Deadline(day, provisional)


def working_days_between(start: date, end: date, calendar: WorkCalendar) -> int:
    """Working days after ``start`` up to and including ``end``; negative if ``end`` is earlier.

    ``working_days_between(start, add_working_days(start, n).day) == n``.
    """
    if end < start:
        return -working_days_between(end, start, calendar)
    return sum(
        calendar.is_working(start + timedelta(days=n + 1)) for n in range((end - start).days)
    )


def next_working_day(day: date, calendar: WorkCalendar) -> date:
    """``day`` itself if it is worked, else the first worked day after it."""
    while not calendar.is_working(day):
        day += _DAY
    return day


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """Opening spans of a working day in China time, in order: ``((9:00, 12:00), (14:30, 17:30))``.

    Raises ``ValueError`` when spans are empty, overlap, or stand in the wrong order.
    """

    spans: tuple[tuple[time, time], ...]

    def __post_init__(self) -> None:
        edges = [edge for span in self.spans for edge in span]
        if not edges or any(later <= earlier for earlier, later in itertools.pairwise(edges)):
            raise ValueError("opening spans must be in order and must not overlap")

    def openings(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The spans of ``day`` as instants."""
        for opens, closes in self.spans:
            yield (
                datetime.combine(day, opens, CHINA_TIME),
                datetime.combine(day, closes, CHINA_TIME),
            )


def is_open(at: datetime, calendar: WorkCalendar, hours: ServiceHours) -> bool:
    """True if the office is open at that instant (aware)."""
    day = day_of(at)
    return calendar.is_working(day) and any(
        opens <= at < closes for opens, closes in hours.openings(day)
    )


def add_service_time(
    start: datetime, length: timedelta, calendar: WorkCalendar, hours: ServiceHours
) -> datetime:
    """The instant when ``length`` of opening time has passed since ``start`` (both aware).

    Lunch, nights, weekends and holidays do not count. Raises ``ValueError`` for a negative
    length or one over ``WORKING_DAYS_MAX`` days.
    """
    if not timedelta(0) <= length <= timedelta(days=WORKING_DAYS_MAX):
        raise ValueError("length must not be negative or absurd")
    day, left = day_of(start), length
    while True:
        if calendar.is_working(day):
            for opens, closes in hours.openings(day):
                begin = max(opens, start)
                if begin <= closes and left <= closes - begin:
                    return (begin + left).astimezone(start.tzinfo)
                left -= max(closes - begin, timedelta(0))
        day += _DAY
