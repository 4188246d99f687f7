"""Acting for somebody at the counter: by a code read from their phone, or on paper."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.people import sessions
from denghuo.people.access import RecordNotFoundError
from denghuo.people.actions.mandates import (
    NoPhoneOnFileError,
    give_mandate_on_paper,
    give_mandate_to_staff,
    withdraw_mandate,
)
from denghuo.people.actions.phone_codes import send_code
from denghuo.people.forms import (
    AssistForm,
    CodeForm,
    PaperForm,
    default_until,
    refuse_form,
)
from denghuo.people.logic.mandate import SCOPES, STAFF_DAYS_MAX, read_period
from denghuo.people.pages.desk import counter
from denghuo.people.pages.desk.persons import purpose_for
from denghuo.people.pages.requests import uuid_of
from denghuo.people.queries.mandates import acting_mandate, mandates_given_by
from denghuo.people.queries.persons import PersonInFull, person_in_full, person_of
from denghuo.people.queries.staff import staff_view
from denghuo.platform.public import (
    FILE_KINDS,
    ActorRequest,
    allowed,
    client_address,
    store_file,
)

DRAFT = "people.assist_draft"
OFFERED_DAYS = 7
# A photo or a scan of the paper, nothing that could be edited.
PAPER_KINDS: Final = ("jpeg", "png", "pdf")
PAPER_BYTES_MAX: Final = max(kind.bytes_max for kind in FILE_KINDS if kind.kind in PAPER_KINDS)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(counter)
def ask(request: ActorRequest, person_id: UUID) -> HttpResponseBase:
    """The terms; POST sends a code to the person's phone."""
    form = AssistForm(request.POST or None, initial=_offered())
    held = person_in_full(
        person_id, actor=request.actor, purpose=_purpose(request, person_id), what=("phone",)
    )
    if request.method == "POST" and form.is_valid():
        try:
            if held.phone is None:
                raise NoPhoneOnFileError
            code_id = send_code(
                phone=held.phone,
                purpose="assisted_mandate",
                address=client_address(request),
                actor=request.actor,
                now=timezone.now(),
            )
        except RefusalError as refusal:
            refuse_form(form, refusal)
        else:
            request.session[DRAFT] = {
                "person": str(held.ref.id),
                "code": str(code_id),
                "scopes": form.cleaned_data["scopes"],
                "until": form.cleaned_data["until"].isoformat(),
            }
            return redirect("people_desk_assist_code", held.ref.id)
    return _page(
        request,
        "people/desk_assist.html",
        form=form,
        person_id=held.ref.id,
        has_phone=held.phone is not None,
        days=STAFF_DAYS_MAX,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(counter)
def code(request: ActorRequest, person_id: UUID) -> HttpResponseBase:
    """The person reads the code aloud; right digits start the errand."""
    draft = request.session.get(DRAFT)
    if not isinstance(draft, dict) or draft.get("person") != str(person_id):
        return redirect("people_desk_assist", person_id)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            mandate_id = give_mandate_to_staff(
                person_id=person_id,
                scopes=draft["scopes"],
                until_on=date.fromisoformat(draft["until"]),
                code_id=uuid_of(draft["code"]),
                typed=form.cleaned_data["code"],
                actor=request.actor,
                now=timezone.now(),
            )
        except RefusalError as refusal:
            refuse_form(form, refusal)
        else:
            return _begin(request, person_id, mandate_id)
    return _page(
        request,
        "people/desk_assist_code.html",
        form=form,
        person_id=person_id,
        demo_box=settings.DEMO,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(counter)
def paper(request: ActorRequest, person_id: UUID) -> HttpResponseBase:
    """No phone: the terms first; they are read aloud on the next page."""
    form = AssistForm(request.POST or None, initial=_offered())
    held = _for_paper(request, person_id)
    if request.method == "POST" and form.is_valid():
        try:
            today = day_of(timezone.now())
            read_period(today, form.cleaned_data["until"], today=today, to_staff=True)
        except RefusalError as refusal:
            refuse_form(form, refusal)
        else:
            # In the address, so that the paper can be printed, left and come back to. It names
            # nobody.
            terms = urlencode(
                {
                    "scopes": form.cleaned_data["scopes"],
                    "until": form.cleaned_data["until"].isoformat(),
                },
                doseq=True,
            )
            return redirect(f"{reverse('people_desk_assist_read', args=[held.ref.id])}?{terms}")
    return _page(
        request,
        "people/desk_assist_paper.html",
        form=form,
        person_id=held.ref.id,
        name=held.name,
        days=STAFF_DAYS_MAX,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(counter, file_bytes_max=PAPER_BYTES_MAX)
def paper_read(request: ActorRequest, person_id: UUID) -> HttpResponseBase:
    """The paper as the person hears and signs it; its photo starts the errand."""
    held = _for_paper(request, person_id)
    terms = AssistForm(request.POST if request.method == "POST" else request.GET)
    if not terms.is_valid():
        return redirect("people_desk_assist_paper", held.ref.id)
    scopes, until = terms.cleaned_data["scopes"], terms.cleaned_data["until"]
    form = PaperForm(
        request.POST or None,
        request.FILES or None,
        initial={"scopes": scopes, "until": until.isoformat()},
    )
    now = timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            stored = store_file(
                actor=request.actor,
                owner=held.ref,
                upload=form.cleaned_data["paper"],
                kinds=PAPER_KINDS,
                now=now,
            )
            mandate_id = give_mandate_on_paper(
                person_id=held.ref.id,
                scopes=scopes,
                until_on=until,
                paper_id=stored.id,
                actor=request.actor,
                now=now,
            )
        except RefusalError as refusal:
            refuse_form(form, refusal, otherwise="paper")
        else:
            return _begin(request, held.ref.id, mandate_id)
    return _page(
        request,
        "people/desk_assist_read.html",
        form=form,
        person=person_of(held.ref.id),
        name=held.name,
        clerk=staff_view(uuid_of(request.actor.staff_id)),
        scope_words=[words for scope, words in SCOPES.items() if scope in scopes],
        until=until,
        today=day_of(now),
    )


@never_cache
@require_safe
@allowed(counter)
def slip(request: ActorRequest, person_id: UUID, mandate_id: UUID) -> HttpResponseBase:
    """What the person takes home: who acts for them, in what, until when, how to stop it."""
    held = _for_paper(request, person_id)
    given = mandates_given_by(held.ref, now=timezone.now())
    mandate = next(
        (
            one
            for one in given
            if one.id == mandate_id and one.to_staff == request.actor.staff_id is not None
        ),
        None,
    )
    if mandate is None:
        raise RecordNotFoundError
    return render(
        request,
        "people/desk_slip.html",
        {
            "mandate": mandate,
            "person": person_of(held.ref.id),
            "serial": str(mandate.id)[:8].upper(),
            "printed_at": timezone.now(),
        },
    )


@require_POST
@allowed(counter)
def act(request: ActorRequest, mandate_id: UUID) -> HttpResponseBase:
    """Take up an errand again."""
    mandate = acting_mandate(mandate_id, actor=request.actor, now=timezone.now())
    if mandate is None:
        raise RecordNotFoundError
    return _begin(request, mandate.giver.id, mandate.id)


@require_POST
@allowed(counter)
def stop(request: ActorRequest) -> HttpResponseBase:
    """Lay the errand down; the mandate stays until it ends."""
    sessions.act_for(request, None)
    messages.success(request, _("已停止代办。"))
    return redirect("people_desk_find")


@require_POST
@allowed(counter)
def end(request: ActorRequest, mandate_id: UUID) -> HttpResponseBase:
    """Give the mandate back at once: the errand is done."""
    withdraw_mandate(mandate_id=mandate_id, actor=request.actor, now=timezone.now())
    if request.actor.mandate_id == mandate_id:
        sessions.act_for(request, None)
    messages.success(request, _("委托已经结束。"))
    return redirect("people_desk_find")


def _begin(request: ActorRequest, person_id: UUID, mandate_id: UUID) -> HttpResponseBase:
    request.session.pop(DRAFT, None)
    sessions.act_for(request, mandate_id)
    messages.success(request, _("可以开始代办了。每一步对方都能看到。"))
    return redirect("people_desk_person", person_id)


def _for_paper(request: ActorRequest, person_id: UUID) -> PersonInFull:
    """The person whose paper it is; 404 outside the clerk's area."""
    return person_in_full(
        person_id, actor=request.actor, purpose=_purpose(request, person_id), what=("name",)
    )


def _purpose(request: ActorRequest, person_id: UUID) -> str:
    return purpose_for(request, person_id) or "窗口代办"


def _offered() -> dict[str, Any]:
    today = day_of(timezone.now())
    return {
        "scopes": ["read", "apply", "documents"],
        "until": default_until(today, days=OFFERED_DAYS),
    }


def _page(request: ActorRequest, template: str, **context: Any) -> HttpResponseBase:
    form = context["form"]
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, context, status=status)
