"""The officers' desk: sweeps over a file, their progress, sums, rows and exports."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import ActorRequest, allowed
from denghuo.policy.access import policy_staff
from denghuo.policy.actions.sweeps import cancel_sweep, keep_upload, start_sweep
from denghuo.policy.forms import SweepForm
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.pages.desk_words import VERDICTS, amount_words, verdict_words
from denghuo.policy.queries.library import library, registry
from denghuo.policy.queries.sweeps import (
    RunView,
    SweepNotFoundError,
    run,
    runs,
    source,
    sources,
)


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
