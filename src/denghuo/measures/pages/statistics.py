"""Published series: what they say, and bringing the next file."""

from __future__ import annotations

from typing import Any, BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.spreadsheet import table_lines
from denghuo.measures.access import importers, readers
from denghuo.measures.actions.statistics import (
    BYTES_MAX,
    apply_statistics,
    drop_statistics,
    preview_statistics,
)
from denghuo.measures.forms import StatisticFileForm
from denghuo.measures.logic.spans import year_span
from denghuo.measures.logic.statistic_rows import HEADINGS, RowProblem, StatisticRow
from denghuo.measures.logic.units import Unit, chart_value
from denghuo.measures.pages.scope import Scope, read_scope, scope_choices
from denghuo.measures.pages.words import with_unit
from denghuo.measures.queries.library import all_series
from denghuo.measures.queries.statistics import points, statistic_import, statistic_imports
from denghuo.places.public import names_of
from denghuo.platform.public import ActorRequest, allowed

_EXAMPLE = ("城镇调查失业率", "2026-03", "150000", "5.4%", "2026-04-16", "填公布的单位和文件")


@never_cache
@require_safe
@allowed(readers)
def statistics(request: ActorRequest) -> HttpResponse:
    """Every series of the year and area, with source and day published."""
    scope = read_scope(request)
    shown = [
        _series(one.id, one.name, one.unit, one.source, scope) for one in all_series().values()
    ]
    context = {
        **scope_choices(request, scope),
        "series": shown,
        "may_import": importers(request.actor),
        "imports": statistic_imports(request.actor) if importers(request.actor) else (),
    }  # fmt: skip
    return render(request, "measures/statistics.html", context)


def _series(series_id: str, name: str, unit: Unit, source: str, scope: Scope) -> dict[str, Any]:
    found = points(series_id, year_span(scope.year), scope.area)
    pairs = [
        (_("%(month)d 月") % {"month": one.month.month}, chart_value(one.value, unit))
        for one in found
    ]
    return {
        "name": _(name),
        "unit": unit.word,
        "source": source,
        "pairs": pairs if len(pairs) > 1 else [],
        "columns": [
            {"name": _("月份")}, {"name": _("数值"), "number": True}, {"name": _("公布日期")},
            {"name": _("来源")}, {"name": _("以前公布的")},
        ],
        "rows": [
            {"cells": [
                _("%(month)d 月") % {"month": one.month.month}, with_unit(one.value, unit),
                one.published_on.isoformat(), one.source,
                "、".join(with_unit(value, unit) for value in one.before),
            ]}
            for one in found
        ],
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(importers, file_bytes_max=BYTES_MAX)
def import_new(request: ActorRequest) -> HttpResponseBase:
    """Upload a file; it is only read and checked."""
    sent = request.method == "POST"
    form = StatisticFileForm(request.POST, request.FILES) if sent else StatisticFileForm()
    if sent and form.is_valid():
        file: UploadedFile[bytes] = form.cleaned_data["file"]
        try:
            import_id = preview_statistics(
                actor=request.actor,
                file=cast("BinaryIO", file),
                file_name=file.name or "",
                now=timezone.now(),
            )
        except RefusalError as refusal:
            form.add_error("file", _(refusal.template).format(**refusal.values))
        else:
            return redirect("statistic_import", import_id)
    context = {
        "form": form,
        "headings": HEADINGS.values(),
        "series": [_(one.name) for one in all_series().values()],
    }
    status = 422 if form.errors else 200
    return render(request, "measures/statistic_import_new.html", context, status=status)


@never_cache
@require_safe
@allowed(importers)
def import_page(request: ActorRequest, import_id: UUID) -> HttpResponse:
    """What the file would do, row by row where something is wrong."""
    view = statistic_import(request.actor, import_id)
    context = {
        "upload": view,
        "report": view.report,
        "problems": [
            {"cells": [str(one.row) if one.row else "—", one.heading, _problem_words(one)]}
            for one in view.report.problems
        ],
        "problem_columns": [
            {"name": _("第几行")}, {"name": _("哪一列")}, {"name": _("怎么了")},
        ],
        "sample": _sample(view.sample),
        "sample_columns": [
            {"name": _("指标")}, {"name": _("月份")}, {"name": _("地区")},
            {"name": _("数值"), "number": True}, {"name": _("公布日期")}, {"name": _("来源")},
        ],
    }  # fmt: skip
    return render(request, "measures/statistic_import.html", context)


def _problem_words(one: RowProblem) -> str:
    return _(one.template).format(**one.values)


def _sample(rows: tuple[StatisticRow, ...]) -> list[dict[str, Any]]:
    names, series = names_of({row.area for row in rows}), all_series()
    return [
        {"cells": [
            series[row.series].name, f"{row.month:%Y-%m}", names.get(row.area, row.area),
            with_unit(row.value, series[row.series].unit), row.published_on.isoformat(), row.source,
        ]}
        for row in rows
    ]  # fmt: skip


@require_POST
@allowed(importers)
def import_apply(request: ActorRequest, import_id: UUID) -> HttpResponseBase:
    """Keep the good rows."""
    apply_statistics(actor=request.actor, import_id=import_id, now=timezone.now())
    messages.success(request, _("已导入。"))
    return redirect("statistic_import", import_id)


@require_POST
@allowed(importers)
def import_drop(request: ActorRequest, import_id: UUID) -> HttpResponseBase:
    """Put the upload away."""
    drop_statistics(actor=request.actor, import_id=import_id, now=timezone.now())
    messages.info(request, _("已放弃这次上传，数据没有变动。"))
    return redirect("measure_statistics")


@require_safe
@allowed(importers)
def import_template(_request: ActorRequest) -> HttpResponseBase:
    """An empty table with the headings and one example row."""
    # The mark at the start tells Excel that it is UTF-8.
    lines = ["\ufeff", *table_lines([tuple(HEADINGS.values()), _EXAMPLE])]
    answer = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="statistics.csv"'
    return answer
