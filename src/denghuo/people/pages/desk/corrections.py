"""What people say is wrong, and the answers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from denghuo.kernel.refusal import RefusalError
from denghuo.people.actions.corrections import (
    answer_correction,
)
from denghuo.people.forms import CORRECTABLE, AnswerForm, refuse_form
from denghuo.people.pages.desk import counter
from denghuo.people.queries.persons import correction_for, open_corrections_for, persons_of
from denghuo.platform.public import ActorRequest, allowed


@require_safe
@allowed(counter)
def corrections(request: ActorRequest) -> HttpResponseBase:
    """Waiting requests of the area, oldest first."""
    waiting = open_corrections_for(request.actor)
    people = persons_of([one.person.id for one in waiting])
    fields = dict(CORRECTABLE)
    rows = [
        {
            "id": one.id,
            "name": people[one.person.id].name_masked,
            "field": fields.get(one.field, one.field),
            "asked_at": one.asked_at,
        }
        for one in waiting
    ]
    return render(request, "people/desk_corrections.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(counter)
def correction(request: ActorRequest, request_id: UUID) -> HttpResponseBase:
    """One request and its answer."""
    asked = correction_for(request_id, actor=request.actor)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_correction(
                request_id=request_id,
                corrected=form.cleaned_data["result"] == "corrected",
                answer=form.cleaned_data["answer"],
                actor=request.actor,
                now=timezone.now(),
            )
        except RefusalError as refusal:
            refuse_form(form, refusal)
        else:
            messages.success(request, _("答复已经发给对方。"))
            return redirect("people_desk_corrections")
    return render(
        request,
        "people/desk_correction.html",
        {"form": form, "asked": asked, "field": dict(CORRECTABLE).get(asked.field, asked.field)},
        status=422 if form.errors else 200,
    )
