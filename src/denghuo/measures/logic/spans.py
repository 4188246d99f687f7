"""Years, months and the part of a year that has passed."""

from __future__ import annotations

from datetime import date

from denghuo.kernel.period import MONTHS_PER_YEAR, Period, add_months
from denghuo.kernel.refusal import RefusalError

# Before this year the platform held no rows; a plan is written at most a year ahead.
YEAR_FIRST = 2024
YEARS_AHEAD = 1


class YearOutOfRangeError(RefusalError):
    """No figures of that year are kept."""

    code = "measures.year_out_of_range"
    template = "没有这一年的数。可以看 {first} 年到 {last} 年。"
    status = 404


class MonthOutOfRangeError(RefusalError):
    """A year has twelve months."""

    code = "measures.month_out_of_range"
    template = "月份是 1 到 12。"
    status = 404


def years(on: date) -> tuple[int, ...]:
    """The years one may look at on a day, the latest first."""
    return tuple(range(on.year + YEARS_AHEAD, YEAR_FIRST - 1, -1))


def read_year(text: str, on: date) -> int:
    """A year from an address; this year where nothing is said. Raises ``YearOutOfRangeError``."""
    if not text:
        return on.year
    asked = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    if asked not in years(on):
        raise YearOutOfRangeError(first=YEAR_FIRST, last=on.year + YEARS_AHEAD)
    return asked


def read_month(text: str) -> int | None:
    """A month from an address; None for the whole year. Raises ``MonthOutOfRangeError``."""
    if not text:
        return None
    asked = int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else 0
    if not 1 <= asked <= MONTHS_PER_YEAR:
        raise MonthOutOfRangeError
    return asked


def year_span(year: int) -> Period:
    """The whole year."""
    return Period(date(year, 1, 1), date(year + 1, 1, 1))


def month_span(year: int, month: int) -> Period:
    """One month of it."""
    start = date(year, month, 1)
    return Period(start, add_months(start, 1))


def months_of(year: int) -> tuple[Period, ...]:
    """Its twelve months."""
    return tuple(month_span(year, month) for month in range(1, MONTHS_PER_YEAR + 1))


def span_of(year: int, month: int | None) -> Period:
    """A year, or one month of it."""
    return year_span(year) if month is None else month_span(year, month)


def days_gone(span: Period, on: date) -> tuple[int, int]:
    """How many days of a period have passed when ``on`` is over, and how many it has."""
    if span.until is None:
        raise ValueError("a period without an end has no share that is gone")
    whole = (span.until - span.start).days
    return max(0, min(whole, (on - span.start).days + 1)), whole


def is_over(span: Period, on: date) -> bool:
    """Whether the last day of a period lies before ``on``."""
    return span.until is not None and span.until <= on
