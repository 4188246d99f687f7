"""Trips, forms and minutes saved, by item and area, each opening to its cases."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from denghuo.cases.public import items, service_item
from denghuo.kernel.spreadsheet import table_lines
from denghuo.measures.access import readers
from denghuo.measures.actions.traces import log_rows_exported, log_rows_opened
from denghuo.measures.logic.errands import ErrandSums
from denghuo.measures.logic.spans import year_span
from denghuo.measures.pages.scope import Scope, page_number, read_scope, scope_choices
from denghuo.measures.queries.errands import (
    ErrandRow,
    all_errand_rows,
    counted_until,
    errand_rows,
    errand_sums,
    errands_by_area,
    errands_by_item,
)
from denghuo.places.public import children, names_of
from denghuo.platform.public import ActorRequest, allowed

_MARK = "\ufeff"  # tells Excel that it is UTF-8
_WHAT = "errands"


@never_cache
@require_safe
@allowed(readers)
def errands(request: ActorRequest) -> HttpResponse:
    """What people were spared in one year and area."""
    scope = read_scope(request)
    span = year_span(scope.year)
    sums = errand_sums(span, scope.area)
    context = {
        **scope_choices(request, scope),
        "sums": sums,
        "large": _large(sums),
        "columns": _columns(_("事项")),
        "rows": [
            {
                "href": _rows_address(scope, one.item.code) if one.sums.cases else "",
                "cells": [str(one.item.names.zh), *_cells(one.sums)],
            }
            for one in errands_by_item(span, scope.area)
        ],
        "area_columns": _columns(_("地区")),
        **_areas(scope),
        "old_ways": [
            (one.names.zh, one.old_way, _status(one.old_way.basis.status))
            for one in items().values()
            if one.listed
        ],
        "counted_at": counted_until(),
        "rows_href": _rows_address(scope, ""),
    }
    return render(request, "measures/errands.html", context)


@never_cache
@require_safe
@allowed(readers)
def errand_rows_page(request: ActorRequest) -> HttpResponse:
    """The cases behind the sums; a page of them leaves one trace."""
    scope, item = read_scope(request), request.GET.get("item", "")
    span = year_span(scope.year)
    found = errand_rows(span, scope.area, item, page=page_number(request.GET.get("page", "1")))
    if found.rows:
        log_rows_opened(
            actor=request.actor, what=_WHAT, span=span, area=scope.area, rows=len(found.rows),
            now=timezone.now(),
        )  # fmt: skip
    names = names_of({row.area for row in found.rows})
    here = scope.query(item=item)
    context = {
        **scope_choices(request, scope),
        "item_name": service_item(item).names.zh if item else "",
        "item": item,
        "choices": [(code, one.names.zh) for code, one in items().items() if one.listed],
        "large": _large(found.sums),
        "columns": [
            {"name": _("办件")},
            {"name": _("地区")},
            {"name": _("决定日期")},
            *_columns("")[2:],
        ],
        "rows": [
            {"cells": [row.number, names.get(row.area, row.area), row.decided_on.isoformat(),
                       *_cells(row.sums)[1:]]}
            for row in found.rows
        ],
        "count": f"{found.sums.cases:,}",
        "page": found,
        "previous": f"?{here}&page={found.page - 1}",
        "next": f"?{here}&page={found.page + 1}",
        "export": f"{reverse('measure_errands_export')}?{here}",
        "back": f"{reverse('measure_errands')}?{scope.query()}",
    }  # fmt: skip
    return render(request, "measures/errand_rows.html", context)


@never_cache
@require_safe
@allowed(readers)
def errands_export(request: ActorRequest) -> HttpResponseBase:
    """The cases as a file; who took how many is in the audit first."""
    scope, item = read_scope(request), request.GET.get("item", "")
    span = year_span(scope.year)
    rows = errand_sums(span, scope.area, item).cases
    log_rows_exported(
        actor=request.actor, what=_WHAT, span=span, area=scope.area, rows=rows,
        now=timezone.now(),
    )  # fmt: skip
    lines = _csv(all_errand_rows(span, scope.area, item))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="errands-{scope.year}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _rows_address(scope: Scope, item: str) -> str:
    return f"{reverse('measure_errands_rows')}?{scope.query(item=item)}"


def range_words(least: int, most: int) -> str:
    """30, or 20—30 where the count leaves room."""
    return f"{least:,}" if least == most else f"{least:,} — {most:,}"


def _large(sums: ErrandSums) -> list[dict[str, str]]:
    least, most = sums.minutes_saved
    hours = (least // 60, most // 60) if abs(most) >= 600 else None
    return [
        {"name": _("少跑"), "value": f"{sums.trips_saved:,}", "unit": _("趟")},
        {"name": _("少填"), "value": f"{sums.forms_saved:,}", "unit": _("张表")},
        {
            "name": _("少花"),
            "value": range_words(*hours) if hours else range_words(least, most),
            "unit": _("小时") if hours else _("分钟"),
        },
        {"name": _("办件"), "value": f"{sums.cases:,}", "unit": _("件")},
    ]


def _columns(first: str) -> list[dict[str, Any]]:
    names = (
        _("办件"), _("以前要跑"), _("现在跑了"), _("以前要填表"), _("现在填了表（填的空）"),
        _("以前的分钟"), _("现在的分钟"),
    )  # fmt: skip
    return [{"name": first}, *({"name": name, "number": True} for name in names)]


def _cells(sums: ErrandSums) -> list[str]:
    return [
        f"{sums.cases:,}",
        f"{sums.old.trips:,}",
        f"{sums.now.trips:,}",
        f"{sums.old.forms:,}",
        _("%(forms)s（%(fields)s）") % {
            "forms": f"{sums.now.forms:,}", "fields": f"{sums.now.fields:,}",
        },
        f"{sums.old.minutes:,}",
        range_words(*sums.minutes_now),
    ]  # fmt: skip


def _areas(scope: Scope) -> dict[str, Any]:
    """Areas one level down, those without cases too; then cases elsewhere. Bars where none got
    worse, for bars start at zero."""
    found = errands_by_area(year_span(scope.year), scope.area)
    rows: list[dict[str, Any]] = []
    pairs: list[tuple[str, float]] = []
    for division in children(scope.area.code):
        digits = next((part for part in found if division.code.startswith(part)), None)
        if digits is None:
            rows.append({"href": "", "cells": [division.name, _("还没有记录"), *[""] * 6]})
            continue
        sums = found.pop(digits)
        pairs.append((division.name, float(sums.trips_saved)))
        cells = [division.name, *_cells(sums)]
        rows.append({"href": f"?{_inside(scope, division.code)}", "cells": cells})
    rows += [
        {"href": "", "cells": [_("别处（%(code)s）") % {"code": part}, *_cells(sums)]}
        for part, sums in sorted(found.items())
    ]
    fit = len(pairs) > 1 and all(value >= 0 for _name, value in pairs)
    return {"area_rows": rows, "pairs": pairs if fit else []}


def _inside(scope: Scope, code: str) -> str:
    return f"year={scope.year}&area={code}"


def _status(status: str) -> str:
    return _("查到的") if status == "verified" else _("估算的，没有实测")


def _csv(rows: Iterator[ErrandRow]) -> Iterator[bytes]:
    heading = [
        _("办件"), _("事项"), _("地区代码"), _("决定日期"), _("以前要跑"), _("现在跑了"),
        _("以前要填表"), _("现在填了表"), _("填的空"), _("以前的分钟"), _("现在最少分钟"),
        _("现在最多分钟"),
    ]  # fmt: skip
    yield _MARK.encode()
    for line in table_lines(chain([heading], (_csv_cells(row) for row in rows))):
        yield line.encode()


def _csv_cells(row: ErrandRow) -> list[object]:
    now, old = row.sums.now, row.sums.old
    return [
        row.number, row.item, row.area, row.decided_on, old.trips, now.trips, old.forms,
        now.forms, now.fields, old.minutes, *row.sums.minutes_now,
    ]  # fmt: skip
