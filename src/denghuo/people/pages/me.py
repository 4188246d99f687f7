"""What is held about me, who looked at it, what I agreed to; saying that something is wrong."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denghuo.kernel.clock import SHANGHAI, day_of
from denghuo.kernel.spreadsheet import table_lines
from denghuo.kernel.subject import SubjectRef
from denghuo.people.access import RecordNotFoundError, acts_for
from denghuo.people.actions.consents import (
    give_consent,
    withdraw_consent,
)
from denghuo.people.actions.corrections import (
    ask_correction,
)
from denghuo.people.actions.persons import set_texts
from denghuo.people.forms import CORRECTABLE, CorrectionForm
from denghuo.people.pages.requests import page_number
from denghuo.people.queries.consents import consents_of
from denghuo.people.queries.contacts import wants_texts
from denghuo.people.queries.firms import FirmOffice, FirmView, firm_of, list_firms_for
from denghuo.people.queries.looks import all_looks_at, looks_at
from denghuo.people.queries.mandates import acts_by_law, subjects_actor_may_act_for
from denghuo.people.queries.persons import (
    claim_state,
    corrections_of,
    person_in_full,
    person_of,
)
from denghuo.platform.public import ActorRequest, allowed, resident


@never_cache
@require_safe
@allowed(resident)
def me(request: ActorRequest) -> HttpResponseBase:
    """My details, masked; each with its source and the way to say it is wrong."""
    person_id = own_id(request)
    now = timezone.now()
    shown, held = (
        person_of(person_id),
        person_in_full(person_id, actor=request.actor, purpose="self"),
    )
    rows = [
        {"field": "name", "name": _("姓名"), "value": shown.name_masked},
        {"field": "id_number", "name": _("身份证号"), "value": shown.id_number_masked},
        {"field": "phone", "name": _("手机号"), "value": shown.phone_masked},
        {
            "field": "born_on",
            "name": _("出生日期"),
            "value": held.born_on.strftime("%Y-**-**") if held.born_on else "",
        },
        {
            "field": "residence",
            "name": _("居住地"),
            "region": held.residence.code if held.residence else "",
        },
    ]
    return render(
        request,
        "people/me.html",
        {
            "rows": rows,
            "person": shown,
            "claim": claim_state(person_id),
            "firms": _offices(list_firms_for(person_id, on=day_of(now))),
            "corrections": corrections_of(person_id),
            "others": len(subjects_actor_may_act_for(request.actor, now=now)) - 1,
            "fields": dict(CORRECTABLE),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(resident)
def correction(request: ActorRequest) -> HttpResponseBase:
    """ "不对？告诉我们"."""
    form = CorrectionForm(request.POST or None, initial={"field": request.GET.get("field", "")})
    if request.method == "POST" and form.is_valid():
        ask_correction(
            person_id=own_id(request),
            field=form.cleaned_data["field"],
            words=form.cleaned_data["words"],
            actor=request.actor,
            now=timezone.now(),
        )
        messages.success(request, _("收到了。工作人员核对后，答复会发到您的消息里。"))
        return redirect("people_me")
    status = 422 if form.errors else 200
    return render(request, "people/correction.html", {"form": form}, status=status)


@never_cache
@require_safe
@allowed(resident)
def looks(request: ActorRequest) -> HttpResponseBase:
    """Who looked at my data; the firm's while acting for a firm."""
    subject = looked_at(request)
    return render(
        request,
        "people/looks.html",
        {
            "looks": looks_at(subject, page=page_number(request)),
            "whose": firm_of(subject.id).name if subject.kind == "firm" else "",
            "printed_at": timezone.now(),
        },
    )


@never_cache
@require_safe
@allowed(resident)
def looks_csv(request: ActorRequest) -> HttpResponseBase:
    """The same as a file. The address holds no id: whoever opens it gets their own."""
    headings = (_("时间"), _("哪个单位"), _("谁"), _("看了什么"), _("为什么"))
    lines = (
        (
            look.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"),
            look.office,
            look.who,
            look.what,
            look.purpose,
        )
        for look in all_looks_at(looked_at(request))
    )
    # The mark at the start is what makes Excel read Chinese.
    text = "\ufeff" + "".join(table_lines([headings, *lines]))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="looks.csv"'
    return response


@require_safe
@allowed(resident)
def consents(request: ActorRequest) -> HttpResponseBase:
    """What I agreed to, and what changes when I take it back."""
    person_id = own_id(request)
    return render(
        request,
        "people/consents.html",
        {"consents": consents_of(person_id), "wants_texts": wants_texts(person_id)},
    )


@require_POST
@allowed(resident)
def consent(request: ActorRequest, purpose: str) -> HttpResponseBase:
    """Agree or take back."""
    change = give_consent if request.POST.get("give") == "1" else withdraw_consent
    change(person_id=own_id(request), purpose=purpose, actor=request.actor, now=timezone.now())
    messages.success(request, _("改好了，马上生效。"))
    return redirect("people_consents")


@require_POST
@allowed(resident)
def texts(request: ActorRequest) -> HttpResponseBase:
    """Short messages about my errands: on or off."""
    wanted = request.POST.get("give") == "1"
    set_texts(person_id=own_id(request), wanted=wanted, actor=request.actor, now=timezone.now())
    messages.success(request, _("改好了，马上生效。"))
    return redirect("people_consents")


def own_id(request: ActorRequest) -> UUID:
    """The signed-in person, whomever they act for."""
    if request.actor.person is None:
        raise RecordNotFoundError
    return request.actor.person.id


def own_subject(request: ActorRequest) -> SubjectRef:
    """Oneself, or the firm whose legal representative one is and acts as."""
    acting_for = request.actor.acting_for
    if acting_for is not None and acting_for.kind == "firm" and acts_by_law(request.actor):
        return acting_for
    return SubjectRef("person", own_id(request))


def without_the_law(request: ActorRequest) -> bool:
    """At hand is a firm for which one does not speak by law: what is given here is one's own."""
    acting_for = request.actor.acting_for
    return acting_for is not None and acting_for.kind == "firm" and not acts_by_law(request.actor)


def looked_at(request: ActorRequest) -> SubjectRef:
    """Oneself, or the firm one acts for; never another person."""
    acting_for = request.actor.acting_for
    if acting_for is not None and acting_for.kind == "firm":
        if not acts_for(request.actor, acting_for, "read"):
            raise RecordNotFoundError
        return acting_for
    return SubjectRef("person", own_id(request))


def _offices(found: tuple[FirmOffice, ...]) -> list[dict[str, Any]]:
    """Each firm once, with all one is in it."""
    roles: dict[FirmView, list[str]] = {}
    for office in found:
        roles.setdefault(office.firm, []).append(_(office.role_text))
    return [{"firm": firm, "roles": _("、").join(words)} for firm, words in roles.items()]
