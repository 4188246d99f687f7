"""Rows of a published series as a file brings them: read, checked, told apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import NotRegionCodeError, Region
from denghuo.kernel.wording import gettext_noop as _
from denghuo.measures.logic.definition import SeriesDefinition
from denghuo.measures.logic.units import NotFigureError, read_figure

Cell = object
ROWS_MAX = 5_000
HEADINGS = {
    "series": "指标",
    "month": "月份",
    "area": "地区",
    "value": "数值",
    "published_on": "公布日期",
    "source": "来源",
}
_MONTH = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?")
_DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")
_SOURCE_MAX = 200


class HeadingsMissingError(RefusalError):
    """A column is not there."""

    code = "measures.headings_missing"
    template = "表头缺少：{names}。第一行要有：指标、月份、地区、数值、公布日期、来源。"


@dataclass(frozen=True, slots=True)
class StatisticRow:
    """One published value: whose, of which month, where, when it was published, by whom."""

    series: str
    month: date
    area: str
    value: int
    published_on: date
    source: str

    def stored(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            "series": self.series,
            "month": self.month.isoformat(),
            "area": self.area,
            "value": self.value,
            "published_on": self.published_on.isoformat(),
            "source": self.source,
        }

    @classmethod
    def from_stored(cls, one: Mapping[str, Any]) -> StatisticRow:
        """Back from JSON."""
        month, published = one["month"], one["published_on"]
        days = {"month": date.fromisoformat(month), "published_on": date.fromisoformat(published)}
        return cls(**{**one, **days})

    @property
    def place(self) -> tuple[str, date, str, date]:
        """What one value stands for; two values in one place cannot both be right."""
        return self.series, self.month, self.area, self.published_on


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one row: a Chinese sentence with places (the translation key), and what
    stands in them."""

    row: int
    heading: str
    template: str
    values: Mapping[str, str]


def columns_of(heading: Sequence[Cell]) -> dict[str, int]:
    """Where each column stands. Raises ``HeadingsMissingError``."""
    words = [str(cell or "").strip() for cell in heading]
    found = {name: words.index(word) for name, word in HEADINGS.items() if word in words}
    if absent := [word for name, word in HEADINGS.items() if name not in found and name != "area"]:
        raise HeadingsMissingError(names="、".join(absent))
    return found


def read_rows(
    lines: Iterable[tuple[int, Sequence[Cell]]],
    columns: Mapping[str, int],
    *,
    series: Mapping[str, SeriesDefinition],
    within: Region,
    on: date,
) -> tuple[list[StatisticRow], list[RowProblem]]:
    """Good rows and problems. ``within`` is the area the reader answers for; ``on`` is today:
    nothing is published tomorrow."""
    good: list[StatisticRow] = []
    problems: list[RowProblem] = []
    seen: dict[tuple[str, date, str, date], tuple[int, int]] = {}
    for number, line in lines:
        cells = {
            name: line[column] if column < len(line) else None for name, column in columns.items()
        }
        if not any(str(cell or "").strip() for cell in cells.values()):
            continue
        read = _read(number, cells, series=series, within=within, on=on)
        if isinstance(read, RowProblem):
            problems.append(read)
            continue
        first = seen.setdefault(read.place, (number, read.value))
        if first == (number, read.value):
            good.append(read)
        elif first[1] != read.value:
            problems.append(
                _problem(
                    number, "value", "和第 {first} 行是同一个数，值却不同。", first=str(first[0])
                )
            )
    return good, problems


def _read(
    number: int,
    cells: Mapping[str, Cell],
    *,
    series: Mapping[str, SeriesDefinition],
    within: Region,
    on: date,
) -> StatisticRow | RowProblem:
    named = str(cells["series"] or "").strip()
    known = {each.name: each for each in series.values()} | dict(series)
    if named not in known:
        return _problem(number, "series", _("没有“{named}”这个指标。"), named=named[:40])
    definition = known[named]
    month, published = _month(cells["month"]), _day(cells["published_on"])
    if month is None:
        return _problem(number, "month", _("写成 2026-03 这样。"))
    if published is None:
        return _problem(number, "published_on", _("写成 2026-04-16 这样。"))
    if not month < published <= on:
        return _problem(number, "published_on", _("公布日期要在那个月开始以后，不能晚于今天。"))
    try:
        area = Region.read(str(cells.get("area") or "15").strip())
    except NotRegionCodeError as refused:
        return _refused(number, "area", refused)
    if not within.contains(area):
        return _problem(number, "area", _("这个地区不归您负责。"))
    source = str(cells["source"] or "").strip()
    if not source or len(source) > _SOURCE_MAX:
        return _problem(number, "source", _("写上来源，例如“国家统计局内蒙古调查总队月报”。"))
    value = _value(number, cells["value"], definition)
    if isinstance(value, RowProblem):
        return value
    return StatisticRow(definition.id, month, area.code, value, published, source)


def _value(number: int, cell: Cell, definition: SeriesDefinition) -> int | RowProblem:
    """The figure, or what is wrong with it. A spreadsheet's 5.5 and its 5.5 % differ by a
    hundred, so a number below one in a rate is asked about, never guessed."""
    unit = definition.unit
    if unit.basis == "rate" and isinstance(cell, float) and 0 < cell < 1:
        percent_cell = _("读到的是 {shown}。如果单元格是百分比格式，请改成文字，例如 5.5%。")
        return _problem(number, "value", percent_cell, shown=f"{cell:g}")
    text = f"{cell:.10f}".rstrip("0").rstrip(".") if isinstance(cell, float) else str(cell or "")
    try:
        return read_figure(text, unit)
    except NotFigureError as refused:
        return _refused(number, "value", refused)


def _month(cell: Cell) -> date | None:
    if isinstance(cell, datetime | date):
        return date(cell.year, cell.month, 1)
    found = _MONTH.fullmatch(str(cell or "").strip())
    return _date(int(found[1]), int(found[2]), 1) if found else None


def _day(cell: Cell) -> date | None:
    if isinstance(cell, datetime | date):
        return date(cell.year, cell.month, cell.day)
    found = _DAY.fullmatch(str(cell or "").strip())
    return _date(int(found[1]), int(found[2]), int(found[3])) if found else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _problem(number: int, name: str, template: str, **values: str) -> RowProblem:
    return RowProblem(number, HEADINGS[name], template, values)


def _refused(number: int, name: str, refusal: RefusalError) -> RowProblem:
    values = {key: str(value) for key, value in refusal.values.items()}
    return RowProblem(number, HEADINGS[name], refusal.template, values)
