"""A firm's posts by table: brought, its columns looked at, every row checked, then published."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denghuo.employment.access import for_firm
from denghuo.employment.actions.deliveries import (
    confirm_delivery,
    drop_delivery,
    map_columns,
    try_again,
)
from denghuo.employment.actions.posts import bring_own_posts
from denghuo.employment.forms.posts import FileHeadingsForm, PostFileForm
from denghuo.employment.logic.feeds import COLUMNS, Column
from denghuo.employment.models import PostDelivery
from denghuo.employment.pages.delivery_parts import (
    attempt_of,
    headings_form,
    moving,
    progress,
    remarks,
    remarks_table,
)
from denghuo.employment.pages.frame import page, sentence_of
from denghuo.employment.queries.applications import firm_at_hand
from denghuo.employment.queries.deliveries import (
    DeliveryView,
    own_deliveries,
    own_delivery,
)
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import ActorRequest, allowed, spend

FILE_MAX_BYTES = 20 * 1024 * 1024
_FILES_AN_HOUR = 30
_OWN_COLUMNS: dict[Column, str] = {
    name: words for name, words in COLUMNS.items() if name != "employer"
}
_State = PostDelivery.State


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_firm, file_bytes_max=FILE_MAX_BYTES)
def files(request: ActorRequest) -> HttpResponseBase:
    """A table to bring, and those that were brought."""
    now = timezone.now()
    firm_id = firm_at_hand(request.actor, "apply", now=now)
    posted = request.method == "POST"
    form = PostFileForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        upload = cast("UploadedFile[bytes]", form.cleaned_data["file"])
        try:
            spend(
                f"employment.files:{firm_id}",
                limit=_FILES_AN_HOUR,
                per=timedelta(hours=1),
                now=now,
            )
            brought = bring_own_posts(
                actor=request.actor,
                firm_id=firm_id,
                name=str(upload.name or ""),
                chunks=upload.chunks,
                now=now,
            )
        except RefusalError as refused:
            form.refuse(refused)
        else:
            return redirect("employment_firm_file", brought)
    context = {
        "form": form,
        "files": [
            {
                "id": one.id,
                "name": one.file_name,
                "state": state_words(one),
                "on": day_of(one.created_at),
            }
            for one in own_deliveries(firm_id)
        ],
    }
    status = 422 if form.errors else 200
    return page(request, "employment/firm/files.html", context, status=status)


@never_cache
@require_safe
@allowed(for_firm)
def file(request: ActorRequest, delivery_id: UUID) -> HttpResponseBase:
    """One table: how far it is, what is wrong with which row, what would come of it."""
    view = own_delivery(request.actor, delivery_id)
    if request.headers.get("HX-Request"):
        return progress(request, view, state_words(view))
    return _page(request, view)


def _page(
    request: ActorRequest, view: DeliveryView, form: FileHeadingsForm | None = None
) -> HttpResponseBase:
    context = {
        **moving(request, view, state_words(view)),
        **remarks(view),
        "form": form or headings_form(view, None, _OWN_COLUMNS),
        "counts": _counts(view),
        "good": view.counts.get("good", 0),
    }
    status = 422 if form is not None and form.errors else 200
    return page(request, "employment/firm/file.html", context, status=status)


def _counts(view: DeliveryView) -> list[dict[str, Any]]:
    counts = view.counts
    rows = [
        {"name": _("一共"), "value": _("{many} 行").format(many=counts.get("rows", 0))},
        {"name": _("能发"), "value": _("{many} 行").format(many=counts.get("good", 0))},
        {"name": _("要改"), "value": _("{many} 行").format(many=counts.get("refused", 0))},
        {"name": _("重复的"), "value": _("{many} 行").format(many=counts.get("repeated", 0))},
        {
            "name": _("要等工作人员看过"),
            "value": _("{many} 行").format(many=counts.get("held_read", 0)),
        },
    ]
    if view.state == _State.APPLIED:
        rows.append(
            {
                "name": _("新发的岗位"),
                "value": _("{many} 个").format(many=counts.get("taken_posts", 0)),
            }
        )
    return rows


@require_POST
@allowed(for_firm)
def columns(request: ActorRequest, delivery_id: UUID) -> HttpResponseBase:
    """What each column is; then every row is checked."""
    view = own_delivery(request.actor, delivery_id)
    form = headings_form(view, request.POST, _OWN_COLUMNS)
    if form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in _OWN_COLUMNS}
        try:
            map_columns(
                actor=request.actor,
                delivery_id=delivery_id,
                columns=chosen,
                whole=False,
                now=timezone.now(),
            )
        except RefusalError as refused:
            if refused.status != 422:
                return _told(request, delivery_id, refused)
            form.refuse(refused)
        else:
            return redirect("employment_firm_file", delivery_id)
    return _page(request, view, form)


@require_POST
@allowed(for_firm)
def publish(request: ActorRequest, delivery_id: UUID) -> HttpResponseBase:
    """The good rows become posts."""
    own_delivery(request.actor, delivery_id)
    try:
        confirm_delivery(
            actor=request.actor,
            delivery_id=delivery_id,
            attempt=attempt_of(request),
            loss_confirmed=False,
            now=timezone.now(),
        )
    except RefusalError as refused:
        return _told(request, delivery_id, refused)
    return redirect("employment_firm_file", delivery_id)


@require_POST
@allowed(for_firm)
def drop(request: ActorRequest, delivery_id: UUID) -> HttpResponseBase:
    """Put a table away that was not published."""
    own_delivery(request.actor, delivery_id)
    try:
        drop_delivery(actor=request.actor, delivery_id=delivery_id, now=timezone.now())
    except RefusalError as refused:
        return _told(request, delivery_id, refused)
    messages.info(request, _("这份表格不用了，一个岗位也没有发。"))
    return redirect("employment_firm_files")


@require_POST
@allowed(for_firm)
def again(request: ActorRequest, delivery_id: UUID) -> HttpResponseBase:
    """Once more the step that failed for a reason of ours."""
    own_delivery(request.actor, delivery_id)
    try:
        try_again(actor=request.actor, delivery_id=delivery_id, now=timezone.now())
    except RefusalError as refused:
        return _told(request, delivery_id, refused)
    return redirect("employment_firm_file", delivery_id)


def _told(request: ActorRequest, delivery_id: UUID, refused: RefusalError) -> HttpResponseBase:
    if refused.status in (403, 404):
        raise refused
    messages.warning(request, sentence_of(refused))
    return redirect("employment_firm_file", delivery_id)


@never_cache
@require_safe
@allowed(for_firm)
def remarks_csv(request: ActorRequest, delivery_id: UUID) -> HttpResponseBase:
    """What is wrong with which row, to be put right in the table."""
    return remarks_table(own_delivery(request.actor, delivery_id))


def state_words(view: DeliveryView) -> str:
    """How far it is, as a firm says it."""
    said = {
        _State.RECEIVED: _("正在看表头"),
        _State.MAPPING: _("等您核对列"),
        _State.CHECKING: _("正在逐行检查"),
        _State.CHECKED: _("检查完了，等您发出去"),
        _State.APPLYING: _("正在发"),
        _State.APPLIED: _("已经发了"),
        _State.DROPPED: _("没有用"),
        _State.FAILED: _("没有办成"),
    }
    return said[_State(view.state)]
