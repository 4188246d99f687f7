"""Staff sign in: password, then the second factor; the first time they bind a phone."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import segno
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from denghuo.kernel.refusal import RefusalError
from denghuo.people import sessions
from denghuo.people.actions.staff import (
    SecondFactorNotSetError,
    begin_second_factor,
    change_password,
    check_first_factor,
    check_second_factor,
    confirm_second_factor,
)
from denghuo.people.forms import NewPasswordForm, SecondFactorForm, StaffForm, refuse_form
from denghuo.people.pages.requests import safe_next, uuid_of
from denghuo.people.queries.staff import StaffView, provisioning_uri, session_version, staff_view
from denghuo.platform.public import ActorRequest, allowed, anyone, client_address, staff

PENDING = "people.staff_sign_in"
# Between the two factors; long enough to look for the phone.
PENDING_FOR = timedelta(minutes=10)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(anyone)
def first_factor(request: ActorRequest) -> HttpResponseBase:
    """Login and password."""
    next_path = safe_next(request, request.POST.get("next") or request.GET.get("next") or "")
    form = StaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            staff_id = check_first_factor(
                login=form.cleaned_data["login"],
                password=form.cleaned_data["password"],
                address=client_address(request),
                now=now,
            )
        except RefusalError as refusal:
            refuse_form(form, refusal)
        else:
            request.session.cycle_key()
            request.session[PENDING] = {
                "staff": str(staff_id),
                "version": session_version(staff_id),
                "at": now.isoformat(),
                "next": next_path,
            }
            bound = staff_view(staff_id).second_factor
            return redirect("people_staff_second" if bound else "people_staff_bind")
    return _page(request, "people/staff_sign_in.html", form=form, next_path=next_path)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(anyone)
def second_factor(request: ActorRequest) -> HttpResponseBase:
    """The six digits from the phone."""
    account = _pending(request)
    if account is None:
        return redirect("people_staff_sign_in")
    form = SecondFactorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            check_second_factor(
                staff_id=account.id, typed=form.cleaned_data["code"], now=timezone.now()
            )
        except SecondFactorNotSetError:
            return redirect("people_staff_sign_in")
        except RefusalError as refusal:
            refuse_form(form, refusal)
        else:
            return _signed_in(request, account.id)
    return _page(request, "people/staff_second.html", form=form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(anyone)
def bind(request: ActorRequest) -> HttpResponseBase:
    """The first time: scan the QR code, prove it with the first digits, keep ten paper codes."""
    account = _pending(request)
    if account is None or account.second_factor:
        return redirect("people_staff_sign_in")
    form = SecondFactorForm(request.POST or None)
    now = timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            codes = confirm_second_factor(
                staff_id=account.id, typed=form.cleaned_data["code"], now=now
            )
        except SecondFactorNotSetError:
            return redirect("people_staff_sign_in")
        except RefusalError as refusal:
            refuse_form(form, refusal)
        else:
            target = _signed_in(request, account.id).url
            return render(request, "people/staff_recovery.html", {"codes": codes, "next": target})
    secret = begin_second_factor(staff_id=account.id, now=now)
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return _page(request, "people/staff_bind.html", form=form, secret=grouped)


@never_cache
@require_safe
@allowed(anyone)
def bind_qr(request: ActorRequest) -> HttpResponseBase:
    """The QR code as an image of our own, so that no page needs an inline one."""
    account = _pending(request)
    if account is None or account.second_factor:
        return redirect("people_staff_sign_in")
    begin_second_factor(staff_id=account.id, now=timezone.now())
    picture = io.BytesIO()
    segno.make(provisioning_uri(account.id), error="m").save(
        picture, kind="svg", scale=6, border=4, dark="#000", light="#fff"
    )
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(staff)
def password(request: ActorRequest) -> HttpResponseBase:
    """A new password; other sessions of the account end."""
    staff_id = uuid_of(request.actor.staff_id)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            version = change_password(
                staff_id=staff_id,
                password=form.cleaned_data["password"],
                actor=request.actor,
                now=timezone.now(),
            )
        except RefusalError as refusal:
            refuse_form(form, refusal)
        else:
            sessions.sign_in_staff(request, staff_id, version=version, how="password")
            return redirect("people_desk_account")
    return _page(request, "people/staff_password.html", form=form)


@require_safe
@allowed(staff)
def account(request: ActorRequest) -> HttpResponseBase:
    """What I may do here, where, and the way out."""
    return render(
        request,
        "people/staff_account.html",
        {"account": staff_view(uuid_of(request.actor.staff_id))},
    )


def _pending(request: ActorRequest) -> StaffView | None:
    """The account whose password was right in this browser, for ten minutes."""
    pending = request.session.get(PENDING)
    if not isinstance(pending, dict):
        return None
    if timezone.now() - datetime.fromisoformat(pending["at"]) > PENDING_FOR:
        return None
    found = staff_view(uuid_of(pending["staff"]))
    # The password changed, or the second factor was reset, since the first page: begin anew.
    if not found.active or pending.get("version") != session_version(found.id):
        return None
    return found


def _signed_in(request: ActorRequest, staff_id: UUID) -> HttpResponseRedirect:
    pending = request.session.pop(PENDING, None) or {}
    next_path = safe_next(request, str(pending.get("next", "")))
    version = session_version(staff_id)
    sessions.sign_in_staff(request, staff_id, version=version, how="password")
    if staff_view(staff_id).password_temporary:
        return redirect("people_staff_password")
    return redirect(next_path or "/desk/")


def _page(request: ActorRequest, template: str, **context: Any) -> HttpResponse:
    form = context["form"]
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, context, status=status)
