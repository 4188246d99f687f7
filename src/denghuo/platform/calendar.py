"""The work calendar as the database has it; the counting itself is ``logic.workdays``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock

import chinese_calendar.constants as published
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from denghuo.platform.access import Actor
from denghuo.platform.audit import record_audit
from denghuo.platform.jobs.queue import publish
from denghuo.platform.logic.calendar_rows import CalendarRow
from denghuo.platform.logic.workdays import (
    Deadline,
    PausedClock,
    WorkCalendar,
    working_days_between,
)
from denghuo.platform.models.calendar import CalendarDay, CalendarYear

YEAR_PUBLISHED = "calendar.year_published"
SEED_SOURCE = "国务院办公厅历年放假通知（经 chinesecalendar 包）"

_Version = tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class CalendarYearView:
    """One year of the table: where it is known from, and how many days differ."""

    year: int
    published: bool
    source: str
    days_off: int
    days_worked_in_return: int
    imported_at: datetime


_cache: dict[_Version, WorkCalendar] = {}
_cache_lock = Lock()


def work_calendar() -> WorkCalendar:
    """The calendar in force now.

    Kept in memory and read again when a year was imported, also by another process: one small
    query looks at the table's version each time.
    """
    version = tuple(CalendarYear.objects.order_by("year").values_list("year", "status", "content"))
    known = _cache.get(version)
    if known is not None:
        return known
    fresh = _read_calendar()
    with _cache_lock:
        _cache.clear()
        _cache[version] = fresh
    return fresh


def list_calendar_years() -> tuple[CalendarYearView, ...]:
    """Every year in the table, newest first."""
    days: dict[int, list[bool]] = {}
    for year, is_working in CalendarDay.objects.values_list("year_id", "is_working"):
        days.setdefault(year, []).append(is_working)
    return tuple(
        CalendarYearView(
            year=row.year,
            published=row.status == CalendarYear.PUBLISHED,
            source=row.source,
            days_off=days.get(row.year, []).count(False),
            days_worked_in_return=days.get(row.year, []).count(True),
            imported_at=row.imported_at,
        )
        for row in CalendarYear.objects.order_by("-year")
    )


@transaction.atomic
def import_calendar_year(
    *,
    actor: Actor,
    year: int,
    rows: Sequence[CalendarRow],
    source: str,
    published: bool,
    now: datetime,
) -> None:
    """Put one year's rows in place of what was there, and tell who reckoned with it.

    ``calendar.year_published`` is published with the year, so that provisional deadlines are
    reckoned again. Importing the same rows twice tells it once.
    """
    status = CalendarYear.PUBLISHED if published else CalendarYear.PROVISIONAL
    content = _digest(rows)
    CalendarYear.objects.update_or_create(
        year=year,
        defaults={"status": status, "source": source, "content": content, "imported_at": now},
    )
    CalendarDay.objects.filter(year_id=year).delete()
    CalendarDay.objects.bulk_create(_day_rows(year, rows))
    record_audit(
        actor=actor,
        action="platform.import_calendar_year",
        entity=f"platform.calendar_year:{year}",
        detail={"status": status, "days": len(rows)},
        at=now,
    )
    if published:
        publish(YEAR_PUBLISHED, {"year": year}, key=f"{YEAR_PUBLISHED}:{year}:{content}")


def seed_published_years(*, now: datetime) -> int:
    """Fill an empty table with the years the installed package knows; return how many.

    Reference data that ships with the product: no audit row, no event.
    """
    if CalendarYear.objects.exists():
        return 0
    by_year: dict[int, list[CalendarRow]] = {}
    for day, name in published.holidays.items():
        by_year.setdefault(day.year, []).append(CalendarRow(day, False, _chinese(name)))
    for day, name in published.workdays.items():
        by_year.setdefault(day.year, []).append(CalendarRow(day, True, _chinese(name)))
    with transaction.atomic():
        # Two processes may migrate at once: the second finds the rows there.
        CalendarYear.objects.bulk_create(
            [
                CalendarYear(
                    year=year,
                    status=CalendarYear.PUBLISHED,
                    source=SEED_SOURCE,
                    content=_digest(rows),
                    imported_at=now,
                )
                for year, rows in sorted(by_year.items())
            ],
            ignore_conflicts=True,
        )
        CalendarDay.objects.bulk_create(
            [row for year, rows in by_year.items() for row in _day_rows(year, rows)],
            ignore_conflicts=True,
        )
    return len(by_year)


def days_left_text(due: Deadline | PausedClock, *, on: date, calendar: WorkCalendar) -> str:
    """``还有 3 个工作日``: a due date in words, in the reader's language."""
    if isinstance(due, PausedClock):
        left = due.working_days_left
        return ngettext(
            "已暂停，还剩 %(days)d 个工作日", "已暂停，还剩 %(days)d 个工作日", left
        ) % {"days": left}
    text = _days_left(due.day, on=on, calendar=calendar)
    return _("{text}（暂定）").format(text=text) if due.provisional else text


def _days_left(day: date, *, on: date, calendar: WorkCalendar) -> str:
    if day == on:
        return _("今天到期")
    days = working_days_between(on, day, calendar)
    if days > 0:
        return ngettext("还有 %(days)d 个工作日", "还有 %(days)d 个工作日", days) % {"days": days}
    if days < 0:
        return ngettext("已超 %(days)d 个工作日", "已超 %(days)d 个工作日", -days) % {"days": -days}
    # No working day lies between: it ends within, or ended just before, the days off of now.
    shown = date_format(day, "Y-m-d")
    return (
        _("{day} 到期").format(day=shown) if day > on else _("已过期，{day} 到期").format(day=shown)
    )


def _read_calendar() -> WorkCalendar:
    statuses = dict(CalendarYear.objects.values_list("year", "status"))
    years_published = {
        year for year, status in statuses.items() if status == CalendarYear.PUBLISHED
    }
    return WorkCalendar(
        published_years=frozenset(years_published),
        guessed_years=frozenset(statuses.keys() - years_published),
        exceptions=dict(CalendarDay.objects.values_list("day", "is_working")),
    )


def _day_rows(year: int, rows: Iterable[CalendarRow]) -> list[CalendarDay]:
    return [
        CalendarDay(day=row.day, year_id=year, is_working=row.is_working, name=row.name)
        for row in rows
    ]


def _digest(rows: Iterable[CalendarRow]) -> str:
    text = "".join(f"{row.day} {row.is_working} {row.name};" for row in sorted(rows))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _chinese(name: str) -> str:
    return str(published.Holiday(name).chinese)
