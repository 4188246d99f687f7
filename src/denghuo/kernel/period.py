"""Half-open periods of days, ``[start, until)``; months counted by the end-of-month rule."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from denghuo.kernel.refusal import RefusalError

MONTHS_PER_YEAR = 12


class EmptyPeriodError(RefusalError):
    """A period must hold at least one day."""

    code = "kernel.empty_period"
    template = "结束日期 {until} 必须晚于开始日期 {start}。"


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """Days from ``start`` up to but not including ``until``; ``until=None`` has no end yet."""

    start: date
    until: date | None = None

    def __post_init__(self) -> None:
        if self.until is not None and self.until <= self.start:
            raise EmptyPeriodError(start=self.start, until=self.until)

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.until is None or day < self.until)


def add_months(day: date, months: int) -> date:
    """The same day of the month, ``months`` later (or earlier); the last day where there is none.

    2026-10-31 plus one month is 2026-11-30. Raises ``ValueError`` outside years 1–9999.
    """
    index = day.year * MONTHS_PER_YEAR + day.month - 1 + months
    year, month = divmod(index, MONTHS_PER_YEAR)
    month += 1
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(day.day, last))
