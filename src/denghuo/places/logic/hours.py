"""Opening hours: read from plain words, asked for an instant, written down again.

Written form, in any order: ``周一至周五 08:30-12:00 14:30-17:30; 周六 09:00-12:00; 节假日 休息;
2026-10-05 全天``.
全天``, in any order.
A span may run past midnight (``22:00-06:00``) and belongs to the day it starts on. Dates
named one by one beat the rule for public holidays, and that beats the week. All times are
China's; the whole country keeps one time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from typing import TypedDict

from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError

CHINA = timezone(timedelta(hours=8))
DAY_MINUTES = 24 * 60
ALL_DAY = ((0, DAY_MINUTES),)
Span = tuple[int, int]  # minutes since midnight; the end may lie past 24:00
Spans = tuple[Span, ...]
# Tells of a date: True on a working day, False on a rest day, None when nobody knows yet.
WorkingDay = Callable[[date], bool | None]

_DAYS = "一二三四五六日"
_SPAN = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)[-–—~至]([01]?\d|2[0-4]):([0-5]\d)")
_RANGE = re.compile(r"周([一二三四五六日天])(?:[至到\-–~](?:周)?([一二三四五六日天]))?")
_ALL_DAY_WORDS = ("全天", "24小时", "00:00-24:00")
_CLOSED = ("休息", "不开放", "关闭")
_TIDY = str.maketrans({"；": ";", "：": ":", "，": ",", "、": ",", "　": " ", "\n": ";"})
_PARTS_MAX = 60


class HoursNotReadableError(RefusalError):
    """The text is not in the written form."""

    code = "places.hours_not_readable"
    template = "开放时间“{text}”看不懂。请这样写：周一至周五 08:30-12:00 14:30-17:30; 周六 休息。"


class StoredHours(TypedDict):
    """Hours as a JSON column keeps them."""

    week: list[list[list[int]]]
    dates: dict[str, list[list[int]]]
    holidays: list[list[int]] | None


@dataclass(frozen=True, slots=True)
class Hours:
    """``week``: Monday first. ``dates``: days that differ. ``holidays``: on public holidays,
    None if holidays change nothing."""

    week: tuple[Spans, ...] = ((),) * 7
    dates: Mapping[date, Spans] = field(default_factory=dict)
    holidays: Spans | None = None

    @property
    def known(self) -> bool:
        """False when nothing was ever said about opening."""
        return any(self.week) or bool(self.dates)

    def on(self, day: date, working_day: WorkingDay | None = None) -> Spans:
        """The spans that start on a day."""
        if day in self.dates:
            return self.dates[day]
        usual = self.week[day.weekday()]
        if self.holidays is None or working_day is None:
            return usual
        working = working_day(day)
        # A weekday that is a rest day is a holiday. A working Saturday keeps Monday's hours.
        if working is False and day.weekday() < 5:
            return self.holidays
        if working is True and day.weekday() >= 5:
            return self.week[0]
        return usual

    def stored(self) -> StoredHours:
        """As JSON."""
        return {
            "week": [[list(span) for span in spans] for spans in self.week],
            "dates": {
                day.isoformat(): [list(span) for span in spans]
                for day, spans in sorted(self.dates.items())
            },
            "holidays": None if self.holidays is None else [list(span) for span in self.holidays],
        }

    @classmethod
    def from_stored(cls, stored: StoredHours) -> Hours:
        """Back from JSON written by ``stored``."""
        holidays = stored["holidays"]
        return cls(
            week=tuple(_spans(day) for day in stored["week"]),
            dates={date.fromisoformat(day): _spans(s) for day, s in stored["dates"].items()},
            holidays=None if holidays is None else _spans(holidays),
        )


def _spans(pairs: list[list[int]]) -> Spans:
    return tuple((start, end) for start, end in pairs)


def _read_spans(text: str, whole: str) -> Spans:
    compact = text.strip()
    if compact in _CLOSED:
        return ()
    if compact in _ALL_DAY_WORDS:
        return ALL_DAY
    spans: list[Span] = []
    for word in re.split(r"[ ,]+", compact):
        found = _SPAN.fullmatch(word)
        if not found:
            raise HoursNotReadableError(text=whole[:60])
        hour, minute, end_hour, end_minute = map(int, found.groups())
        start, end = hour * 60 + minute, end_hour * 60 + end_minute
        if start >= DAY_MINUTES or end > DAY_MINUTES or start == end:
            raise HoursNotReadableError(text=whole[:60])
        spans.append((start, end if end > start else end + DAY_MINUTES))
    spans.sort()
    overlap = any(first[1] > second[0] for first, second in pairwise(spans))
    if overlap or not spans:
        raise HoursNotReadableError(text=whole[:60])
    return tuple(spans)


def _read_days(words: str) -> list[int] | None:
    """Weekdays named by ``周一至周五``, ``周一,周三`` or ``每天``; None if it names none."""
    if words == "每天":
        return list(range(7))
    days: list[int] = []
    for word in words.split(","):
        found = _RANGE.fullmatch(word)
        if not found:
            return None
        first = _DAYS.index(found.group(1).replace("天", "日"))
        last = _DAYS.index(found.group(2).replace("天", "日")) if found.group(2) else first
        days += [day % 7 for day in range(first, last + 1 if last >= first else last + 8)]
    return days


def read_hours(text: str) -> Hours:
    """Read the written form. Empty text gives hours that are not known.

    Raises ``HoursNotReadableError``.
    """
    tidy = re.sub(r"\s*([,\-–—~])\s*", r"\1", text.translate(_TIDY)).strip()
    week: list[Spans] = [()] * 7
    dates: dict[date, Spans] = {}
    holidays: Spans | None = None
    parts = [part.strip() for part in tidy.split(";") if part.strip()]
    if len(parts) > _PARTS_MAX:
        raise HoursNotReadableError(text=text[:60])
    for part in parts:
        if part in _ALL_DAY_WORDS:
            part = f"每天 {part}"  # noqa: PLW2901  the short form spelt out
        head, _, rest = part.partition(" ")
        if not rest:
            raise HoursNotReadableError(text=text[:60])
        spans = _read_spans(rest, text)
        days = _read_days(head)
        if days is not None:
            for day in days:
                week[day] = spans
        elif head in ("节假日", "法定节假日"):
            holidays = spans
        else:
            try:
                dates[date.fromisoformat(head)] = spans
            except ValueError:
                raise HoursNotReadableError(text=text[:60]) from None
    return Hours(week=tuple(week), dates=dates, holidays=holidays)


def _local(at: datetime) -> tuple[date, int]:
    local = at.astimezone(CHINA)
    return day_of(at), local.hour * 60 + local.minute


def is_open(hours: Hours, at: datetime, working_day: WorkingDay | None = None) -> bool | None:
    """Open at an instant (aware datetime); None when the hours are not known."""
    if not hours.known:
        return None
    today, minute = _local(at)
    yesterday = today - timedelta(days=1)
    return any(start <= minute < end for start, end in hours.on(today, working_day)) or any(
        minute + DAY_MINUTES < end for _, end in hours.on(yesterday, working_day)
    )


def next_opening(
    hours: Hours, at: datetime, working_day: WorkingDay | None = None, days_max: int = 31
) -> datetime | None:
    """When it next opens after ``at``; None when it is not known or not within ``days_max``."""
    today, minute = _local(at)
    for ahead in range(days_max + 1):
        day = today + timedelta(days=ahead)
        for start, _ in hours.on(day, working_day):
            if ahead or start > minute:
                midnight = datetime(day.year, day.month, day.day, tzinfo=CHINA)
                return midnight + timedelta(minutes=start)
    return None


def day_runs(week: tuple[Spans, ...]) -> list[tuple[int, int]]:
    """First and last weekday (Monday is 0) of each run of equal days."""
    runs: list[tuple[int, int]] = []
    for day in range(7):
        if runs and week[day] == week[runs[-1][0]]:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def write_hours(hours: Hours) -> str:
    """The written form again; ``read_hours`` gives equal hours back."""
    if not hours.known:
        return ""

    def written(spans: Spans) -> str:
        if spans == ALL_DAY:
            return "全天"
        ends = [
            f"{start // 60:02d}:{start % 60:02d}-"
            + (f"{end // 60:02d}" if end <= DAY_MINUTES else f"{end // 60 - 24:02d}")
            + f":{end % 60:02d}"
            for start, end in spans
        ]
        return " ".join(ends) or "休息"

    parts = []
    for first, last in day_runs(hours.week):
        head = f"周{_DAYS[first]}" + (f"至周{_DAYS[last]}" if last > first else "")
        parts.append(f"{head} {written(hours.week[first])}")
    if hours.holidays is not None:
        parts.append(f"节假日 {written(hours.holidays)}")
    parts += [f"{day.isoformat()} {written(spans)}" for day, spans in sorted(hours.dates.items())]
    return "; ".join(parts)
