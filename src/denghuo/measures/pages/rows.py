"""The rows behind a number, a page at a time, and as a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from denghuo.kernel.counted import CountedRow
from denghuo.kernel.money import Money
from denghuo.measures.access import may_see_names, readers
from denghuo.measures.actions.traces import log_rows_exported, log_rows_opened
from denghuo.measures.logic.definition import MeasureDefinition
from denghuo.measures.logic.spans import months_of, year_span
from denghuo.measures.logic.units import Unit, figure_of
from denghuo.measures.pages.scope import (
    TARGET_PERIOD,
    Scope,
    page_number,
    read_period,
    read_scope,
    scope_choices,
    span_text,
)
from denghuo.measures.pages.words import with_unit
from denghuo.measures.queries.figures import shown_unit
from denghuo.measures.queries.library import measure
from denghuo.measures.queries.row_tables import csv_of_rows
from denghuo.measures.queries.rows import (
    counted_rows,
    rows_for_export,
    rows_page,
)
from denghuo.measures.queries.stored import is_named, is_personal
from denghuo.places.public import names_of
from denghuo.platform.public import ActorRequest, CountedRows, Met, allowed

_KINDS = {"person": gettext_noop("个人"), "firm": gettext_noop("单位")}


@never_cache
@require_safe
@allowed(readers)
def measure_rows(request: ActorRequest, measure_id: str) -> HttpResponse:
    """One page of the rows a number is counted from. Rows about persons leave a trace first."""
    scope, definition = read_scope(request), measure(measure_id)
    span, met = read_period(request, scope, definition), _met(request)
    rows = counted_rows(definition, scope.area)
    page = rows_page(
        rows, span, scope.area, page=page_number(request.GET.get("page", "1")), met=met
    )
    if is_personal(definition) and page.rows:
        log_rows_opened(
            actor=request.actor, what=definition.id, span=span, area=scope.area,
            rows=len(page.rows), now=timezone.now(),
        )  # fmt: skip
    named = not is_named(definition) or may_see_names(request.actor)
    month, places = request.GET.get("month", ""), _places(page.rows)
    here = scope.query(month=month, met=met)
    unit = shown_unit(definition, scope.turned)
    context = {
        **scope_choices(request, scope),
        "definition": definition,
        "span": span_text(span),
        "figure": with_unit(figure_of(page.counted, unit), unit),
        "sums": sum_words(page.counted.rows, page.counted.subjects, unit, rows),
        "named": named,
        "personal": is_personal(definition),
        "columns": _columns(rows),
        "rows": [_line(row, rows, named=named, places=places) for row in page.rows],
        "count": f"{page.shown:,}",
        "filters": _filters(definition, rows, scope, month, met),
        "export": f"{reverse('measure_export', args=[measure_id])}?{here}",
        "page": page,
        "previous": f"?{here}&page={page.page - 1}",
        "next": f"?{here}&page={page.page + 1}",
        "back": f"{reverse('measure_page', args=[measure_id])}?{scope.query()}",
    }
    return render(request, "measures/rows.html", context)


@never_cache
@require_safe
@allowed(readers)
def measure_export(request: ActorRequest, measure_id: str) -> HttpResponseBase:
    """All the rows as a file; who took how many is in the audit first."""
    scope, definition = read_scope(request), measure(measure_id)
    span, met = read_period(request, scope, definition), _met(request)
    rows = counted_rows(definition, scope.area)
    total, found = rows_for_export(rows, span, scope.area, met=met)
    log_rows_exported(
        actor=request.actor, what=definition.id, span=span, area=scope.area, rows=total,
        now=timezone.now(),
    )  # fmt: skip
    named = not is_named(definition) or may_see_names(request.actor)
    answer = StreamingHttpResponse(
        csv_of_rows(found, named=named), content_type="text/csv; charset=utf-8"
    )
    name = f"{definition.id}-{span.start:%Y%m%d}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def sum_words(rows: int, subjects: int, unit: Unit, source: CountedRows) -> str:
    """How many rows and how many different subjects: both, so that neither is taken for the
    other."""
    if source.subject is None:
        return _("共 %(rows)s 条") % {"rows": f"{rows:,}"}
    pair = {unit.code, unit.other}
    word = _("户") if pair & {"firms", "firm_times"} else _("个不同的人或单位")
    word = _("人") if pair & {"persons", "person_times"} else word
    return _("共 %(rows)s 条，涉及 %(subjects)s %(word)s") % {
        "rows": f"{rows:,}", "subjects": f"{subjects:,}", "word": word,
    }  # fmt: skip


def _met(request: ActorRequest) -> Met:
    asked = request.GET.get("met", "")
    return cast("Met", asked) if asked in ("yes", "no") else ""


def _columns(rows: CountedRows) -> list[dict[str, Any]]:
    return [
        {"name": _("编号或名称")},
        *([{"name": _("谁的")}] if rows.subject is not None else []),
        *([{"name": _("地区")}] if rows.placed else []),
        {"name": _("日期")},
        *([{"name": _("金额（元）"), "number": True}] if rows.amount is not None else []),
        *([{"name": _("做到了吗")}] if rows.met is not None else []),
    ]


def _line(
    row: CountedRow, rows: CountedRows, *, named: bool, places: dict[str, str]
) -> dict[str, Any]:
    kind = _(_KINDS.get(row.subject.partition(":")[0], ""))
    return {
        "cells": [
            (row.label if named else "") or short_key(row),
            *([kind or "—"] if rows.subject is not None else []),
            *([places.get(row.area, row.area) or _("没有写")] if rows.placed else []),
            row.day.isoformat(),
            *([_yuan(row)] if rows.amount is not None else []),
            *([_("做到了") if row.met else _("没有")] if rows.met is not None else []),
        ]
    }


def short_key(row: CountedRow) -> str:
    """The start of a record's own number: enough to tell it from its neighbours on the page."""
    return _("编号 %(key)s") % {"key": row.key.partition(":")[2][:8]}


def _yuan(row: CountedRow) -> str:
    return "—" if row.amount_fen is None else Money(row.amount_fen).yuan_text


def _places(rows: Iterable[CountedRow]) -> dict[str, str]:
    """Names of the areas of one page, in one look."""
    return names_of({row.area for row in rows if row.area})


def _filters(
    definition: MeasureDefinition, rows: CountedRows, scope: Scope, month: str, met: str
) -> list[dict[str, Any]]:
    months = [
        {"value": str(span.start.month), "text": _("%(month)d 月") % {"month": span.start.month}}
        for span in months_of(scope.year)
    ]
    target = definition.target(scope.year, scope.area.code)
    if target and target.span != year_span(scope.year):
        months.insert(0, {"value": TARGET_PERIOD, "text": span_text(target.span)})
    found = [{"name": "month", "label": _("月份"), "chosen": month, "options": months}]
    if rows.met is not None:
        kept = [{"value": "yes", "text": _("做到了")}, {"value": "no", "text": _("没有")}]
        found.append({"name": "met", "label": _("做到了吗"), "chosen": met, "options": kept})
    return found
