"""A firm's posts by table: brought, its columns looked at, every row checked, then published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
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
from denghuo.employment.logic.feeds.troubles import SENTENCES
from denghuo.employment.models import PostDelivery, PostDeliveryRow
from denghuo.employment.pages.frame import page, sentence_of
from denghuo.employment.queries.applications import firm_at_hand
from denghuo.employment.queries.deliveries import (
    DeliveryView,
    RowRemark,
    own_deliveries,
    own_delivery,
    remarks_of,
)
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.spreadsheet import table_lines
from denghuo.platform.public import ActorRequest, allowed, spend

FILE_MAX_BYTES = 20 * 1024 * 1024
_FILES_AN_HOUR = 30
_SHOWN_MAX = 100
_REMARKS_MAX = 10_000
_OWN_COLUMNS = {name: words for name, words in COLUMNS.items() if name != "employer"}
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
        return _progress(request, view)
    return _page(request, view)


def _progress(request: ActorRequest, view: DeliveryView) -> HttpResponseBase:
    answer = render(request, "employment/firm/_moving.html", _moving(request, view))
    if not view.is_moving:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _moving(request: ActorRequest, view: DeliveryView) -> dict[str, Any]:
    done = view.cursor if view.state == _State.APPLYING else 0
    return {
        "view": view,
        "sentence": state_words(view),
        "done": done,
        "total": view.rows_total or done or 1,
        "poll": request.path,
    }


def _page(
    request: ActorRequest, view: DeliveryView, form: FileHeadingsForm | None = None
) -> HttpResponseBase:
    remarks = remarks_of(view.id, limit=_REMARKS_MAX)
    context = {
        **_moving(request, view),
        "form": form or _headings(view, None),
        "remarks": [_remark(one) for one in remarks[:_SHOWN_MAX]],
        "more": max(0, len(remarks) - _SHOWN_MAX),
        "counts": _counts(view),
        "good": view.counts.get("good", 0),
    }
    status = 422 if form is not None and form.errors else 200
    return page(request, "employment/firm/file.html", context, status=status)


def _headings(view: DeliveryView, posted: Any) -> FileHeadingsForm:
    return FileHeadingsForm(
        posted,
        headings=list(dict.fromkeys(one for one in view.headings if one)),
        columns=cast("Mapping[str, str]", _OWN_COLUMNS),
        chosen=cast("Mapping[str, str]", view.columns),
        needed=view.needed,
    )


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


def _remark(one: RowRemark) -> dict[str, Any]:
    grades = {
        PostDeliveryRow.Grade.REFUSED: (_("要改"), "no"),
        PostDeliveryRow.Grade.HELD: (_("先不公开"), "wait"),
        PostDeliveryRow.Grade.NOTED: (_("提示"), "fact"),
    }
    grade, tone = grades[PostDeliveryRow.Grade(one.grade)]
    values = {name: _(value) if value else "" for name, value in one.values.items()}
    return {
        "line": one.line,
        "column": _(COLUMNS[cast("Column", one.column)]) if one.column in COLUMNS else "",
        "grade": grade,
        "tone": tone,
        "sentence": _(SENTENCES[one.code]).format(**values),
    }


@require_POST
@allowed(for_firm)
def columns(request: ActorRequest, delivery_id: UUID) -> HttpResponseBase:
    """What each column is; then every row is checked."""
    view = own_delivery(request.actor, delivery_id)
    form = _headings(view, request.POST)
    if form.is_valid():
        chosen = {cast("Column", name): form.cleaned_data[name] for name in _OWN_COLUMNS}
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
    attempt = request.POST.get("attempt", "")
    own_delivery(request.actor, delivery_id)
    try:
        confirm_delivery(
            actor=request.actor,
            delivery_id=delivery_id,
            attempt=int(attempt) if attempt.isdecimal() and len(attempt) < 9 else -1,
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
    view = own_delivery(request.actor, delivery_id)
    found = [_remark(one) for one in remarks_of(view.id, limit=_REMARKS_MAX)]
    headings = (_("行"), _("列"), _("怎么了"), _("说明"))
    cells = ((one["line"], one["column"], one["grade"], one["sentence"]) for one in found)
    answer = HttpResponse(
        "\ufeff" + "".join(table_lines([headings, *cells])),
        content_type="text/csv; charset=utf-8",
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="remarks.csv"'
    return answer


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
