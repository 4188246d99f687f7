"""The officer's desk: where posts come from; a source opened, paused, and given a file."""

from __future__ import annotations

from datetime import timedelta
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

from denghuo.employment.access import post_officers, post_staff
from denghuo.employment.actions.deliveries import (
    UPLOAD_MAX_BYTES,
    change_source,
    open_source,
    pause_source,
    receive_delivery,
    resume_source,
)
from denghuo.employment.forms.sources import BringForm, PauseForm, SourceChangeForm, SourceForm
from denghuo.employment.models import Source
from denghuo.employment.pages.delivery_words import desk_state_words
from denghuo.employment.pages.frame import sentence_of
from denghuo.employment.queries.deliveries import (
    DeliveryView,
    SourceView,
    deliveries_for,
    source_of,
    sources_for,
)
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.kernel.uscc import Uscc
from denghuo.people.public import find_firm_by_uscc, firm_of, staff_views
from denghuo.places.public import names_of
from denghuo.platform.public import ActorRequest, NotAllowedError, allowed, spend

_FILES_AN_HOUR = 60
_RECENT = 20


@never_cache
@require_safe
@allowed(post_staff)
def sources(request: ActorRequest) -> HttpResponseBase:
    """The sources of the area, and what they brought lately."""
    found = sources_for(request.actor)
    names = names_of([one.area.code for one in found])
    header = (_("来源"), _("是什么"), _("地区"), _("在招消息"), _("状态"))
    context = {
        "may": post_officers(request.actor),
        "columns": [{"name": name, "number": at == 3} for at, name in enumerate(header)],
        "rows": [
            {
                "href": reverse("employment_source", args=[one.id]),
                "cells": [
                    one.name,
                    _(Source.Kind(one.kind).label),
                    names.get(one.area.code, one.area.code),
                    f"{one.adverts:,}",
                    _(Source.State(one.state).label),
                ],
            }
            for one in found
        ],
        **_brought(deliveries_for(request.actor)[:_RECENT]),
    }
    return render(request, "employment/desk/sources.html", context)


def _brought(found: list[DeliveryView]) -> dict[str, Any]:
    header = (_("报送"), _("来源"), _("行数"), _("到哪一步"), _("哪天"))
    return {
        "brought_columns": [{"name": name, "number": at == 2} for at, name in enumerate(header)],
        "brought": [
            {
                "href": reverse("employment_delivery", args=[one.id]),
                "cells": [
                    one.file_name or _("接口报送"),
                    one.source_name,
                    f"{one.counts['rows']:,}" if "rows" in one.counts else "",
                    desk_state_words(one),
                    str(day_of(one.created_at)),
                ],
            }
            for one in found
        ],
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(post_officers)
def source_new(request: ActorRequest) -> HttpResponseBase:
    """Enter a source."""
    form = SourceForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        firm = find_firm_by_uscc(Uscc.read(told["firm_code"])) if told["firm_code"] else None
        try:
            source_id = open_source(
                actor=request.actor,
                name=told["name"],
                kind=told["kind"],
                area=Region(told["area"]),
                days_valid=told["days_valid"],
                firm_id=firm.ref.id if firm else None,
                keeper_id=UUID(told["keeper"]) if told["keeper"] else None,
                now=timezone.now(),
            )
        except NotAllowedError:
            raise
        except RefusalError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("记下了。现在可以传第一份名单。"))
            return redirect("employment_source", source_id)
    return _form_page(request, form, _("新来源"), reverse("employment_sources"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(post_officers)
def source_change(request: ActorRequest, source_id: UUID) -> HttpResponseBase:
    """Change what may change of a source."""
    view = source_of(request.actor, source_id)
    form = SourceChangeForm(
        request.POST or None,
        actor=request.actor,
        initial={
            "name": view.name,
            "days_valid": view.days_valid,
            "keeper": str(view.keeper_id or ""),
        },
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            change_source(
                actor=request.actor,
                source_id=source_id,
                name=told["name"],
                days_valid=told["days_valid"],
                keeper_id=UUID(told["keeper"]) if told["keeper"] else None,
                now=timezone.now(),
            )
        except NotAllowedError:
            raise
        except RefusalError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("改好了。"))
            return redirect("employment_source", source_id)
    return _form_page(request, form, view.name, reverse("employment_source", args=[source_id]))


def _form_page(
    request: ActorRequest, form: SourceChangeForm, title: str, back: str
) -> HttpResponseBase:
    status = 422 if form.errors else 200
    context = {"form": form, "title": title, "back": back}
    return render(request, "employment/desk/source_form.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(post_staff, file_bytes_max=UPLOAD_MAX_BYTES)
def source(request: ActorRequest, source_id: UUID) -> HttpResponseBase:
    """One source: what it brought, and a file to bring now."""
    view = source_of(request.actor, source_id)
    posted = request.method == "POST"
    form = BringForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and not post_officers(request.actor):
        raise NotAllowedError
    if posted and form.is_valid():
        upload = cast("UploadedFile[bytes]", form.cleaned_data["file"])
        now = timezone.now()
        try:
            spend(
                f"employment.source_files:{request.actor.label}",
                limit=_FILES_AN_HOUR,
                per=timedelta(hours=1),
                now=now,
            )
            brought = receive_delivery(
                actor=request.actor,
                source_id=source_id,
                name=str(upload.name or ""),
                chunks=upload.chunks,
                whole=form.cleaned_data["whole"],
                now=now,
            )
        except NotAllowedError:
            raise
        except RefusalError as refused:
            form.refuse(refused)
        else:
            return redirect("employment_delivery", brought)
    return _source_page(request, view, form, PauseForm(auto_id="pause_%s"))


def _source_page(
    request: ActorRequest, view: SourceView, form: BringForm, pause: PauseForm
) -> HttpResponseBase:
    context = {
        "view": view,
        "form": form,
        "pause": pause,
        "errors": pause if pause.errors else form,
        "may": post_officers(request.actor),
        "paused": view.state == Source.State.PAUSED,
        "facts": _facts(view),
        **_brought(deliveries_for(request.actor, source_id=view.id)[:_RECENT]),
    }
    status = 422 if form.errors or pause.errors else 200
    return render(request, "employment/desk/source.html", context, status=status)


def _facts(view: SourceView) -> list[dict[str, Any]]:
    keeper = staff_views([view.keeper_id]) if view.keeper_id else {}
    rows: list[dict[str, Any]] = [
        {"name": _("是什么"), "value": _(Source.Kind(view.kind).label)},
        {"name": _("地区"), "division": view.area.code},
        {"name": _("在招消息"), "value": f"{view.adverts:,}"},
        {
            "name": _("没写截止日期的"),
            "value": _("收进来 {days} 天后过期").format(days=view.days_valid),
        },
        {
            "name": _("由谁经管"),
            "value": keeper[view.keeper_id].name if view.keeper_id in keeper else _("不用接口"),
        },
        {"name": _("接口里的编号"), "value": str(view.id)},
    ]
    if view.firm_id:
        rows.insert(1, {"name": _("背后的公司"), "value": firm_of(view.firm_id).name})
    return rows


@require_POST
@allowed(post_officers)
def source_pause(request: ActorRequest, source_id: UUID) -> HttpResponseBase:
    """Take nothing from it until somebody resumes it."""
    view = source_of(request.actor, source_id)
    form = PauseForm(request.POST, auto_id="pause_%s")
    if not form.is_valid():
        return _source_page(request, view, BringForm(), form)
    pause_source(
        actor=request.actor,
        source_id=source_id,
        why=form.cleaned_data["why"],
        now=timezone.now(),
    )
    messages.success(request, _("暂停了。已经收的岗位还在，新的不再收。"))
    return redirect("employment_source", source_id)


@require_POST
@allowed(post_officers)
def source_resume(request: ActorRequest, source_id: UUID) -> HttpResponseBase:
    """Take from it again."""
    source_of(request.actor, source_id)
    resume_source(actor=request.actor, source_id=source_id, now=timezone.now())
    messages.success(request, _("恢复了，可以再收。"))
    return redirect("employment_source", source_id)


def told(request: ActorRequest, refused: RefusalError) -> None:
    """A refusal as a word on the next page; what may not be known stays a 403 or 404."""
    if refused.status in (403, 404):
        raise refused
    messages.warning(request, sentence_of(refused))
