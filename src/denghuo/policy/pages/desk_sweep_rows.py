"""The officers' desk: the rows behind a sweep's sums, one of them explained, exports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from denghuo.platform.public import ActorRequest, allowed, keep_sought
from denghuo.policy.access import policy_staff
from denghuo.policy.actions.exports import log_export, log_row_opened
from denghuo.policy.engines.answer_csv import AnswerWords, answer_lines, header_line
from denghuo.policy.logic.explain import Answer
from denghuo.policy.logic.verdict import Verdict
from denghuo.policy.pages.desk_tables import (
    address,
    by_amount,
    csv_stream,
    page_number,
    search_context,
    words_of,
)
from denghuo.policy.pages.desk_words import (
    VERDICTS,
    amount_scale,
    amount_words,
    chosen_labels,
    labels_by_version,
    unit_of,
    verdict_words,
)
from denghuo.policy.queries.library import library
from denghuo.policy.queries.sweep_rows import (
    SORTS,
    RowFilter,
    RowView,
    Sort,
    answer_rows,
    count_rows,
    entity_at,
    explained_row,
    export_rows,
)
from denghuo.policy.queries.sweeps import (
    ANSWERS_FILE,
    BAD_ROWS_FILE,
    RunView,
    SweepNotFoundError,
    run,
)

_PLACE_DIGITS_MAX = 12
_BANNERS = {
    Verdict.ENTITLED: "yes",
    Verdict.NOT: "no",
    Verdict.UNKNOWN: "unknown",
    Verdict.NO_RULE: "wait",
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(policy_staff)
def sweep_rows(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """The rows behind a sum. Whom somebody looks for is posted."""
    view = _finished(request, run_id)
    if request.method == "POST":
        return keep_sought(request, now=timezone.now())
    asked, sort = _filter(request), _sort(request)
    page = answer_rows(
        run_id,
        policy_id=asked.policy,
        verdict=asked.verdict,
        near=asked.near,
        word=asked.word,
        sort=sort,
        page=page_number(request.GET.get("page", "1")),
    )
    shown = library(view.created_at)
    labels = labels_by_version(shown.values())
    query = {
        "policy": asked.policy,
        "verdict": asked.verdict,
        "near": "1" if asked.near else "",
        "sought": request.GET.get("sought", "") if asked.word else "",
    }
    several = len(view.policies) > 1
    context = {
        "view": view,
        "page": page,
        "only": "" if several else _only_name(view, shown),
        "previous": address(request.path, **query, sort=sort, page=page.page - 1),
        "next": address(request.path, **query, sort=sort, page=page.page + 1),
        "page_shown": f"{page.page:,}",
        "pages_shown": f"{page.pages:,}",
        "rows": [_row_line(run_id, each, shown, labels, several=several) for each in page.rows],
        "columns": [
            {"name": _("谁")},
            *([{"name": _("政策")}] if several else []),
            {"name": _("结果")},
            {"name": _("金额"), "number": True},
            {"name": _("差在哪里")},
        ],
        "search": _("找一家"),
        **search_context(request),
        "filters": _filter_choices(view, asked),
        "sorts": by_amount(_("金额从高到低"), _("金额从低到高")),
        "sort": sort,
        "count": f"{page.total:,}",
        "export": address(reverse("policy_sweep_export", args=[run_id]), **query),
    }
    return render(request, "policy/desk/sweep_rows.html", context)


@never_cache
@require_safe
@allowed(policy_staff)
def sweep_row(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """One row, explained like a person's own answer; who opened it is in the audit first."""
    view = _finished(request, run_id)
    policy_id, place = request.GET.get("policy", ""), _place(request.GET.get("row", ""))
    if policy_id not in view.policies or place is None:
        raise SweepNotFoundError
    entity = entity_at(view, place)
    found = explained_row(view, entity, policy_id)
    log_row_opened(
        actor=request.actor,
        run_id=run_id,
        policy_id=policy_id,
        entity=entity,
        now=timezone.now(),
    )
    rows = reverse("policy_sweep_rows", args=[run_id])
    return render(request, "policy/desk/sweep_row.html", {
        "view": view,
        "entity": entity,
        "back": address(rows, policy=policy_id) if view.kind == "sweep" else
        reverse("policy_comparison_rows", args=[run_id]),
        **answer_words(found),
    })  # fmt: skip


def _place(text: str) -> int | None:
    known = text.isascii() and text.isdecimal() and len(text) <= _PLACE_DIGITS_MAX
    return int(text) if known else None


def answer_words(found: Answer) -> dict[str, Any]:
    """An explained answer as the desk shows it."""
    pending = found.pending
    return {
        "answer": found,
        "name": found.definition.names.zh,
        "verdict": found.verdict.word,
        "banner": _BANNERS[found.verdict],
        "pending": pending.note if pending else "",
        "adrift": _without_version(found),
        "facts": [
            {
                "name": fact.spec.labels.zh,
                "value": fact.shown(),
                "note": fact.source if fact.value is not None else "",
            }
            for fact in found.facts.values()
        ],
    }


def _without_version(found: Answer) -> str:
    """Why an open answer names no version, though conditions below may have failed already."""
    if found.version is not None or found.verdict is not Verdict.UNKNOWN:
        return ""
    names = [found.definition.specs[name].labels.zh for name in found.missing]
    words = [_("还缺“{names}”，定不了按哪一版规定判断。").format(names=_("、").join(names))]
    if found.conditions:
        words.append(_("下面几条，现有各版规定都过不了；只有不归这些版本管，才会不同。"))
    return "".join(words)


@require_safe
@allowed(policy_staff)
def export(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """The filtered rows as CSV, or the whole result as Parquet; the export is in the audit."""
    view = _finished(request, run_id)
    name = f"sweep-{view.as_of.isoformat()}-{str(run_id)[:8]}"
    now = timezone.now()
    if request.GET.get("format") == "parquet":
        path = view.file(ANSWERS_FILE)
        log_export(actor=request.actor, run_id=run_id, rows=count_rows(view, RowFilter()), now=now)
        return _download(path, f"{name}.parquet")
    asked = _filter(request)
    batches = export_rows(view, asked)
    log_export(actor=request.actor, run_id=run_id, rows=count_rows(view, asked), now=now)
    return csv_stream(f"{name}.csv", _lines(view, batches))


def _lines(view: RunView, batches: Iterable[Any]) -> Iterator[bytes]:
    shown = library(view.created_at)
    words = AnswerWords(
        header=(
            _("谁"), _("政策"), _("结果"), _("金额"), _("不符合的条件"), _("还缺的条件"),
            _("规则版本"),
        ),
        policies={each.id: each.names.zh for each in shown.values()},
        verdicts=verdict_words(),
        conditions=labels_by_version(shown.values()),
        scales={each.id: amount_scale(unit_of(each)) for each in shown.values()},
    )  # fmt: skip
    yield header_line(words.header)
    for batch in batches:
        yield answer_lines(batch, words)


@require_safe
@allowed(policy_staff)
def bad_rows(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """Every row that was set aside, with its number and reason."""
    view = run(run_id, request.actor)
    path = view.file(BAD_ROWS_FILE)
    log_export(
        actor=request.actor,
        run_id=run_id,
        rows=view.rows_bad,
        what="bad_rows",
        now=timezone.now(),
    )
    return _download(path, f"bad-rows-{str(run_id)[:8]}.csv")


def _finished(request: ActorRequest, run_id: UUID) -> RunView:
    view = run(run_id, request.actor)
    if view.state != "done":
        raise SweepNotFoundError
    return view


def _download(path: Path, name: str) -> HttpResponseBase:
    response = FileResponse(path.open("rb"), as_attachment=True, filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _filter(request: ActorRequest) -> RowFilter:
    verdict = request.GET.get("verdict", "")
    return RowFilter(
        policy=request.GET.get("policy", "")[:80],
        verdict=verdict if verdict in VERDICTS else "",
        near=request.GET.get("near") == "1",
        word=words_of(request),
    )


def _sort(request: ActorRequest) -> Sort:
    wanted = request.GET.get("sort", "")
    return next((each for each in SORTS if each == wanted), "")


def _only_name(view: RunView, shown: dict[str, Any]) -> str:
    """The policy of a run that asked one: said once above the rows, not in each of them."""
    name = view.policies[0]
    return shown[name].names.zh if name in shown else name


def _row_line(
    run_id: UUID,
    each: RowView,
    shown: dict[str, Any],
    labels: dict[tuple[str, str], Any],
    *,
    several: bool,
) -> dict[str, Any]:
    definition = shown.get(each.policy)
    names = labels.get((each.policy, each.version or ""), ())
    reason = chosen_labels(each.fail_mask, names)
    if not reason and each.unknown_mask:
        reason = _("还缺数据：{names}").format(names=chosen_labels(each.unknown_mask, names))
    elif each.version is None and each.verdict == "unknown":
        reason = _("定不了按哪一版规定")
    return {
        "href": address(
            reverse("policy_sweep_row", args=[run_id]), row=str(each.place), policy=each.policy
        ),
        "cells": [
            each.entity,
            *([definition.names.zh if definition else each.policy] if several else []),
            verdict_words()[each.verdict],
            "" if each.amount is None else amount_words(unit_of(definition), each.amount),
            reason,
        ],
    }


def _filter_choices(view: RunView, asked: RowFilter) -> list[dict[str, Any]]:
    words, shown = verdict_words(), library(view.created_at)
    return [
        {
            "name": "policy",
            "label": _("政策"),
            "chosen": asked.policy,
            "options": [
                {"value": one, "text": shown[one].names.zh if one in shown else one}
                for one in view.policies
            ],
        },
        {
            "name": "verdict",
            "label": _("结果"),
            "chosen": asked.verdict,
            "options": [{"value": one, "text": words[one]} for one in VERDICTS],
        },
        {
            "name": "near",
            "label": _("只差一条"),
            "chosen": "1" if asked.near else "",
            "options": [{"value": "1", "text": _("只看差一条的")}],
        },
    ]
