"""Family and mandates: giving one by a code to one's own phone, accepting, withdrawing,
choosing whom one acts for."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.people import sessions
from denghuo.people.access import RecordNotFoundError
from denghuo.people.actions.family import (
    answer_family_link,
    ask_family_link,
    withdraw_family_link,
)
from denghuo.people.actions.mandates import (
    NoPhoneOnFileError,
    answer_offer,
    demand_terms,
    offer_mandate,
    withdraw_mandate,
)
from denghuo.people.actions.phone_codes import send_code
from denghuo.people.forms import CodeForm, FamilyForm, MandateForm, default_until, refuse_form
from denghuo.people.logic.mandate import latest_until
from denghuo.people.logic.phone import Phone
from denghuo.people.pages.me import own_id, own_subject, without_the_law
from denghuo.people.pages.requests import uuid_of
from denghuo.people.queries.firms import firm_of
from denghuo.people.queries.mandates import (
    family_of,
    mandates_given_by,
    mandates_received_by,
    offers_to,
    subjects_actor_may_act_for,
)
from denghuo.people.queries.persons import person_in_full, person_row
from denghuo.platform.public import ActorRequest, allowed, client_address, resident

DRAFT = "people.mandate_draft"


@never_cache
@require_safe
@allowed(resident)
def mandates(request: ActorRequest) -> HttpResponseBase:
    """What I gave, what I was given, what waits for my answer, and my family."""
    now, person = timezone.now(), person_row(own_id(request))
    giver = own_subject(request)
    return render(
        request,
        "people/mandates.html",
        {
            "given": mandates_given_by(giver, now=now),
            "received": mandates_received_by(person.pk, now=now),
            "offers": offers_to(person, now=now),
            "family": family_of(person, now=now),
            "firm": firm_of(giver.id) if giver.kind == "firm" else None,
            "not_by_law": without_the_law(request),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(resident)
def give(request: ActorRequest) -> HttpResponseBase:
    """The terms; POST sends a code to one's own phone."""
    today = day_of(timezone.now())
    form = MandateForm(
        request.POST or None,
        initial=_draft(request) or {"until": default_until(today, days=30), "scopes": ["read"]},
    )
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        own = person_in_full(own_id(request), actor=request.actor, purpose="self")
        try:
            if own.phone is None:
                raise NoPhoneOnFileError
            demand_terms(
                giver=own_subject(request),
                to_name=form.cleaned_data["name"],
                to_phone=form.cleaned_data["phone"],
                until_on=form.cleaned_data["until"],
                actor=request.actor,
                now=now,
            )
            code_id = send_code(
                phone=own.phone,
                purpose="give_mandate",
                address=client_address(request),
                actor=request.actor,
                now=now,
            )
        except RefusalError as refusal:
            refuse_form(form, refusal)
        else:
            request.session[DRAFT] = {
                "code": str(code_id),
                "giver": str(own_subject(request)),
                "name": form.cleaned_data["name"],
                "phone": form.cleaned_data["phone"].text,
                "scopes": form.cleaned_data["scopes"],
                "until": form.cleaned_data["until"].isoformat(),
            }
            return redirect("people_mandate_code")
    return _page(
        request,
        "people/mandate_give.html",
        form=form,
        latest=latest_until(today, to_staff=False),
        not_by_law=without_the_law(request),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(resident)
def give_code(request: ActorRequest) -> HttpResponseBase:
    """The code; right digits give the mandate. Nothing typed before is lost by a wrong one."""
    draft = _draft(request)
    if not draft.get("code"):
        return redirect("people_mandate_give")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            offer_mandate(
                giver=SubjectRef.read(draft["giver"]),
                to_name=draft["name"],
                to_phone=Phone(draft["phone"]),
                scopes=draft["scopes"],
                until_on=date.fromisoformat(draft["until"]),
                code_id=uuid_of(draft["code"]),
                typed=form.cleaned_data["code"],
                actor=request.actor,
                now=timezone.now(),
            )
        except RecordNotFoundError:
            # They act for somebody else by now; the draft was for the one before.
            request.session.pop(DRAFT, None)
            raise
        except RefusalError as refusal:
            refuse_form(form, refusal)
        else:
            messages.success(request, _("委托已经发出。对方登录后答应了，就能替您办。"))
            return redirect("people_mandates")
    own = person_in_full(own_id(request), actor=request.actor, purpose="self")
    return _page(
        request,
        "people/mandate_code.html",
        form=form,
        draft=draft,
        phone_masked=own.phone.masked if own.phone else "",
        demo_box=settings.DEMO,
    )


@require_POST
@allowed(resident)
def withdraw(request: ActorRequest, mandate_id: UUID) -> HttpResponseBase:
    """At once."""
    withdraw_mandate(mandate_id=mandate_id, actor=request.actor, now=timezone.now())
    messages.success(request, _("收回了，马上生效。"))
    return redirect("people_mandates")


@require_POST
@allowed(resident)
def answer(request: ActorRequest, mandate_id: UUID) -> HttpResponseBase:
    """Take an offer or not."""
    accept = request.POST.get("accept") == "1"
    answer_offer(mandate_id=mandate_id, accept=accept, actor=request.actor, now=timezone.now())
    messages.success(
        request, _("您答应了，现在可以替对方办事。") if accept else _("您没有答应，对方会知道。")
    )
    return redirect("people_act_for" if accept else "people_mandates")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(resident)
def act_for(request: ActorRequest) -> HttpResponseBase:
    """Whom I act for from now on."""
    choices = subjects_actor_may_act_for(request.actor, now=timezone.now())
    if request.method == "POST":
        chosen = request.POST.get("subject", "")
        act = next((one for one in choices if str(one.subject) == chosen), None)
        if act is None:
            raise RecordNotFoundError
        sessions.act_for(request, act.mandate_id)
        messages.success(
            request,
            _("现在办的是 {name} 的事。").format(name=act.name)
            if act.mandate_id
            else _("现在办的是您自己的事。"),
        )
        return redirect("/")
    return render(
        request,
        "people/act_for.html",
        {
            "choices": [
                {
                    "value": str(one.subject),
                    "label": one.name,
                    "note": _note(one.until_on, one.how_text, own=one.mandate_id is None),
                    "chosen": one.subject == request.actor.acting_for,
                }
                for one in choices
            ]
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(resident)
def family_ask(request: ActorRequest) -> HttpResponseBase:
    """Say that somebody is family; they are asked."""
    form = FamilyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_family_link(
                relation=form.cleaned_data["relation"],
                name=form.cleaned_data["name"],
                phone=form.cleaned_data["phone"],
                actor=request.actor,
                now=timezone.now(),
            )
        except RefusalError as refusal:
            refuse_form(form, refusal)
        else:
            messages.success(request, _("已经请对方确认。对方登录后同意了才算数。"))
            return redirect("people_mandates")
    return _page(request, "people/family_ask.html", form=form)


@require_POST
@allowed(resident)
def family_answer(request: ActorRequest, link_id: UUID) -> HttpResponseBase:
    """Agree that one is family, or not."""
    answer_family_link(
        link_id=link_id,
        agree=request.POST.get("agree") == "1",
        actor=request.actor,
        now=timezone.now(),
    )
    messages.success(request, _("记下了。"))
    return redirect("people_mandates")


@require_POST
@allowed(resident)
def family_withdraw(request: ActorRequest, link_id: UUID) -> HttpResponseBase:
    """Either side, at once."""
    withdraw_family_link(link_id=link_id, actor=request.actor, now=timezone.now())
    messages.success(request, _("解除了，马上生效。"))
    return redirect("people_mandates")


def _draft(request: ActorRequest) -> dict[str, Any]:
    draft = request.session.get(DRAFT)
    return draft if isinstance(draft, dict) else {}


def _note(until_on: date | None, how_text: str, *, own: bool) -> str:
    if own:
        return _("本人")
    if until_on is None:
        return _(how_text)
    return _("{how}，{day} 零点到期").format(how=_(how_text), day=until_on.isoformat())


def _page(request: ActorRequest, template: str, **context: Any) -> HttpResponseBase:
    form = context["form"]
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, context, status=status)
