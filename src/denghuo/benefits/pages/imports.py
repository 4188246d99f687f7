"""The desk's files of facts: the list, an upload, and one file from columns to result."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denghuo.benefits.access import fact_officers, fact_staff
from denghuo.benefits.actions.imports import (
    UPLOAD_MAX_BYTES,
    choose_headings,
    confirm_import,
    drop_import,
    log_look,
    may_prepare,
    receive_file,
    set_mapping,
    take_back,
    try_again,
)
from denghuo.benefits.forms import FactFileForm, HeadingsForm, MappingForm, TakeBackForm
from denghuo.benefits.logic.mapping import ColumnMapping, FileMapping, MappingWrongError, read_words
from denghuo.benefits.logic.targets import How
from denghuo.benefits.models import FactImport
from denghuo.benefits.pages import import_words as words
from denghuo.benefits.queries.imports import (
    ImportFilesGoneError,
    ImportView,
    import_of,
    imports_for,
    same_file_before,
)
from denghuo.benefits.queries.targets import REGISTER_OFFICE, offices
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.places.public import children, names_of
from denghuo.platform.public import ActorRequest, NotAllowedError, allowed

_SEARCH_MAX = 80


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(fact_staff, file_bytes_max=UPLOAD_MAX_BYTES)
def fact_files(request: ActorRequest) -> HttpResponseBase:
    """The files of one's area, and a new one."""
    form = FactFileForm(
        request.POST or None,
        request.FILES or None,
        offices=offices(),
        areas=_areas(request),
    )
    if request.method == "POST":
        if not may_prepare(request.actor):
            raise NotAllowedError
        if form.is_valid():
            try:
                return redirect("fact_file", _receive(request, form.cleaned_data))
            except RefusalError as refused:
                field = refused.field if refused.field in form.fields else "file"
                form.add_error(field, refused.sentence)
    return _list(request, form)


def _receive(request: ActorRequest, data: dict[str, Any]) -> UUID:
    upload = cast("UploadedFile[bytes]", data["file"])
    return receive_file(
        actor=request.actor,
        name=str(upload.name or ""),
        chunks=upload.chunks,
        subject=data["subject"],
        office=data["office"],
        legal_basis=data["legal_basis"],
        area=Region(data["area"]),
        observed_on=data["observed_on"],
        now=timezone.now(),
    )


def _areas(request: ActorRequest) -> list[tuple[str, str]]:
    """One's own area and what lies right below it."""
    if request.actor.area is None:
        raise NotAllowedError
    own = request.actor.area
    below = children(own.code)
    return [(own.code, words.area_words(own)), *((each.code, each.name) for each in below)]


def _list(request: ActorRequest, form: FactFileForm) -> HttpResponseBase:
    text, state = request.GET.get("q", "").strip()[:_SEARCH_MAX], request.GET.get("state", "")
    found = imports_for(request.actor, state=state, text=text)
    names = names_of({each.area.code for each in found})
    header = (_("文件"), _("部门"), _("地区"), _("状态"), _("行数"), _("什么时候"))
    context = {
        "form": form,
        "may_prepare": may_prepare(request.actor),
        "columns": [{"name": name, "number": place == 4} for place, name in enumerate(header)],
        "rows": [
            {"href": reverse("fact_file", args=[each.id]), "cells": words.list_cells(each, names)}
            for each in found
        ],
        "filters": [
            {
                "name": "state",
                "label": _("状态"),
                "chosen": state,
                "options": [
                    {"value": value, "text": words.state_words(value)}
                    for value in FactImport.State.values
                ],
            }
        ],
        "q": text,
        "count": len(found),
        "filtered": bool(text or state),
    }
    status = 422 if form.errors else 200
    return render(request, "benefits/imports/list.html", context, status=status)


@never_cache
@require_safe
@allowed(fact_staff)
def fact_file(request: ActorRequest, import_id: UUID) -> HttpResponseBase:
    """One file: its columns, its check, its result; only its progress where a script asks."""
    view = import_of(request.actor, import_id)
    if request.headers.get("HX-Request"):
        return _progress(request, view)
    return _page(request, view)


def _progress(request: ActorRequest, view: ImportView) -> HttpResponseBase:
    response = render(request, "benefits/imports/_progress.html", _moving(request, view))
    if not view.is_moving:
        response.headers["HX-Refresh"] = "true"
    return response


def _moving(request: ActorRequest, view: ImportView) -> dict[str, Any]:
    done = view.rows_done
    return {
        "view": view,
        "sentence": words.state_words(view.state),
        "done": done,
        "total": view.rows_total or done or 1,
        "poll": request.path,
    }


def _page(
    request: ActorRequest,
    view: ImportView,
    *,
    mapping_form: MappingForm | None = None,
    error: str = "",
    typed: dict[str, tuple[str, str]] | None = None,
) -> HttpResponseBase:
    context = {
        **_moving(request, view),
        "state": words.state_words(view.state),
        "mark": words.state_mark(view.state),
        "facts": words.facts_rows(view),
        "may_prepare": may_prepare(request.actor),
        "error": error,
    }
    if view.state in ("mapping", "checked"):
        context |= _columns(request, view, mapping_form, typed)
    if view.state == "checked":
        context |= _to_confirm(request, view)
    if view.state in ("applied", "taking_back", "taken_back"):
        context |= {
            "results": words.result_rows(view),
            "effects": words.effect_rows(dict(view.counts)),
            "mode": words.mode_words(view.mode),
            "take_back": TakeBackForm(),
            "may_take_back": view.state == "applied" and request.actor.label != view.confirmed_by,
        }
    return render(request, "benefits/imports/file.html", context, status=422 if error else 200)


def _columns(
    request: ActorRequest,
    view: ImportView,
    form: MappingForm | None,
    typed: dict[str, tuple[str, str]] | None,
) -> dict[str, Any]:
    """The columns with samples: somebody's data is on screen, so the look is written down."""
    try:
        rows = words.column_rows(view)
        preview = words.preview_rows(view)
    except ImportFilesGoneError:
        return {"gone": True}
    log_look(
        actor=request.actor,
        import_id=view.id,
        what="samples",
        rows=len(preview),
        now=timezone.now(),
    )
    for row in rows:
        if typed is not None:
            row["chosen"], row["words"] = typed.get(row["heading"], ("", ""))
    initial = {"observed_on": view.observed_on, "save_as": view.mapping_name}
    before = same_file_before(view)
    headings = {"sheet": view.sheet, "heading_row": view.heading_row}
    return {
        "mapping_form": form or MappingForm(initial=initial),
        "headings_form": HeadingsForm(initial=headings, sheets=view.sheets),
        "column_rows": rows,
        "choices": words.target_choices(view),
        "preview": preview,
        "before": before,
    }


def _to_confirm(request: ActorRequest, view: ImportView) -> dict[str, Any]:
    own = request.actor.label == view.uploaded_by
    return {
        "results": words.result_rows(view),
        "shown": view.summary.get("shown", ()),
        "effects": words.effect_rows(view.summary.get("effects")),
        "wait_for_other": view.needs_second_person and own,
        "may_register": view.office == REGISTER_OFFICE and view.summary.get("unregistered", 0),
    }


@require_POST
@allowed(fact_officers)
def choose(request: ActorRequest, import_id: UUID) -> HttpResponseBase:
    """The headings stand elsewhere."""
    view = import_of(request.actor, import_id)
    form = HeadingsForm(request.POST, sheets=view.sheets)
    if not form.is_valid():
        return _page(request, view, error=_("表头的位置请写 1 到 15 之间的数。"))
    choose_headings(
        actor=request.actor,
        import_id=import_id,
        sheet=form.cleaned_data.get("sheet", ""),
        heading_row=form.cleaned_data["heading_row"],
        now=timezone.now(),
    )
    return redirect("fact_file", import_id)


@require_POST
@allowed(fact_officers)
def map_columns(request: ActorRequest, import_id: UUID) -> HttpResponseBase:
    """What each column is; then every row is checked."""
    view = import_of(request.actor, import_id)
    form = MappingForm(request.POST)
    typed = {
        heading: (request.POST.get(f"target-{at}", ""), request.POST.get(f"words-{at}", ""))
        for at, heading in enumerate(view.headings)
    }
    if not form.is_valid():
        return _page(
            request, view, mapping_form=form, typed=typed, error=_("请把日期写成 2026-10-31 这样。")
        )
    try:
        set_mapping(
            actor=request.actor,
            import_id=import_id,
            mapping=_mapping(typed),
            observed_on=form.cleaned_data["observed_on"],
            save_as=form.cleaned_data["save_as"],
            now=timezone.now(),
        )
    except RefusalError as refused:
        if refused.status != 422:
            raise
        return _page(request, view, mapping_form=form, typed=typed, error=refused.sentence)
    return redirect("fact_file", import_id)


def _mapping(typed: dict[str, tuple[str, str]]) -> FileMapping:
    columns = []
    for heading, (chosen, text) in typed.items():
        target, sign, how = chosen.partition("|")
        if not chosen:
            continue
        if not sign:
            raise MappingWrongError(why=_("请从名单里选。"))
        columns.append(ColumnMapping(heading, target, cast("How", how), read_words(text)))
    return FileMapping(tuple(columns))


@require_POST
@allowed(fact_staff)
def confirm(request: ActorRequest, import_id: UUID) -> HttpResponseBase:
    """Agree that the good rows become facts, or a table."""
    view = import_of(request.actor, import_id)
    mode, attempt = request.POST.get("mode", ""), request.POST.get("attempt", "")
    if mode not in FactImport.Mode.values or not attempt.isdecimal():
        return _page(request, view, error=_("请选一种用法。"))
    try:
        confirm_import(
            actor=request.actor,
            import_id=import_id,
            mode=mode,
            registers=bool(request.POST.get("registers")),
            attempt=int(attempt),
            now=timezone.now(),
        )
    except RefusalError as refused:
        if refused.status == 404:
            raise
        messages.warning(request, refused.sentence)
    return redirect("fact_file", import_id)


@require_POST
@allowed(fact_officers)
def drop(request: ActorRequest, import_id: UUID) -> HttpResponseBase:
    """Put a file away that was not applied."""
    drop_import(actor=request.actor, import_id=import_id, now=timezone.now())
    messages.info(request, _("已放弃这份文件，原件也删掉了。档案没有变动。"))
    return redirect("fact_files")


@require_POST
@allowed(fact_staff)
def again(request: ActorRequest, import_id: UUID) -> HttpResponseBase:
    """Try the step again that failed for a reason of ours."""
    try_again(actor=request.actor, import_id=import_id, now=timezone.now())
    return redirect("fact_file", import_id)


@require_POST
@allowed(fact_staff)
def undo(request: ActorRequest, import_id: UUID) -> HttpResponseBase:
    """Take an applied import back."""
    view = import_of(request.actor, import_id)
    try:
        take_back(
            actor=request.actor,
            import_id=import_id,
            reason=request.POST.get("reason", ""),
            now=timezone.now(),
        )
    except RefusalError as refused:
        if refused.status == 404:
            raise
        return _page(request, view, error=refused.sentence)
    return redirect("fact_file", import_id)
