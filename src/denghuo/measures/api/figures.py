"""Measures as data: each with its target and figure, by month and area; its rows, also as CSV."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import Field

from denghuo.kernel.clock import day_of
from denghuo.kernel.counted import CountedRow
from denghuo.kernel.json_shapes import Told
from denghuo.kernel.period import Period
from denghuo.kernel.region import Region
from denghuo.measures.access import may_see_names, read_area, readers
from denghuo.measures.actions.traces import log_rows_exported, log_rows_opened
from denghuo.measures.logic.definition import Better, Group, MeasureDefinition, Target
from denghuo.measures.logic.spans import read_year, span_of, year_span
from denghuo.measures.logic.standing import Stand, Standing
from denghuo.measures.logic.units import figure_of
from denghuo.measures.queries.figures import by_area, shown_unit, tile
from denghuo.measures.queries.library import measure
from denghuo.measures.queries.library import measures as all_measures
from denghuo.measures.queries.row_tables import csv_of_rows, subject_mark
from denghuo.measures.queries.rows import counted_rows, rows_for_export, rows_page
from denghuo.measures.queries.stored import is_named, is_personal
from denghuo.platform.public import ActorRequest, Met, opened

measures = Router()

MeasureId = Annotated[
    str, Field(max_length=80, json_schema_extra={"example": "persons-registered"})
]
Year = Annotated[int | None, Query(ge=2000, le=2200, description=_("哪一年；不写就是今年"))]
Area = Annotated[
    str, Query(max_length=12, description=_("哪个地区，写区划代码；不写就是自己负责的"))
]
Turned = Annotated[bool, Query(description=_("人和人次、户和户次对换着数"))]
Month = Annotated[
    Literal["target", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"] | None,
    Query(description=_("哪个月；target 是目标的那一段；不写就是全年")),
]
Kept = Annotated[Literal["yes", "no"] | None, Query(description=_("只看做到的，或没做到的"))]
_EXPORTS_PER_MINUTE = 12
_CSV_ANSWER = {
    "responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    "x-refusals": [413],
}


class TargetOut(Told):
    """What is to be reached, from its paper or assumed."""

    since: date
    until: date | None
    value: int
    status: Literal["published", "assumed"]
    source: str


class MeasureOut(Told):
    """One measure. ``missing`` says why nothing counts it yet."""

    id: str
    name: str
    group: Group
    owner: str
    unit: str
    unit_word: str
    better: Better
    method: str
    missing: str


class MonthOut(Told):
    """One month's figure."""

    month: int
    value: int | None


class StandingOut(Told):
    """How the figure stands against its target, in a word; shares in hundredths of a per cent."""

    stand: Stand
    word: str
    reached: int | None
    gone: int | None


class AreaOut(Told):
    """The figure of one area below. Without a code: rows that say no place, or one elsewhere."""

    code: str
    name: str
    value: int | None
    target: TargetOut | None
    standing: StandingOut


class MeasureFigureOut(Told):
    """One measure in one year and area. Money is fen, a rate in hundredths of a per cent.
    ``other`` is the same rows counted the other way (persons beside person-times)."""

    measure: MeasureOut
    area: str
    since: date
    until: date | None
    unit: str
    value: int | None
    other: int | None
    rows: int
    target: TargetOut | None
    standing: StandingOut
    months: list[MonthOut]
    areas: list[AreaOut]


class MeasureRowOut(Told):
    """One row a figure is counted from. ``subject`` is a mark: the same subject, the same mark,
    and nobody can be looked up by it. ``label`` is empty for who may not see names."""

    key: str
    label: str
    subject: str
    area: str
    day: date
    amount_fen: int | None
    met: bool | None


class MeasureRowsOut(Told):
    """One page of rows with the figure they are counted to."""

    measure: str
    area: str
    since: date
    until: date | None
    value: int | None
    shown: int
    page: int
    pages: int
    rows: list[MeasureRowOut]


@measures.get(
    "",
    auth=opened(readers),
    response=list[MeasureOut],
    summary=_("有哪些指标"),
    description=_("计划里的在前；还没有来源的也在，missing 里写着为什么。"),
)
def list_measures(request: ActorRequest) -> list[MeasureOut]:
    """All measures, in their order."""
    return [_measure_out(one) for one in all_measures().values()]


@measures.get(
    "/{measure_id}",
    auth=opened(readers),
    response=MeasureFigureOut,
    summary=_("一个指标的数"),
    description=_("这一年这个地区的数、目标、进度，每个月和下一级每个地区的。"),
)
def show_figure(
    request: ActorRequest,
    measure_id: MeasureId,
    year: Year = None,
    area: Area = "",
    turned: Turned = False,
) -> MeasureFigureOut:
    """One measure in one year and area, counted now."""
    on = day_of(timezone.now())
    definition, chosen, where = _asked(request, measure_id, year, area, on)
    found = tile(definition, year=chosen, area=where, on=on, turned=turned)
    return MeasureFigureOut(
        measure=_measure_out(definition),
        area=where.code,
        since=found.span.start,
        until=found.span.until,
        unit=found.unit.code,
        value=found.figure.value,
        other=found.figure.other,
        rows=found.figure.counted.rows,
        target=_target_out(found.target),
        standing=_standing_out(found.standing),
        months=[MonthOut(month=one.month, value=one.figure.value) for one in found.months],
        areas=[
            AreaOut(
                code=one.code,
                name=one.name,
                value=one.figure.value,
                target=_target_out(one.target),
                standing=_standing_out(one.standing),
            )
            for one in by_area(definition, year=chosen, area=where, on=on, turned=turned)
        ],
    )


@measures.get(
    "/{measure_id}/rows",
    auth=opened(readers),
    response=MeasureRowsOut,
    summary=_("一个数后面的每一条"),
    description=_("每页 50 条，新的在前；value 就是这些条数出来的。看个人的会记下来。"),
)
def list_rows(  # noqa: PLR0917  called by name only, by the framework
    request: ActorRequest,
    measure_id: MeasureId,
    year: Year = None,
    area: Area = "",
    month: Month = None,
    met: Kept = None,
    turned: Turned = False,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> MeasureRowsOut:
    """One page of the rows a figure is counted from."""
    on = day_of(timezone.now())
    definition, chosen, where = _asked(request, measure_id, year, area, on)
    span = _span(definition, chosen, where, month)
    found = rows_page(counted_rows(definition, where), span, where, page=page, met=_met(met))
    if is_personal(definition) and found.rows:
        log_rows_opened(
            actor=request.actor,
            what=definition.id,
            span=span,
            area=where,
            rows=len(found.rows),
            now=timezone.now(),
        )
    named = _named(request, definition)
    return MeasureRowsOut(
        measure=definition.id,
        area=where.code,
        since=span.start,
        until=span.until,
        value=figure_of(found.counted, shown_unit(definition, turned)),
        shown=found.shown,
        page=found.page,
        pages=found.pages,
        rows=[_row_out(one, named=named) for one in found.rows],
    )


@measures.get(
    "/{measure_id}/rows.csv",
    auth=opened(readers, per_minute=_EXPORTS_PER_MINUTE),
    summary=_("一个数后面的每一条（CSV）"),
    description=_("全部，一个文件；谁取走多少条会先记下来。"),
    openapi_extra=_CSV_ANSWER,
)
def export_rows(  # noqa: PLR0917  called by name only, by the framework
    request: ActorRequest,
    measure_id: MeasureId,
    year: Year = None,
    area: Area = "",
    month: Month = None,
    met: Kept = None,
) -> HttpResponseBase:
    """All rows as a file; who took how many is in the audit first."""
    on = day_of(timezone.now())
    definition, chosen, where = _asked(request, measure_id, year, area, on)
    span = _span(definition, chosen, where, month)
    rows = counted_rows(definition, where)
    total, found = rows_for_export(rows, span, where, met=_met(met))
    log_rows_exported(
        actor=request.actor,
        what=definition.id,
        span=span,
        area=where,
        rows=total,
        now=timezone.now(),
    )
    lines = csv_of_rows(found, named=_named(request, definition))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"{definition.id}-{span.start:%Y%m%d}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _asked(
    request: ActorRequest, measure_id: str, year: int | None, area: str, on: date
) -> tuple[MeasureDefinition, int, Region]:
    """What the address names. A year, an area or a measure that is not there answers 404."""
    chosen = read_year("" if year is None else str(year), on)
    return measure(measure_id), chosen, read_area(request.actor, area)


def _span(definition: MeasureDefinition, year: int, area: Region, month: str | None) -> Period:
    if month == "target":
        target = definition.target(year, area.code)
        return target.span if target else year_span(year)
    return span_of(year, int(month) if month else None)


def _met(asked: Literal["yes", "no"] | None) -> Met:
    return asked or ""


def _named(request: ActorRequest, definition: MeasureDefinition) -> bool:
    return not is_named(definition) or may_see_names(request.actor)


def _measure_out(one: MeasureDefinition) -> MeasureOut:
    return MeasureOut(
        id=one.id,
        name=one.name,
        group=one.group,
        owner=one.owner,
        unit=one.unit.code,
        unit_word=one.unit.word,
        better=one.better,
        method=one.method,
        missing=one.missing,
    )


def _target_out(target: Target | None) -> TargetOut | None:
    if target is None:
        return None
    return TargetOut(
        since=target.span.start,
        until=target.span.until,
        value=target.value,
        status=target.status,
        source=target.source,
    )


def _standing_out(one: Standing) -> StandingOut:
    return StandingOut(stand=one.stand, word=one.word, reached=one.reached, gone=one.gone)


def _row_out(row: CountedRow, *, named: bool) -> MeasureRowOut:
    return MeasureRowOut(
        key=row.key,
        label=row.label if named else "",
        subject=subject_mark(row),
        area=row.area,
        day=row.day,
        amount_fen=row.amount_fen,
        met=row.met,
    )
