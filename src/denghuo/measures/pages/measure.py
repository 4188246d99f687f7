"""One measure: its figure, its months, its areas, how it is counted, what was frozen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from denghuo.kernel.period import Period
from denghuo.measures.access import freezers, may_freeze, readers
from denghuo.measures.actions.snapshots import AlreadyFrozenError, freeze_measure
from denghuo.measures.forms import FreezeForm
from denghuo.measures.logic.definition import MeasureDefinition
from denghuo.measures.logic.spans import is_over, months_of, read_month, span_of, year_span
from denghuo.measures.logic.units import UNITS, Unit, chart_value
from denghuo.measures.pages.scope import (
    Scope,
    read_scope,
    scope_choices,
    span_text,
)
from denghuo.measures.pages.words import (
    rows_address,
    share_words,
    target_words,
    tile_words,
    with_unit,
)
from denghuo.measures.queries.figures import AreaFigure, Tile, by_area, tile
from denghuo.measures.queries.library import measure
from denghuo.measures.queries.snapshots import snapshots_of
from denghuo.measures.queries.stored import rows_of
from denghuo.platform.public import ActorRequest, allowed

_WHOLE_YEAR = "year"


@never_cache
@require_safe
@allowed(readers)
def measure_page(request: ActorRequest, measure_id: str) -> HttpResponse:
    """Everything about one measure in one year and area."""
    return _shown(request, measure_id, None)


@require_POST
@allowed(freezers)
def freeze(request: ActorRequest, measure_id: str) -> HttpResponseBase:
    """Freeze a finished period's figure."""
    scope = read_scope(request)
    definition = measure(measure_id)
    form = FreezeForm(request.POST, periods=_periods(definition, scope))
    if not form.is_valid():
        return _shown(request, measure_id, form)
    chosen = form.cleaned_data["period"]
    span = (
        year_span(scope.year) if chosen == _WHOLE_YEAR else span_of(scope.year, read_month(chosen))
    )
    try:
        snapshot_id = freeze_measure(
            actor=request.actor,
            measure_id=measure_id,
            area=scope.area,
            span=span,
            note=form.cleaned_data["note"],
            now=timezone.now(),
        )
    except AlreadyFrozenError as before:
        messages.info(request, before.sentence)
        return redirect("measure_snapshot", before.snapshot_id)
    messages.success(request, _("数已定下，明细一起存好了。以后的变化会列在旁边。"))
    return redirect("measure_snapshot", snapshot_id)


def _shown(request: ActorRequest, measure_id: str, form: FreezeForm | None) -> HttpResponse:
    scope = read_scope(request)
    definition = measure(measure_id)
    found = tile(definition, year=scope.year, area=scope.area, on=scope.on, turned=scope.turned)
    running = scope.on.month if scope.on.year == scope.year else None
    areas = by_area(definition, year=scope.year, area=scope.area, on=scope.on, turned=scope.turned)
    context = {
        **scope_choices(request, scope),
        "definition": definition,
        "tile": tile_words(found, scope, running),
        "stand": found.standing,
        "target": found.target,
        "span": span_text(found.span),
        "chart_unit": _(found.unit.word),
        "rows_href": rows_address(found, scope),
        "turn": _turns(definition.unit, scope),
        "months": _months(found, scope, running),
        **_areas(areas, found.unit, scope),
        "frozen": [
            (one, span_text(one.span), with_unit(one.value, definition.unit))
            for one in snapshots_of(definition.id, scope.area, scope.year)
        ],
        "freeze": _freeze_form(request, definition, scope, found, form),
        "freeze_href": f"{reverse('measure_freeze', args=[measure_id])}?{scope.query()}",
    }
    status = 422 if form is not None else 200
    return render(request, "measures/measure.html", context, status=status)


def _turns(unit: Unit, scope: Scope) -> list[dict[str, Any]]:
    """The same rows by persons and by person-times, each its own address."""
    if not unit.other:
        return []
    return [
        {
            "href": scope.turned_to(turned),
            "text": _("按%(unit)s") % {"unit": _(each.word)},
            "current": scope.turned == turned,
        }
        for turned, each in ((False, unit), (True, UNITS[unit.other]))
    ]


def _months(found: Tile, scope: Scope, running: int | None) -> dict[str, Any]:
    """The line and the table beneath it, each month leading to its rows."""
    drawn = [each for each in found.months if each.figure.value is not None]
    pairs = [
        (_("%(month)d 月") % {"month": each.month}, chart_value(each.figure.value or 0, found.unit))
        for each in drawn
    ]
    opens = bool(rows_of(found.definition)) and found.here
    other = [UNITS[found.unit.other]] if found.unit.other else []
    path = reverse("measure_rows", args=[found.definition.id])
    rows = [
        {
            "href": f"{path}?{scope.query(month=each.month)}" if opens else "",
            "cells": [
                _("%(month)d 月") % {"month": each.month}
                + (_("（未完）") if each.month == running else ""),
                with_unit(each.figure.value, found.unit),
                *(with_unit(each.figure.other, unit) for unit in other),
            ],
        }
        for each in found.months
    ]
    columns = [{"name": _("月份")}, {"name": _(found.unit.word), "number": True}]
    columns += [{"name": _(unit.word), "number": True} for unit in other]
    whole = not drawn or drawn[-1].month - drawn[0].month == len(drawn) - 1
    return {
        # A line over a month without a figure would say there was one.
        "pairs": _chartable(pairs) if whole else [],
        "gaps": not whole,
        "rows": rows,
        "columns": columns,
        "distinct": found.unit.basis == "subjects",
    }


def _areas(areas: Iterable[AreaFigure], unit: Unit, scope: Scope) -> dict[str, Any]:
    """Bars by area and the table that leads into each."""
    found = list(areas)
    pairs = [
        (_area_name(each), chart_value(each.figure.value or 0, unit))
        for each in found
        if each.code and each.figure.value is not None
    ]
    rows = [
        {
            "href": f"?year={scope.year}&area={each.code}{'&count=other' if scope.turned else ''}"
            if each.code
            else "",
            "cells": [
                _area_name(each),
                with_unit(each.figure.value, unit) if each.figure.counted.rows else _("还没有记录"),
                target_words(each.target, unit),
                _(each.standing.word) if each.target else "",
                share_words(each.standing),
            ],
        }
        for each in found
    ]
    columns = [
        {"name": _("地区")},
        {"name": _(unit.word), "number": True},
        {"name": _("目标"), "number": True},
        {"name": _("怎么样")},
        {"name": _("进度")},
    ]
    if not any(each.target for each in found):
        columns, rows = columns[:2], [{**row, "cells": row["cells"][:2]} for row in rows]
    return {"area_pairs": _chartable(pairs), "area_rows": rows, "area_columns": columns}


def _area_name(each: AreaFigure) -> str:
    if each.code:
        return each.name
    return _("别处（%(code)s）") % {"code": each.name} if each.name else _("没有写地区")


def _chartable(pairs: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Charts start at zero: where more went back than out, the table alone speaks."""
    return pairs if len(pairs) > 1 and all(value >= 0 for _name, value in pairs) else []


def _periods(definition: MeasureDefinition, scope: Scope) -> list[tuple[str, str]]:
    """Finished stretches of the year that are not frozen yet."""
    done = {one.span for one in snapshots_of(definition.id, scope.area, scope.year)}

    def free(span: Period) -> bool:
        return is_over(span, scope.on) and span not in done

    year = year_span(scope.year)
    whole = [(_WHOLE_YEAR, span_text(year))] if free(year) else []
    return whole + [
        (str(span.start.month), span_text(span)) for span in months_of(scope.year) if free(span)
    ]


def _freeze_form(
    request: ActorRequest,
    definition: MeasureDefinition,
    scope: Scope,
    found: Tile,
    form: FreezeForm | None,
) -> FreezeForm | None:
    if form is not None:
        return form
    if not may_freeze(request.actor, scope.area) or not rows_of(definition) or not found.here:
        return None
    periods = _periods(definition, scope)
    return FreezeForm(periods=periods) if periods else None
