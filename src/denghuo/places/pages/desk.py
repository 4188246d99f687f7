"""The keepers' desk: lists of facilities, imports with a preview, single corrections."""

from __future__ import annotations

from typing import BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.spreadsheet import table_lines
from denghuo.places.access import importers, keepers, may_keep
from denghuo.places.actions.facilities import change_facility, close_facility
from denghuo.places.actions.imports import (
    BYTES_MAX,
    apply_import,
    drop_import,
    facility_import,
    preview_import,
)
from denghuo.places.forms import FacilityForm, ImportForm
from denghuo.places.logic.facility_rows import HEADINGS
from denghuo.places.pages import words
from denghuo.places.public import KINDS, FacilityView
from denghuo.places.queries.facilities import FacilityNotFoundError, facility, list_facilities
from denghuo.platform.public import ActorRequest, NotAllowedError, allowed

_EXAMPLE = {
    "external_key": "YZ-0001",
    "name": "示例街道就业服务驿站",
    "kind": "就业服务驿站",
    "services": "招聘登记、政策咨询、零工登记",
    "hours": "周一至周五 08:30-12:00 14:30-17:30; 节假日 休息",
    "address": "示例路 1 号",
    "division": "150102",
    "lon": "111.66",
    "lat": "40.86",
    "datum": "GCJ-02",
    "accuracy_m": "50",
    "phone": "0471-2345678",
    "source": "示例名录",
    "owner": "示例区人社局",
    "review_on": "2027-03-31",
}


def _area(request: ActorRequest) -> str:
    """Staff without an area keep nothing."""
    if request.actor.area is None:
        raise NotAllowedError
    return request.actor.area.code


@require_safe
@allowed(keepers)
def facility_list(request: ActorRequest) -> HttpResponseBase:
    """The facilities of one's own area; those overdue for review first when asked for."""
    asked = request.GET
    page = asked.get("page", "1")
    kind = asked.get("kind", "")
    today = timezone.localdate()
    found = list_facilities(
        on=today,
        kind=kind if kind in KINDS else None,
        within=_area(request),
        text=asked.get("q", ""),
        stale_only=asked.get("review") == "overdue",
        page=int(page) if page.isdecimal() and len(page) < 8 else 1,
    )
    return render(
        request,
        "places/desk_list.html",
        {
            "found": found,
            "entries": [
                (view, _(view.kind_name), words.date_words(view.review_on), view.stale_on(today))
                for view in found.entries
            ],
            "q": asked.get("q", "")[:40],
            "filters": [
                {
                    "name": "kind",
                    "label": _("类型"),
                    "chosen": kind,
                    "options": [{"value": k, "text": _(name)} for k, name in KINDS.items()],
                },
                {
                    "name": "review",
                    "label": _("复核"),
                    "chosen": asked.get("review", ""),
                    "options": [{"value": "overdue", "text": _("过期未复核")}],
                },
            ],
            "may_import": importers(request.actor),
        },
    )


def _kept(request: ActorRequest, facility_id: UUID) -> FacilityView:
    view = facility(facility_id)
    if not may_keep(request.actor, view.division.code):
        raise FacilityNotFoundError
    return view


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(keepers)
def facility_edit(request: ActorRequest, facility_id: UUID) -> HttpResponseBase:
    """Correct one facility and set its next review date."""
    view = _kept(request, facility_id)
    form = FacilityForm(request.POST) if request.method == "POST" else FacilityForm.of(view)
    if request.method == "POST" and form.is_valid():
        change_facility(
            actor=request.actor,
            facility_id=facility_id,
            edit=form.edit(),
            now=timezone.now(),
        )
        messages.success(request, _("已保存。改了哪些项，操作记录里都有。"))
        return redirect("facility_edit", facility_id)
    return render(
        request,
        "places/desk_facility.html",
        {
            "form": form,
            "facility": view,
            "kind": _(view.kind_name),
            "lines": words.facility_lines(view),
            "stale": view.stale_on(timezone.localdate()),
        },
        status=422 if form.errors else 200,
    )


@require_POST
@allowed(keepers)
def facility_close(request: ActorRequest, facility_id: UUID) -> HttpResponseBase:
    """The facility is gone as of today."""
    close_facility(
        actor=request.actor,
        facility_id=facility_id,
        on=timezone.localdate(),
        now=timezone.now(),
    )
    messages.success(request, _("已停用。居民的列表里不再出现，记录还在。"))
    return redirect("desk_facilities")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(importers, file_bytes_max=BYTES_MAX)
def import_new(request: ActorRequest) -> HttpResponseBase:
    """Upload a list; it is only read and checked."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        file: UploadedFile[bytes] = form.cleaned_data["file"]
        try:
            import_id = preview_import(
                actor=request.actor,
                file=cast("BinaryIO", file),
                file_name=file.name or "",
                register=form.cleaned_data["register"],
                now=timezone.now(),
            )
        except RefusalError as refusal:
            form.add_error("file", _(refusal.template).format(**refusal.values))
        else:
            return redirect("facility_import_page", import_id)
    return render(
        request,
        "places/desk_import.html",
        {"form": form, "headings": [known[0] for known in HEADINGS.values()]},
        status=422 if form.errors else 200,
    )


@require_safe
@allowed(importers)
def import_page(request: ActorRequest, import_id: UUID) -> HttpResponseBase:
    """What the list would do, row by row where something is wrong."""
    view = facility_import(request.actor, import_id)
    report = view.report
    return render(
        request,
        "places/desk_preview.html",
        {
            "upload": view,
            "report": report,
            "settled": view.state != "previewed",
            "applied": view.state == "applied",
            "problems": [
                (one.row, one.heading, words.problem_words(one)) for one in report.problems
            ],
            "warnings": [
                (one.row, one.heading, words.problem_words(one)) for one in report.warnings
            ],
            "sample": [(row, _(KINDS[row.kind])) for row in view.sample],
        },
    )


@require_POST
@allowed(importers)
def import_apply(request: ActorRequest, import_id: UUID) -> HttpResponseBase:
    """Store the good rows."""
    apply_import(actor=request.actor, import_id=import_id, now=timezone.now())
    messages.success(request, _("已导入。"))
    return redirect("facility_import_page", import_id)


@require_POST
@allowed(importers)
def import_drop(request: ActorRequest, import_id: UUID) -> HttpResponseBase:
    """Put the upload away."""
    drop_import(actor=request.actor, import_id=import_id, now=timezone.now())
    messages.info(request, _("已放弃这次上传，服务点没有变动。"))
    return redirect("desk_facilities")


@require_safe
@allowed(importers)
def import_template(_request: ActorRequest) -> HttpResponseBase:
    """An empty list with the headings and one example row."""
    headings = [known[0] for known in HEADINGS.values()]
    lines = table_lines([headings, [_EXAMPLE[name] for name in HEADINGS]])
    # The mark at the start tells Excel that it is UTF-8.
    response = HttpResponse("\ufeff" + "".join(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="facilities.csv"'
    return response
