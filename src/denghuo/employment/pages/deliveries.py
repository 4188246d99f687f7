"""The officer's desk: one list of posts, from its columns over its check to the posts it became."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from denghuo.employment.access import post_officers, post_staff
from denghuo.employment.actions.deliveries import (
    choose_headings,
    confirm_delivery,
    drop_delivery,
    map_columns,
    try_again,
)
from denghuo.employment.forms.posts import FileHeadingsForm
from denghuo.employment.forms.sources import HeadingRowForm, WholeForm
from denghuo.employment.logic.feeds import COLUMNS
from denghuo.employment.pages.delivery_parts import (
    attempt_of,
    headings_form,
    moving,
    progress,
    remarks,
    remarks_table,
)
from denghuo.employment.pages.delivery_words import (
    check_counts,
    desk_state_words,
    read_counts,
    sample_rows,
    taken_counts,
)
from denghuo.employment.pages.desk_posts import KINDS
from denghuo.employment.pages.sources import told
from denghuo.employment.queries.deliveries import DeliveryView, delivery_of, same_file_before
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import ActorRequest, allowed

_PREVIEW_ROWS, _PREVIEW_CHARS = 3, 30


@never_cache
@require_safe
@allowed(post_staff)
def delivery(request: ActorRequest, delivery_id: UUID) -> HttpResponseBase:
    """How far it is, what is wrong with which row, what would come of it, what came of it."""
    view = delivery_of(request.actor, delivery_id)
    if request.headers.get("HX-Request"):
        return progress(request, view, desk_state_words(view))
    return _page(request, view)


def _page(
    request: ActorRequest,
    view: DeliveryView,
    *,
    form: FileHeadingsForm | None = None,
    where: HeadingRowForm | None = None,
) -> HttpResponseBase:
    initial = {"sheet": view.sheet, "heading_row": view.heading_row}
    context: dict[str, Any] = {
        **moving(request, view, desk_state_words(view)),
        **remarks(view, code=request.GET.get("reason", "")),
        "may": post_officers(request.actor),
        "form": form or headings_form(view, None, COLUMNS),
        "where": where or HeadingRowForm(sheets=view.sheets, initial=initial),
        "whole": WholeForm(initial={"whole": view.whole}),
        "table": view.kind != "json",
        "preview": _preview(view),
        "counts": check_counts(view),
        "readings": read_counts(view),
        "samples": sample_rows(view, KINDS),
        "taken": taken_counts(view),
        "good": view.counts.get("good", 0),
        "before": same_file_before(view) if view.state in ("mapping", "checked") else None,
    }
    wrong = [one for one in (form, where) if one is not None and one.errors]
    context["errors"] = wrong[0] if wrong else context["form"]
    status = 422 if wrong else 200
    return render(request, "employment/desk/delivery.html", context, status=status)


def _preview(view: DeliveryView) -> dict[str, Any]:
    """Each heading of the file with what stands below it in the first rows: a wide file fits."""
    rows = [one["cells"] for one in view.samples if "cells" in one][:_PREVIEW_ROWS]
    lines = [_("第 {line} 行").format(line=view.heading_row + at) for at in range(1, len(rows) + 1)]
    return {
        "columns": [{"name": name} for name in (_("列名"), *lines)],
        "rows": [
            {"cells": [name, *(row.get(name, "")[:_PREVIEW_CHARS] for row in rows)]}
            for name in view.headings
            if name
        ],
    }


@require_POST
@allowed(post_officers)
def headings(request: ActorRequest, delivery_id: UUID) -> HttpResponseBase:
    """On which sheet and row the headings stand; the file is looked at again."""
    view = delivery_of(request.actor, delivery_id)
    form = HeadingRowForm(request.POST, sheets=view.sheets)
    if not form.is_valid():
        return _page(request, view, where=form)
    return _done(
        request,
        delivery_id,
        lambda: choose_headings(
            actor=request.actor,
            delivery_id=delivery_id,
            sheet=form.cleaned_data.get("sheet", ""),
            heading_row=form.cleaned_data["heading_row"],
            now=timezone.now(),
        ),
    )


@require_POST
@allowed(post_officers)
def columns(request: ActorRequest, delivery_id: UUID) -> HttpResponseBase:
    """What each column is; then every row is checked."""
    view = delivery_of(request.actor, delivery_id)
    if view.kind == "json":  # its columns are its words
        chosen = dict(view.columns)
    else:
        form = headings_form(view, request.POST, COLUMNS)
        if not form.is_valid():
            return _page(request, view, form=form)
        chosen = {name: form.cleaned_data[name] for name in COLUMNS}
    try:
        map_columns(
            actor=request.actor,
            delivery_id=delivery_id,
            columns=chosen,
            whole="whole" in request.POST,
            now=timezone.now(),
        )
    except RefusalError as refused:
        if refused.status != 422 or view.kind == "json":
            told(request, refused)
            return redirect("employment_delivery", delivery_id)
        form.refuse(refused)
        return _page(request, view, form=form)
    return redirect("employment_delivery", delivery_id)


@require_POST
@allowed(post_officers)
def confirm(request: ActorRequest, delivery_id: UUID) -> HttpResponseBase:
    """The good rows become posts."""
    return _done(
        request,
        delivery_id,
        lambda: confirm_delivery(
            actor=request.actor,
            delivery_id=delivery_id,
            attempt=attempt_of(request),
            loss_confirmed="loss_confirmed" in request.POST,
            now=timezone.now(),
        ),
    )


@require_POST
@allowed(post_officers)
def drop(request: ActorRequest, delivery_id: UUID) -> HttpResponseBase:
    """Put a list away that was not taken in."""
    return _done(
        request,
        delivery_id,
        lambda: drop_delivery(actor=request.actor, delivery_id=delivery_id, now=timezone.now()),
        _("这份名单不用了，一个岗位也没有收。"),
    )


@require_POST
@allowed(post_officers)
def again(request: ActorRequest, delivery_id: UUID) -> HttpResponseBase:
    """Once more the step that failed for a reason of ours."""
    return _done(
        request,
        delivery_id,
        lambda: try_again(actor=request.actor, delivery_id=delivery_id, now=timezone.now()),
    )


def _done(
    request: ActorRequest, delivery_id: UUID, act: Callable[[], None], sentence: str = ""
) -> HttpResponseBase:
    try:
        act()
    except RefusalError as refused:
        told(request, refused)
    else:
        if sentence:
            messages.info(request, sentence)
    return redirect("employment_delivery", delivery_id)


@never_cache
@require_safe
@allowed(post_staff)
def remarks_csv(request: ActorRequest, delivery_id: UUID) -> HttpResponseBase:
    """What is wrong with which row, to go back to the source."""
    return remarks_table(delivery_of(request.actor, delivery_id))
