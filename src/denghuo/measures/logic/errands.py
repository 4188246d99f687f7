"""What a case cost its applicant, counted from the marks they left, and what that saved.

- **Trips**: days on which staff did something for the applicant at a counter.
- **Forms**: one where any field was typed; **fields**: different fields that were typed.
- **Minutes**: from the first to the last mark of each sitting; a pause of more than ten minutes
  ends a sitting. What lies before the first mark and after the last leaves no trace, so the
  count is too low by at most ten minutes a sitting: that is the range that is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from denghuo.kernel.clock import day_of

IDLE = timedelta(minutes=10)
SECONDS_PER_MINUTE = 60


@dataclass(frozen=True, slots=True)
class ApplicantMark:
    """One thing the applicant did, or had done for them. ``field`` where one was typed."""

    at: datetime
    by_staff: bool = False
    field: str = ""


@dataclass(frozen=True, slots=True)
class Errands:
    """What a case cost. ``seconds`` are those that left a trace."""

    trips: int = 0
    forms: int = 0
    fields: int = 0
    sittings: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class OldErrands:
    """What it cost before."""

    trips: int = 0
    forms: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class ErrandSums:
    """Many cases together: what they cost, and what they would have cost."""

    cases: int
    now: Errands
    old: OldErrands

    @property
    def trips_saved(self) -> int:
        """May be below zero: then it got worse, and that is shown."""
        return self.old.trips - self.now.trips

    @property
    def forms_saved(self) -> int:
        return self.old.forms - self.now.forms

    @property
    def minutes_now(self) -> tuple[int, int]:
        """The least and the most minutes it can have taken, whole ones, rounded up."""
        idle = self.now.sittings * int(IDLE.total_seconds())
        return _minutes(self.now.seconds), _minutes(self.now.seconds + idle)

    @property
    def minutes_saved(self) -> tuple[int, int]:
        """The least and the most minutes saved."""
        least, most = self.minutes_now
        return self.old.minutes - most, self.old.minutes - least


def count_errands(marks: Iterable[ApplicantMark]) -> Errands:
    """What the marks of one case add up to, in whatever order they come."""
    found = list(marks)
    fields = {mark.field for mark in found if mark.field}
    sittings, seconds = _sittings(sorted(mark.at for mark in found))
    return Errands(
        trips=len({day_of(mark.at) for mark in found if mark.by_staff}),
        forms=1 if fields else 0,
        fields=len(fields),
        sittings=sittings,
        seconds=seconds,
    )


def _sittings(instants: list[datetime]) -> tuple[int, int]:
    """How many sittings, and the seconds between the marks inside them."""
    sittings, length, before = 0, timedelta(), None
    for at in instants:
        if before is None or at - before > IDLE:
            sittings += 1
        else:
            length += at - before
        before = at
    return sittings, int(length.total_seconds())


def _minutes(seconds: int) -> int:
    return -(-seconds // SECONDS_PER_MINUTE)
