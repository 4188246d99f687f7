"""Figures: a measure's actual for a period and an area, with its target and its standing.

Every figure here is counted from the rows ``queries.rows`` lists, or is a published value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from denghuo.kernel.counted import Counted
from denghuo.kernel.period import Period
from denghuo.kernel.region import Region
from denghuo.measures.logic.definition import MeasureDefinition, Target
from denghuo.measures.logic.spans import month_span, months_of, year_span
from denghuo.measures.logic.standing import Standing, standing
from denghuo.measures.logic.units import UNITS, Unit, figure_of
from denghuo.measures.queries.statistics import PointView, points
from denghuo.measures.queries.stored import rows_of
from denghuo.places.public import children
from denghuo.platform.public import CountedRows

# How many digits name the areas one level down.
_DIGITS_BELOW = {"province": 4, "league": 6, "banner": 9, "township": 12}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a measure. ``value`` is None where there is none yet; ``other`` is the same
    rows counted the other way (persons beside person-times). ``counted.subjects`` is zero where
    the unit shows no subjects."""

    value: int | None
    counted: Counted
    other: int | None = None


@dataclass(frozen=True, slots=True)
class MonthFigure:
    """One month's."""

    month: int
    span: Period
    figure: Figure


@dataclass(frozen=True, slots=True)
class AreaFigure:
    """One area's. An empty code: rows that say no place, or one elsewhere."""

    code: str
    name: str
    figure: Figure
    target: Target | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class Tile:
    """What a dashboard says of one measure.

    ``unit`` is what is counted now (a reader may turn persons to person-times); ``target`` is
    None when it was set in the other unit. ``span`` is what the figure covers: up to the
    target's end where a target ends before the year does. ``latest`` is the published value the
    figure is, of a series. ``here`` is False where the rows say no place and the area is not
    the whole region: then nothing can be said.
    """

    definition: MeasureDefinition
    unit: Unit
    span: Period
    figure: Figure
    months: tuple[MonthFigure, ...]
    target: Target | None
    standing: Standing
    latest: PointView | None = None
    here: bool = True


def shown_unit(definition: MeasureDefinition, turned: bool) -> Unit:
    """The measure's own unit, or the other of the pair when the reader turned it."""
    unit = definition.unit
    return UNITS[unit.other] if turned and unit.other else unit


def tile(
    definition: MeasureDefinition, *, year: int, area: Region, on: date, turned: bool = False
) -> Tile:
    """One measure in one year and area, as of ``on``."""
    unit = shown_unit(definition, turned)
    target = definition.target(year, area.code) if unit == definition.unit else None
    span = target.span if target else year_span(year)
    if definition.series:
        return _of_series(definition, unit, target, year=year, area=area, on=on)
    rows = rows_of(definition)
    here = rows is not None and (rows.placed or area.level == "province")
    if rows is None or not here:
        return _without(definition, unit, span, target, here=rows is None, on=on)
    months = _months(rows, unit, year, area)
    figure = _figure(_total(rows, unit, span, area, months), unit)
    stand = standing(
        figure.value, target, on=on, better=definition.better, adds_up=_adds_up(rows, unit)
    )
    begun = tuple(each for each in months if each.span.start <= on)
    return Tile(definition, unit, span, figure, begun, target, stand)


def by_area(
    definition: MeasureDefinition, *, year: int, area: Region, on: date, turned: bool = False
) -> tuple[AreaFigure, ...]:
    """The areas one level down, each with its figure, empty ones too; then the rest, if any."""
    rows = rows_of(definition)
    if rows is None or not rows.placed or area.level not in _DIGITS_BELOW:
        return ()
    unit = shown_unit(definition, turned)
    digits = _DIGITS_BELOW[area.level]
    whole = definition.target(year, area.code)
    span = whole.span if whole and unit == definition.unit else year_span(year)
    found = rows.by_area(span, area, digits=digits)
    areas = []
    for division in children(area.code):
        target = definition.target(year, division.code) if unit == definition.unit else None
        figure = _figure(found.pop(division.code[:digits], Counted()), unit)
        stand = standing(
            figure.value, target, on=on, better=definition.better, adds_up=_adds_up(rows, unit)
        )
        areas.append(AreaFigure(division.code, division.name, figure, target, stand))
    areas += [
        AreaFigure("", code, _figure(counted, unit), None, Standing("no_target"))
        for code, counted in sorted(found.items())
        if counted.rows
    ]
    return tuple(areas)


def _figure(counted: Counted, unit: Unit) -> Figure:
    other = figure_of(counted, UNITS[unit.other]) if unit.other else None
    return Figure(figure_of(counted, unit), counted, other)


def _adds_up(rows: CountedRows, unit: Unit) -> bool:
    return rows.gone is None and unit.basis != "rate"


def _months(rows: CountedRows, unit: Unit, year: int, area: Region) -> tuple[MonthFigure, ...]:
    """All twelve, in one look; a stock is looked at once for each."""
    spans = months_of(year)
    counted = rows.parts(spans, area, subjects=_tells_subjects(unit))
    return tuple(
        MonthFigure(span.start.month, span, _figure(each, unit))
        for span, each in zip(spans, counted, strict=True)
    )


def _total(
    rows: CountedRows, unit: Unit, span: Period, area: Region, months: tuple[MonthFigure, ...]
) -> Counted:
    """What months add up to need not be counted twice; stocks do not add up, nor do persons
    who may be there in two months."""
    year = year_span(span.start.year)
    if rows.gone is not None or span != year or (_tells_subjects(unit) and not rows.once):
        return rows.total(span, area)
    each = [month.figure.counted for month in months]
    return Counted(
        rows=sum(one.rows for one in each),
        subjects=sum(one.subjects for one in each),
        amount_fen=sum(one.amount_fen for one in each),
        met=sum(one.met for one in each),
    )


def _tells_subjects(unit: Unit) -> bool:
    """Whether different persons or firms are shown, by themselves or beside person-times."""
    return unit.basis == "subjects" or bool(unit.other)


def _without(
    definition: MeasureDefinition,
    unit: Unit,
    span: Period,
    target: Target | None,
    *,
    on: date,
    here: bool,
) -> Tile:
    stand = standing(None, target, on=on, better=definition.better, adds_up=False)
    return Tile(definition, unit, span, Figure(None, Counted()), (), target, stand, here=here)


def _of_series(
    definition: MeasureDefinition,
    unit: Unit,
    target: Target | None,
    *,
    year: int,
    area: Region,
    on: date,
) -> Tile:
    found = points(definition.series, year_span(year), area)
    months = tuple(
        MonthFigure(
            each.month.month,
            month_span(year, each.month.month),
            Figure(each.value, Counted(rows=1)),
        )
        for each in found
    )
    latest = found[-1] if found else None
    figure = Figure(latest.value if latest else None, Counted(rows=len(found)))
    stand = standing(figure.value, target, on=on, better=definition.better, adds_up=False)
    span = target.span if target else year_span(year)
    return replace(Tile(definition, unit, span, figure, months, target, stand), latest=latest)
