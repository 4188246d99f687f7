"""The officers' desk: sweeps started, watched and summed up."""

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
from denghuo.policy.actions.sweeps import (
    UPLOAD_MAX_BYTES,
    IdempotencyKeyReusedError,
    SourceOutsideAreaError,
    cancel_sweep,
    keep_upload,
    start_sweep,
)
from denghuo.policy.forms import SweepForm
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.pages.desk_tables import address, csv_answer, word_sought
from denghuo.policy.pages.desk_words import (
    VERDICTS,
    audience_words,
    condition_labels,
    doubt_words,
    fact_labels,
    state_words,
    total_words,
    unit_of,
    verdict_words,
)
from denghuo.policy.queries.library import library, registry
from denghuo.policy.queries.sweeps import RunView, run, runs, source, sources

_REASONS_SHOWN = 3
_REPEATS_SHOWN = 5
_STATES = ("done", "running", "queued", "failed", "cancelled")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(policy_staff, file_bytes_max=UPLOAD_MAX_BYTES)
def sweeps(request: ActorRequest) -> HttpResponseBase:
    """Start a sweep; the latest ones below."""
    in_place = sources(request.actor)
    form = SweepForm(
        request.POST or None,
        request.FILES or None,
        sources=[(each.name, source_words(each.name, each.rows)) for each in in_place],
        policies=_choices(),
        initial={
            "as_of": timezone.localdate(),
            "policies": ["stable-jobs-refund"],
            "token": uuid4(),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("policy_sweep", run_id=_start(request, form.cleaned_data))
        except RefusalError as refused:
            form.add_error(
                refused.field if refused.field in form.fields else None, refused.sentence
            )
    return _list(request, form)


def _list(request: ActorRequest, form: SweepForm) -> HttpResponseBase:
    word, state = word_sought(request.GET.get("q", "")), request.GET.get("state", "")
    found = [
        each
        for each in runs(kind="sweep", actor=request.actor)
        if word in each.source_name and state in ("", each.state)
    ]
    if request.GET.get("format") == "csv":
        return csv_answer("sweeps.csv", _RUN_HEADER(), [_run_cells(each) for each in found])
    ticked = set(form["policies"].value() or ())
    context = {
        "form": form,
        "choices": [
            (group, [{"value": v, "name": n, "chosen": v in ticked} for v, n in options])
            for group, options in _choices()
        ],
        "rows": [
            {"href": reverse("policy_sweep", args=[each.id]), "cells": _run_cells(each)}
            for each in found
        ],
        "columns": [
            {"name": name, "number": place == 3} for place, name in enumerate(_RUN_HEADER())
        ],
        "filters": [
            {
                "name": "state",
                "label": _("状态"),
                "chosen": state,
                "options": [{"value": one, "text": state_words(one)} for one in _STATES],
            }
        ],
        "q": word,
        "count": len(found),
        "filtered": bool(word or state),
        "export": address(request.path, q=word, state=state, format="csv"),
    }
    return render(request, "policy/desk/sweeps.html", context, status=422 if form.errors else 200)


def _choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The policies that one subject can be asked for, by whom they are for."""
    return [
        (
            audience_words(audience),
            [(one.id, one.names.zh) for one in library().values() if one.audience == audience],
        )
        for audience in ("firm", "person")
    ]


def _start(request: ActorRequest, data: dict[str, Any]) -> UUID:
    """One form is one run, however often its button is pressed.

    A form sent again with other words, from the page one went back to, is another run.
    """
    try:
        return _start_as(request, data, data["token"] or uuid4())
    except IdempotencyKeyReusedError:
        return _start_as(request, data, uuid4())


def _start_as(request: ActorRequest, data: dict[str, Any], run_id: UUID) -> UUID:
    upload = data.get("upload")
    if upload:
        upload.seek(0)
        _number, path = keep_upload(
            name=upload.name, chunks=upload.chunks, size_bytes=upload.size, run_id=run_id
        )
        name = str(upload.name)
    else:
        found = source(data["source"], request.actor)
        if found is None:  # removed while the form stood open
            raise SourceOutsideAreaError(field="source")
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
    view = run(run_id, request.actor)
    if view.kind != "sweep":
        return redirect("policy_comparison", run_id=run_id)
    return answer_progress(request, view, "policy/desk/sweep.html", _run_context(view))


def answer_progress(
    request: ActorRequest, view: RunView, template: str, context: dict[str, Any]
) -> HttpResponseBase:
    """The page, or only its progress where the page's own script asks how far the work is."""
    asked_by_script = bool(request.headers.get("HX-Request"))
    context |= {
        "view": view,
        "state": state_words(view.state),
        "done": view.rows_done,
        "total": view.rows_total or view.rows_done or 1,
        "poll": request.path,
    }
    part = asked_by_script and not view.is_over
    response = render(request, "policy/desk/_sweep_progress.html" if part else template, context)
    if asked_by_script and view.is_over:
        response.headers["HX-Refresh"] = "true"
    return response


@require_POST
@allowed(policy_staff)
def stop(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """Stop a run that is not over."""
    cancel_sweep(actor=request.actor, run_id=run_id, now=timezone.now())
    return redirect("policy_sweep", run_id=run_id)


def source_words(name: str, rows: int | None) -> str:
    """A file and how long it is."""
    return f"{name}（{rows:,} {_('行')}）" if rows is not None else name


def _RUN_HEADER() -> list[str]:  # noqa: N802 - a constant in the reader's language
    return [_("文件"), _("政策"), _("状态"), _("行数"), _("什么时候")]


def _run_cells(view: RunView) -> list[str]:
    names = [library()[name].names.zh for name in view.policies if name in library()]
    more = _("等 {count} 项").format(count=len(view.policies)) if len(view.policies) > 1 else ""
    return [
        view.source_name,
        f"{names[0] if names else view.policies[0]}{more}",
        state_words(view.state),
        f"{view.summary.get('rows_read', view.rows_done):,}",
        timezone.localtime(view.created_at).strftime("%Y-%m-%d %H:%M"),
    ]


def _run_context(view: RunView) -> dict[str, Any]:
    summary, specs = view.summary, registry()
    shown = library(view.created_at)
    return {
        "took": took(view),
        "lines": [
            _policy_sums(view, shown.get(name), name, sums)
            for name, sums in summary.get("policies", {}).items()
        ],
        **noticed(view),
        "worth": [
            {
                "cells": [
                    each["office"],
                    specs[each["fact"]].labels.zh if each["fact"] in specs else each["fact"],
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


def took(view: RunView) -> str:
    """How many rows in which time; what the compiler took is said apart."""
    if "seconds" not in view.summary:
        return ""
    compiling = view.summary.get("compile_seconds", 0)
    words = _("{rows} 行，算了 {seconds} 秒").format(
        rows=f"{view.summary['rows_read']:,}",
        seconds=f"{max(0.0, view.summary['seconds'] - compiling):.2f}",
    )
    if compiling >= 0.1:
        words += _("（另有 {seconds} 秒是第一次用这些规则的准备）").format(
            seconds=f"{compiling:.1f}"
        )
    return words


def noticed(view: RunView) -> dict[str, Any]:
    """What was the matter with the file: columns it lacks, values nobody may use, bad rows."""
    specs, summary = registry(), view.summary
    return {
        "absent": fact_labels(summary.get("absent_columns", ()), specs),
        "doubtful": [
            {
                "name": specs[each["fact"]].labels.zh if each["fact"] in specs else each["fact"],
                "why": doubt_words(each["why"]),
                "rows": f"{each['rows']:,}",
            }
            for each in summary.get("doubtful", ())
        ],
        **_repeats(summary.get("repeats")),
        "bad_count": f"{summary.get('bad_rows', 0):,}" if summary.get("bad_rows") else "",
        "bad_shown": summary.get("first_bad_rows", ()),
    }


def _repeats(found: dict[str, Any] | None) -> dict[str, Any]:
    """Subjects with several rows, by the numbers of some rows; runs of before kept none."""
    if found is None:
        return {}
    rows = [_("、").join(f"{row:,}" for row in each) for each in found["rows"][:_REPEATS_SHOWN]]
    return {
        "repeat_count": f"{found['entities']:,}" if found["entities"] else "",
        "repeat_rows": rows,
        "compared": "" if found["complete"] else f"{found['rows_compared']:,}",
    }


def _policy_sums(
    view: RunView, definition: PolicyDefinition | None, name: str, sums: dict[str, Any]
) -> dict[str, Any]:
    path = reverse("policy_sweep_rows", args=[view.id])
    words, marks = verdict_words(), {"entitled": "yes", "not": "no", "unknown": "wait"}
    unit = unit_of(definition)
    by_verdict = sums["by_verdict"]
    pending = definition.pending_on(view.as_of) if definition and by_verdict["no_rule"] else None
    return {
        "name": definition.names.zh if definition else name,
        "amount": total_words(unit, sums["amount"]) if by_verdict["entitled"] else "",
        "amount_unknown": f"{sums['amount_unknown']:,}" if sums["amount_unknown"] else "",
        "verdicts": [
            {
                "word": words[one],
                "kind": marks.get(one, ""),
                "count": f"{by_verdict[one]:,}",
                "href": address(path, policy=name, verdict=one) if by_verdict[one] else "",
            }
            for one in VERDICTS
        ],
        "near": f"{sums['near']:,}",
        "near_href": address(path, policy=name, near=1) if sums["near"] else "",
        "reasons": _reasons(view, name, definition),
        "pending": pending.note if pending else "",
    }


def _reasons(view: RunView, name: str, definition: PolicyDefinition | None) -> list[dict[str, str]]:
    """The conditions that most subjects fail, over all the versions that answered."""
    if definition is None:
        return []
    labels = {
        condition.name: label
        for version in definition.versions
        for condition, label in zip(version.conditions, condition_labels(version), strict=True)
    }
    counted = sorted(
        ((failed, condition) for condition, (failed, _known) in _rates(view, name).items()),
        reverse=True,
    )
    return [
        {"label": labels.get(condition, condition), "count": f"{failed:,}"}
        for failed, condition in counted[:_REASONS_SHOWN]
        if failed
    ]


def _rates(view: RunView, name: str) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = view.summary.get("rates", {}).get(name, {})
    return found
