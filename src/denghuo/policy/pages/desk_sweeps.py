"""The officers' desk: sweeps over a file, their progress, sums, rows and exports."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import ActorRequest, allowed
from denghuo.policy.access import policy_staff
from denghuo.policy.actions.exports import log_export
from denghuo.policy.actions.sweeps import cancel_sweep, keep_upload, start_sweep
from denghuo.policy.forms import SweepForm
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.display import Display
from denghuo.policy.queries.library import library, registry
from denghuo.policy.queries.sweeps import (
    ANSWERS_FILE,
    BAD_ROWS_FILE,
    RunView,
    SweepNotFoundError,
    answer_rows,
    explained_row,
    export_rows,
    run,
    run_folder,
    runs,
    source,
    sources,
)

VERDICTS = ("entitled", "not", "unknown", "no_rule")


def verdict_words() -> dict[str, str]:
    """The four verdicts on screen."""
    return {
        "entitled": _("符合"),
        "not": _("不符合"),
        "unknown": _("还不能判断"),
        "no_rule": _("没有现行规定"),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(policy_staff)
def sweeps(request: ActorRequest) -> HttpResponseBase:
    """Start a sweep; the latest ones below."""
    firm_policies = [
        (each.id, each.names.zh) for each in library().values() if each.audience != "pair"
    ]
    form = SweepForm(
        request.POST or None,
        request.FILES or None,
        sources=[(each.name, _source_words(each.name, each.rows)) for each in sources()],
        policies=firm_policies,
        initial={"as_of": timezone.localdate(), "policies": ["stable-jobs-refund"]},
    )
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("policy_sweep", run_id=_start(request, form.cleaned_data))
        except RefusalError as refused:
            form.add_error(
                refused.field if refused.field in form.fields else None, refused.sentence
            )
    context = {"form": form, "runs": [_run_line(each) for each in runs(kind="sweep")]}
    return render(request, "policy/desk/sweeps.html", context, status=422 if form.errors else 200)


def _start(request: ActorRequest, data: dict[str, Any]) -> UUID:
    upload = data.get("upload")
    run_id = uuid4()
    if upload:
        run_id, path = keep_upload(name=upload.name, chunks=upload.chunks, size_bytes=upload.size)
        name = str(upload.name)
    else:
        found = source(data["source"])
        if found is None:  # removed while the form stood open
            raise SweepNotFoundError
        path, name = found.path, found.name
    return start_sweep(
        actor=request.actor,
        source=path,
        source_name=name,
        policies=data["policies"],
        as_of=data["as_of"],
        run_id=run_id,
        now=timezone.now(),
    )


@never_cache
@require_safe
@allowed(policy_staff)
def sweep_run(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """How a run stands; when over, its sums, each opening to its rows."""
    view = run(run_id)
    template = "policy/desk/sweep.html"
    if request.headers.get("HX-Request") and not view.is_over:
        template = "policy/desk/_sweep_progress.html"
    response = render(request, template, _run_context(view))
    if request.headers.get("HX-Request") and view.is_over:
        response.headers["HX-Refresh"] = "true"
    return response


@require_POST
@allowed(policy_staff)
def stop(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """Stop a run that is not over."""
    cancel_sweep(actor=request.actor, run_id=run_id, now=timezone.now())
    return redirect("policy_sweep", run_id=run_id)


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
    words = verdict_words()
    query = {"policy": policy_id, "verdict": verdict, "near": "1" if near else ""}
    context = {
        "view": view,
        "page": page,
        "query": urlencode({name: value for name, value in query.items() if value}),
        "rows": [
            {
                "href": _row_address(run_id, each.entity, each.policy),
                "cells": [
                    each.entity,
                    names.get(each.policy, each.policy),
                    words[each.verdict],
                    "" if each.amount is None else amount_words(each.policy, each.amount),
                ],
            }
            for each in page.rows
        ],
        "columns": [
            {"name": _("谁")},
            {"name": _("政策")},
            {"name": _("结果")},
            {"name": _("金额"), "number": True},
        ],
        "filters": [
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
        ],
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


def _source_words(name: str, rows: int | None) -> str:
    return f"{name}（{rows:,} {_('行')}）" if rows is not None else name


def _run_line(view: RunView) -> dict[str, Any]:
    return {
        "href": reverse("policy_sweep", args=[view.id]),
        "cells": [
            view.source_name,
            _state_words(view),
            f"{view.summary.get('rows_read', view.rows_done):,}",
            timezone.localtime(view.created_at).strftime("%m-%d %H:%M"),
        ],
    }


def _state_words(view: RunView) -> str:
    return {
        "queued": _("排队中"),
        "running": _("正在算"),
        "done": _("算完了"),
        "failed": _("没有算成"),
        "cancelled": _("停下了"),
    }[view.state]


def _run_context(view: RunView) -> dict[str, Any]:
    shown = library()
    summary = view.summary
    lines = [
        _policy_sums(view, name, shown.get(name), sums)
        for name, sums in summary.get("policies", {}).items()
    ]
    return {
        "view": view,
        "state": _state_words(view),
        "done": view.rows_done,
        "total": view.rows_total or view.rows_done or 1,
        "poll": reverse("policy_sweep", args=[view.id]),
        "lines": lines,
        "worth": [
            {
                "cells": [
                    each["office"],
                    registry()[each["fact"]].labels.zh,
                    shown[each["policy"]].names.zh if each["policy"] in shown else each["policy"],
                    f"{each['pairs']:,}",
                ]
            }
            for each in summary.get("worth", [])
        ],
        "worth_columns": [
            {"name": _("哪个部门")},
            {"name": _("缺哪一项")},
            {"name": _("政策")},
            {"name": _("补上能判断"), "number": True},
        ],
        "export": reverse("policy_sweep_export", args=[view.id]),
    }


def _policy_sums(
    view: RunView, name: str, definition: PolicyDefinition | None, sums: dict[str, Any]
) -> dict[str, Any]:
    address = reverse("policy_sweep_rows", args=[view.id])
    words = verdict_words()
    return {
        "name": definition.names.zh if definition else name,
        "amount": amount_words(name, sums["amount"]) if sums["amount"] else "",
        "amount_unknown": sums["amount_unknown"],
        "verdicts": [
            {
                "word": words[one],
                "kind": one,
                "count": sums["by_verdict"][one],
                "href": f"{address}?policy={name}&verdict={one}",
            }
            for one in VERDICTS
        ],
        "near": sums["near"],
        "near_href": f"{address}?policy={name}&near=1",
    }


def amount_words(policy_id: str, amount: int) -> str:
    """An amount in its policy's unit: yuan for fen, per cent for rates."""
    definition = library().get(policy_id)
    units = (
        {each.amount.unit for each in definition.versions if each.amount} if definition else set()
    )
    if "rate" in units:
        return Display("percent", 6).show(amount)
    return str(Money(amount)) if "fen" in units else f"{amount:,}"
