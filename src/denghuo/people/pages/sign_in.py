"""Residents sign in: phone, code, and the first time who they are. One question per page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from denghuo.kernel.masking import mask_name
from denghuo.kernel.refusal import RefusalError
from denghuo.people import sessions
from denghuo.people.actions.persons import (
    PhoneNotProvenError,
    tell_who,
)
from denghuo.people.actions.phone_codes import send_code, use_code
from denghuo.people.forms import CodeForm, PhoneForm, WhichForm, WhoForm, refuse_form
from denghuo.people.logic.phone import Phone
from denghuo.people.logic.phone_code import CodeMissingError
from denghuo.people.models import Person
from denghuo.people.pages.requests import safe_next, uuid_of
from denghuo.people.queries.persons import last_four_is, persons_with_phone
from denghuo.people.queries.phone_codes import CodeView, code_view, proven_phone
from denghuo.platform.public import (
    ActorRequest,
    allowed,
    anyone,
    client_address,
    expired_leads,
    spend,
)

FLOW = "people.sign_in"
LED_TO = "people.sign_in.led_to"
LAST_FOUR_TRIES = 5
FIRST_SIGN_INS_A_DAY = 3


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(anyone)
def phone(request: ActorRequest) -> HttpResponseBase:
    """The phone number; POST sends the code."""
    next_path = safe_next(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.method != "POST" and next_path.startswith("/desk/"):
        # Whoever was on the way to the desk is staff, and signs in with a password.
        return redirect(f"{reverse('people_staff_sign_in')}?{urlencode({'next': next_path})}")
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            code_id = send_code(
                phone=form.cleaned_data["phone"],
                purpose="sign_in",
                address=client_address(request),
                now=timezone.now(),
            )
        except RefusalError as refusal:
            refuse_form(form, refusal)
        else:
            request.session[FLOW] = {"code": str(code_id), "next": next_path}
            return redirect("people_sign_in_code")
    return _page(request, "people/sign_in_phone.html", form=form, next_path=next_path)


def _signed_in_already(request: ActorRequest) -> HttpResponseBase | None:
    """Race: the second press may leave after the first one's answer, whose keys are new."""
    led_to = request.session.get(LED_TO)
    return redirect(led_to) if isinstance(led_to, str) and request.actor.person else None


@expired_leads(_signed_in_already)
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(anyone)
def code(request: ActorRequest) -> HttpResponseBase:
    """The six digits; right ones open once."""
    flow = _flow(request)
    sent = _sent(flow)
    if sent is None:
        return redirect("people_sign_in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            proven = use_code(
                code_id=sent.id,
                typed=form.cleaned_data["code"],
                purpose="sign_in",
                now=timezone.now(),
            )
        except CodeMissingError:
            return redirect("people_sign_in")
        except RefusalError as refusal:
            refuse_form(form, refusal)
        else:
            request.session[FLOW] = {**flow, "proven": True}
            return _after_code(request, proven)
    return _page(request, "people/sign_in_code.html", form=form, sent=sent)


@require_POST
@allowed(anyone)
def again(request: ActorRequest) -> HttpResponseBase:
    """Another code to the same phone."""
    flow = _flow(request)
    sent = _sent(flow)
    if sent is None:
        return redirect("people_sign_in")
    form = CodeForm()
    try:
        code_id = send_code(
            phone=sent.phone, purpose="sign_in", address=client_address(request), now=timezone.now()
        )
    except RefusalError as refusal:
        form = CodeForm({})
        form.errors.clear()
        refuse_form(form, refusal)
        return _page(
            request, "people/sign_in_code.html", form=form, sent=sent, status=refusal.status
        )
    request.session[FLOW] = {**flow, "code": str(code_id)}
    messages.success(request, _("又发了一条新的验证码，请用最新的那条。"))
    return redirect("people_sign_in_code")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(anyone)
def who(request: ActorRequest) -> HttpResponseBase:
    """First sign-in: name and identity number."""
    flow = _flow(request)
    proven = _proven(flow)
    if proven is None:
        return redirect("people_sign_in")
    form = WhoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            spend(
                f"people.tell_who:{proven.text}",
                limit=FIRST_SIGN_INS_A_DAY,
                per=timedelta(days=1),
                now=now,
            )
            person_id = tell_who(
                code_id=uuid_of(flow.get("code")),
                name=form.cleaned_data["name"],
                id_number=form.cleaned_data["id_number"],
                now=now,
            )
        except PhoneNotProvenError:
            return redirect("people_sign_in")
        except RefusalError as refusal:
            refuse_form(form, refusal)
        else:
            return _signed_in(request, person_id)
    return _page(request, "people/sign_in_who.html", form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(anyone)
def which(request: ActorRequest) -> HttpResponseBase:
    """Several people share the phone: which one, with the last four digits of the card.

    The phone proves the household; the four digits keep a curious cousin out, five tries an
    hour. Somebody who is not on the list goes on to say who they are.
    """
    proven = _proven(_flow(request))
    if proven is None:
        return redirect("people_sign_in")
    sharing = persons_with_phone(proven)
    form = WhichForm(request.POST or None)
    form.fields["person"].choices = _choices(sharing)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            spend(
                f"people.which:{proven.text}",
                limit=LAST_FOUR_TRIES,
                per=timedelta(hours=1),
                now=now,
            )
        except RefusalError as refusal:
            refuse_form(form, refusal)
        else:
            chosen = next(row for row in sharing if str(row.pk) == form.cleaned_data["person"])
            if last_four_is(chosen, form.cleaned_data["last_four"]):
                return _signed_in(request, chosen.pk)
            form.add_error("last_four", _("后四位和登记的不一样，请再看一遍身份证。"))
    return _page(request, "people/sign_in_which.html", form=form)


@require_POST
@allowed(anyone)
def sign_out(request: ActorRequest) -> HttpResponseBase:
    """End the session."""
    sessions.sign_out(request)
    messages.success(request, _("您已经退出。"))
    return redirect("/")


def _after_code(request: ActorRequest, proven: Phone) -> HttpResponseBase:
    found = persons_with_phone(proven)
    if not found:
        return redirect("people_sign_in_who")
    if len(found) > 1:
        return redirect("people_sign_in_which")
    # Race: pressed twice; the same digits within seconds prove the same phone again.
    return _signed_in(request, found[0].pk, pressed_again=True)


def _signed_in(
    request: ActorRequest, person_id: Any, *, pressed_again: bool = False
) -> HttpResponseBase:
    next_path = safe_next(request, str(_flow(request).get("next", "")))
    request.session.pop(FLOW, None)
    sessions.sign_in_person(request, person_id, how="code", pressed_again=pressed_again)
    request.session[LED_TO] = next_path or "/"
    return redirect(next_path or "/")


def _flow(request: ActorRequest) -> dict[str, Any]:
    flow = request.session.get(FLOW)
    return flow if isinstance(flow, dict) else {}


def _sent(flow: dict[str, Any]) -> CodeView | None:
    return code_view(uuid_of(flow["code"]), purpose="sign_in") if "code" in flow else None


def _proven(flow: dict[str, Any]) -> Phone | None:
    """The phone this browser has proven, while that is fresh."""
    if not flow.get("proven") or "code" not in flow:
        return None
    return proven_phone(uuid_of(flow["code"]), purpose="sign_in", now=timezone.now())


def _choices(sharing: list[Person]) -> list[tuple[str, str]]:
    return [(str(row.pk), mask_name(row.name)) for row in sharing]


def _page(
    request: ActorRequest, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    form = context["form"]
    if form.is_bound and form.errors and status == 200:
        status = 422
    return render(request, template, {**context, "demo_box": settings.DEMO}, status=status)
