"""The platform's counting of working days, as the pure clock of a case wants it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from denghuo.cases.logic.clock import Due, Reckon
from denghuo.kernel.period import Period
from denghuo.platform.public import (
    Deadline,
    ServiceHours,
    WorkCalendar,
    due_with_pauses,
    work_calendar,
)

# When offices answer the phone; assumed, the region's own hours differ with the season.
OFFICE_HOURS = ServiceHours(((time(8, 30), time(12, 0)), (time(14, 30), time(17, 30))))


def reckon_by(calendar: WorkCalendar) -> Reckon:
    """Counting by this calendar."""

    def reckon(start: date, days: int, pauses: Sequence[Period]) -> Due:
        found = due_with_pauses(start, days, calendar, pauses)
        if isinstance(found, Deadline):
            return Due(found.day, found.provisional)
        return Due(None)

    return reckon


def working_days_after(start: date, days: int) -> Due:
    """The last day of a limit that never stands still."""
    return reckon_by(work_calendar())(start, days, ())
