"""The desk's disputes: what people say is wrong, checked at its source and answered.

Here and not in the policy room, because whom an officer may see is the people room's to say.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import (
    ActorRequest,
    allowed,
    keep_sought,
    record_look_up,
    sought_is_gone,
    words_sought,
)
from denghuo.policy.public import (
    Correction,
    DisputeView,
    FactNotFoundError,
    FactSpec,
    answer_dispute,
    dispute_of,
    disputed_fact,
    open_disputes,
    read_answer,
    registry,
    show_fact,
    strict_form,
)
from denghuo.web.staff_forms import CheckedForm
from denghuo.web.staff_subjects import checking_staff, seen_subject, seen_subjects
from denghuo.web.staff_tables import csv_table

_SHOWN = 200


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(checking_staff)
def disputes(request: ActorRequest) -> HttpResponseBase:
    """Disputes of the area that wait for an officer. A name searched for is posted."""
    now = timezone.now()
    if request.method == "POST":
        return keep_sought(request, now=now)
    today = timezone.localdate()
    waiting = open_disputes()
    seen = seen_subjects({each.subject for each in waiting}, request.actor)
    kind, word = request.GET.get("kind", ""), words_sought(request, now=now)
    sort = "new" if request.GET.get("sort") == "new" else ""
    rows = [
        {
            "href": reverse("web_desk_dispute", args=[each.id]),
            "cells": [
                seen[each.subject].name,
                _label(each),
                each.raised_at.astimezone(timezone.get_current_timezone()).strftime("%Y-%m-%d"),
                _waited(each, today),
            ],
        }
        for each in (reversed(waiting) if sort else waiting)
        if each.subject in seen
        and kind in ("", each.subject.kind)
        and (word in _label(each) or word in seen[each.subject].name)
    ]
    header = [_("谁"), _("哪一条"), _("哪天提的"), _("等了多久")]
    if request.GET.get("format") == "csv":
        return csv_table("disputes.csv", header, [row["cells"] for row in rows])
    return render(request, "web/staff/disputes.html", {
        "rows": rows[:_SHOWN],
        "columns": [{"name": name} for name in header],
        "search": _("找一个人、一家单位或一条信息"),
        "q": word,
        "sought_is_gone": sought_is_gone(request, now=now),
        "private": True,
        "filters": [
            {
                "name": "kind",
                "label": _("谁的"),
                "chosen": kind,
                "options": [
                    {"value": "person", "text": _("个人")}, {"value": "firm", "text": _("单位")},
                ],
            }
        ],
        "sorts": [
            {"value": "", "text": _("先提的在前")},
            {"value": "new", "text": _("后提的在前")},
        ],
        "sort": sort,
        "count": len(rows),
        "filtered": bool(kind or word),
        "export": f"?{urlencode({**request.GET.dict(), 'format': 'csv'})}",
    })  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(checking_staff)
def dispute(request: ActorRequest, dispute_id: UUID) -> HttpResponseBase:
    """One dispute: what is held, what is said, and the answer. The look is written down first."""
    view = dispute_of(dispute_id)
    if view is None:
        raise FactNotFoundError
    subject = seen_subject(view.subject, request.actor)
    held = disputed_fact(view, registry=registry())
    if held is None:
        raise FactNotFoundError
    record_look_up(
        actor=request.actor,
        subject=view.subject,
        what=(f"policy_facts.{view.name}",),
        # Read by the person it is about, so in the words their page has, whatever the desk's.
        purpose=f"核实您说不对的“{registry()[view.name].labels.zh}”",
    )
    spec = registry()[view.name]
    form = CheckedForm(
        request.POST or None,
        initial={"source": held.known.source, "observed_on": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid() and _answered(request, view, spec, form):
        messages.success(request, _("答复已经发给对方。"))
        return redirect("web_desk_disputes")
    on = held.known.observed_on
    context: dict[str, Any] = {
        "view": view,
        "subject": subject,
        "label": spec.labels.zh,
        "hint": _hint(spec),
        "form": form,
        "rows": [
            {
                "name": _("现在登记的"),
                "value": show_fact(spec, held.known.value),
                "note": held.known.source,
            },
            {"name": _("来源的日期"), "value": on.isoformat() if on else _("没有写")},
            {"name": _("对方说应该是"), "value": view.claimed_value or _("没有写")},
            {"name": _("对方的理由"), "value": view.note or _("没有写")},
            {"name": _("提了多久"), "value": _waited(view, timezone.localdate())},
        ],
    }
    return render(request, "web/staff/dispute.html", context, status=422 if form.errors else 200)


def _answered(request: ActorRequest, view: DisputeView, spec: FactSpec, form: CheckedForm) -> bool:
    """Whether the answer was kept; what is wrong stands beside its field, nothing typed is lost."""
    data = form.cleaned_data
    corrected = data["result"] == "corrected"
    try:
        correction = _correction(spec, data) if corrected else None
        answer_dispute(
            actor=request.actor,
            dispute_id=view.id,
            corrected=corrected,
            correction=correction,
            registry=registry(),
            answer=data["answer"],
            link=reverse("benefit_disputes"),
            now=timezone.now(),
        )
    except RefusalError as refused:
        field = "value" if refused.field == spec.name else refused.field
        form.add_error(field if field in form.fields else None, refused.sentence)
        return False
    return True


def _correction(spec: FactSpec, data: dict[str, Any]) -> Correction:
    """The typed value in the registry's strict form; unknown or out of bounds is refused."""
    reading = read_answer(spec, data["value"])
    if reading.value is None:
        raise OutOfBoundsError(
            field="value", label=spec.labels.zh, why=reading.why.sentence if reading.why else ""
        )
    return Correction(strict_form(spec, reading.value), data["source"], data["observed_on"])


class OutOfBoundsError(RefusalError):
    """A corrected value that nobody could use corrects nothing."""

    code = "web.value_out_of_bounds"
    template = "“{label}”不能是这个数：{why}"


def _label(view: DisputeView) -> str:
    spec = registry().get(view.name)
    return spec.labels.zh if spec else view.name


def _waited(view: DisputeView, today: date) -> str:
    days = (today - timezone.localdate(view.raised_at)).days
    return _("今天提的") if days <= 0 else _("{days} 天").format(days=days)


def _hint(spec: FactSpec) -> str:
    """How the right value is typed."""
    if spec.values:
        return _("写其中一个：{words}").format(
            words="、".join(words.zh for words in spec.values.values())
        )
    return {
        "bool": _("写“是”或“否”"),
        "money": _("写多少元，例如 1234.50"),
        "date": _("写日期，例如 2025-03-01"),
    }.get(spec.kind.value, spec.unit)
