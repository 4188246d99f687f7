"""Find a person by the card on the table; confirm who signed in; enter who is missing."""

from __future__ import annotations

from uuid import UUID

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
from denghuo.people.actions.persons import (
    confirm_claim,
    refuse_claim,
    register_person,
)
from denghuo.people.forms import FindForm, RegisterForm, refuse_form
from denghuo.people.pages.desk import counter
from denghuo.people.queries.firms import list_firms_for
from denghuo.people.queries.mandates import mandates_given_by
from denghuo.people.queries.persons import (
    count_open_corrections,
    find_person_by_id_number,
    person_in_full,
    person_of,
    waiting_claims,
)
from denghuo.platform.public import ActorRequest, allowed

# Why the clerk opened a person, kept while they work on them: {person id: purpose}.
PURPOSES = "people.desk_purposes"
_PURPOSES_KEPT = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(counter)
def find(request: ActorRequest) -> HttpResponseBase:
    """Whose card is this. The number travels in the body, never in an address or a log."""
    form = FindForm(request.POST or None)
    context: dict[str, object] = {
        "form": form,
        "corrections": count_open_corrections(request.actor),
    }
    if request.method == "POST" and form.is_valid():
        number, purpose = form.cleaned_data["id_number"], form.cleaned_data["purpose"]
        found = find_person_by_id_number(number, actor=request.actor, purpose=purpose)
        claims = waiting_claims(number, actor=request.actor, purpose=purpose)
        if found is not None:
            _keep_purpose(request, found.ref.id, purpose)
            if not claims:
                return redirect("people_desk_person", found.ref.id)
        context |= {
            "asked": True,
            "found": found,
            "claims": claims,
            "area_is_unusual": number.area_is_unusual,
            "register": RegisterForm(initial={"id_number": number}),
        }
        return render(request, "people/desk_find.html", context)
    status = 422 if form.errors else 200
    return render(request, "people/desk_find.html", context, status=status)


@require_POST
@allowed(counter)
def register(request: ActorRequest) -> HttpResponseBase:
    """Enter somebody with the card on the table."""
    form = RegisterForm(request.POST)
    if form.is_valid():
        try:
            person_id = register_person(
                name=form.cleaned_data["name"],
                id_number=form.cleaned_data["id_number"],
                phone=form.cleaned_data["phone"],
                proofing="in_person",
                actor=request.actor,
                now=timezone.now(),
            )
        except RefusalError as refusal:
            refuse_form(form, refusal)
        else:
            _keep_purpose(request, person_id, _("核对身份"))
            messages.success(request, _("登记好了。"))
            return redirect("people_desk_person", person_id)
    return render(request, "people/desk_register.html", {"form": form}, status=422)


@require_POST
@allowed(counter)
def claim(request: ActorRequest, claim_id: UUID) -> HttpResponseBase:
    """The card was seen: it is them, or it is not."""
    now = timezone.now()
    if request.POST.get("confirm") == "1":
        person_id = confirm_claim(claim_id=claim_id, actor=request.actor, now=now)
        _keep_purpose(request, person_id, _("核对身份"))
        messages.success(request, _("核对好了，对方会收到消息。"))
        return redirect("people_desk_person", person_id)
    refuse_claim(claim_id=claim_id, actor=request.actor, now=now)
    messages.success(request, _("记下了：没有通过核对。"))
    return redirect("people_desk_find")


@never_cache
@require_safe
@allowed(counter)
def person(request: ActorRequest, person_id: UUID) -> HttpResponseBase:
    """One person's details for the written purpose; every opening is a look they can read."""
    purpose = purpose_for(request, person_id)
    if not purpose:
        # Opened by address or from another day: say again why.
        person_of(person_id)
        messages.info(request, _("请先说明为什么查。"))
        return redirect("people_desk_find")
    held = person_in_full(
        person_id,
        actor=request.actor,
        purpose=purpose,
        what=("name", "id_number", "phone", "residence", "firms", "mandates"),
    )
    now = timezone.now()
    shown = person_of(held.ref.id)
    given = mandates_given_by(SubjectRef("person", held.ref.id), now=now)
    theirs = [one for one in given if one.to_staff == request.actor.staff_id]
    mine = [one for one in theirs if one.live]
    rows = [
        {"name": _("姓名"), "value": held.name},
        {"name": _("身份证号"), "value": shown.id_number_masked, "note": shown.proofing_text},
        {"name": _("手机号"), "value": shown.phone_masked},
        {"name": _("居住地"), "region": held.residence.code if held.residence else ""},
    ]
    return render(
        request,
        "people/desk_person.html",
        {
            "held": held,
            "rows": rows,
            "firms": list_firms_for(held.ref.id, on=day_of(now)),
            "mine": mine,
            "ended": theirs[0] if theirs and not mine else None,
            "acting": request.actor.acting_for == held.ref,
            "purpose": purpose,
        },
    )


def purpose_for(request: ActorRequest, person_id: UUID) -> str:
    """The purpose this clerk gave for this person in this session, or empty."""
    kept = request.session.get(PURPOSES)
    return str(kept.get(str(person_id), "")) if isinstance(kept, dict) else ""


def _keep_purpose(request: ActorRequest, person_id: UUID, purpose: str) -> None:
    kept = dict(request.session.get(PURPOSES) or {})
    kept.pop(str(person_id), None)
    kept[str(person_id)] = purpose
    request.session[PURPOSES] = dict(list(kept.items())[-_PURPOSES_KEPT:])
