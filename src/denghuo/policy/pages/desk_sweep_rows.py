"""The officers' desk: the rows behind a sweep's sums, one of them explained, exports."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from denghuo.platform.public import ActorRequest, allowed
from denghuo.policy.access import policy_staff
from denghuo.policy.actions.exports import log_export
from denghuo.policy.pages.desk_words import VERDICTS, amount_words, verdict_words
from denghuo.policy.queries.library import library
from denghuo.policy.queries.sweeps import (
    ANSWERS_FILE,
    BAD_ROWS_FILE,
    RowView,
    RunView,
    SweepNotFoundError,
    answer_rows,
    explained_row,
    export_rows,
    run,
    run_folder,
)


@never_cache
@require_safe
@allowed(policy_staff)
def sweep_rows(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """The rows behind a sum."""
    view = run(run_id)
    policy_id, verdict, near = _filters(request)
    number = request.GET.get("page", "1")
    page = answer_rows(
        run_id,
        policy_id=policy_id,
        verdict=verdict,
        near=near,
        page=int(number) if number.isdigit() and len(number) < 7 else 1,
    )
    names = {name: each.names.zh for name, each in library().items()}
    query = {"policy": policy_id, "verdict": verdict, "near": "1" if near else ""}
    context = {
        "view": view,
        "page": page,
        "query": urlencode({name: value for name, value in query.items() if value}),
        "rows": [_row_line(run_id, each, names) for each in page.rows],
        "columns": [
            {"name": _("谁")},
            {"name": _("政策")},
            {"name": _("结果")},
            {"name": _("金额"), "number": True},
        ],
        "filters": _filter_choices(view, names, policy_id, verdict, near=near),
        "count": page.total,
        "export": f"{reverse('policy_sweep_export', args=[run_id])}?{urlencode(query)}",
    }
    return render(request, "policy/desk/sweep_rows.html", context)


@never_cache
@require_safe
@allowed(policy_staff)
def sweep_row(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """One row, explained like a person's own answer."""
    view = run(run_id)
    entity, policy_id = request.GET.get("entity", "")[:80], request.GET.get("policy", "")
    found = explained_row(view, entity, policy_id)
    context = {
        "view": view,
        "entity": entity,
        "answer": found,
        "verdict": found.verdict.word,
        "back": f"{reverse('policy_sweep_rows', args=[run_id])}?policy={policy_id}",
        "facts": [
            {
                "name": fact.spec.labels.zh,
                "value": fact.shown(),
                "note": fact.source if fact.value is not None else "",
            }
            for fact in found.facts.values()
        ],
    }
    return render(request, "policy/desk/sweep_row.html", context)


@require_safe
@allowed(policy_staff)
def export(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """The filtered rows as CSV, or the whole result as Parquet; the export is in the audit."""
    view = run(run_id)
    if not view.is_over:
        raise SweepNotFoundError
    policy_id, verdict, near = _filters(request)
    rows = view.summary.get("rows_answered", 0)
    log_export(actor=request.actor, run_id=run_id, rows=rows, now=timezone.now())
    name = f"sweep-{view.as_of.isoformat()}-{str(run_id)[:8]}"
    if request.GET.get("format") == "parquet":
        return _download(run_folder(run_id) / ANSWERS_FILE, f"{name}.parquet")
    tables = export_rows(run_id, policy_id=policy_id, verdict=verdict, near=near)
    response = StreamingHttpResponse(_csv_lines(tables), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@require_safe
@allowed(policy_staff)
def bad_rows(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """Every row that was set aside, with its number and reason."""
    run(run_id)
    log_export(actor=request.actor, run_id=run_id, rows=0, now=timezone.now())
    return _download(run_folder(run_id) / BAD_ROWS_FILE, f"bad-rows-{str(run_id)[:8]}.csv")


def _download(path: Path, name: str) -> HttpResponseBase:
    if not path.exists():
        raise SweepNotFoundError
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


def _csv_lines(tables: Iterator[Any]) -> Iterator[str]:
    yield "\ufeff"  # so that spreadsheet programs read UTF-8
    header = ("entity", "policy", "verdict", "amount", "fail_mask", "unknown_mask", "version")
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header)
    for table in tables:
        writer.writerows([row[name] for name in header] for row in table.to_pylist())
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _filters(request: ActorRequest) -> tuple[str, str, bool]:
    verdict = request.GET.get("verdict", "")
    return (
        request.GET.get("policy", "")[:80],
        verdict if verdict in VERDICTS else "",
        request.GET.get("near") == "1",
    )


def _row_address(run_id: UUID, entity: str, policy_id: str) -> str:
    address = reverse("policy_sweep_row", args=[run_id])
    return f"{address}?{urlencode({'entity': entity, 'policy': policy_id})}"


def _row_line(run_id: UUID, each: RowView, names: dict[str, str]) -> dict[str, Any]:
    return {
        "href": _row_address(run_id, each.entity, each.policy),
        "cells": [
            each.entity,
            names.get(each.policy, each.policy),
            verdict_words()[each.verdict],
            "" if each.amount is None else amount_words(each.policy, each.amount),
        ],
    }


def _filter_choices(
    view: RunView, names: dict[str, str], policy_id: str, verdict: str, *, near: bool
) -> list[dict[str, Any]]:
    words = verdict_words()
    return [
        {
            "name": "policy",
            "label": _("政策"),
            "chosen": policy_id,
            "options": [{"value": one, "text": names.get(one, one)} for one in view.policies],
        },
        {
            "name": "verdict",
            "label": _("结果"),
            "chosen": verdict,
            "options": [{"value": one, "text": words[one]} for one in VERDICTS],
        },
        {
            "name": "near",
            "label": _("只差一条"),
            "chosen": "1" if near else "",
            "options": [{"value": "1", "text": _("只看差一条的")}],
        },
    ]
