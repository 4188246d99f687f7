"""Keys by which programs sign in: one's own, seen once when made, ended with one press."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from denghuo.kernel.refusal import RefusalError
from denghuo.people.actions.api_keys import (
    NewApiKey,
    make_staff_key,
    make_subject_key,
    revoke_api_key,
)
from denghuo.people.forms import KeyForm, StaffKeyForm, refuse_form
from denghuo.people.pages.me import own_subject, without_the_law
from denghuo.people.pages.requests import uuid_of
from denghuo.people.queries.api_keys import keys_of, keys_of_staff
from denghuo.people.queries.firms import firm_of
from denghuo.platform.public import ActorRequest, allowed, resident, staff


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(resident)
def mine(request: ActorRequest) -> HttpResponseBase:
    """My keys, or those of the firm I speak for by law."""
    now, subject = timezone.now(), own_subject(request)
    form = KeyForm(request.POST or None)
    made: NewApiKey | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = make_subject_key(
                subject=subject,
                scopes=form.cleaned_data["scopes"],
                label=form.cleaned_data["label"],
                days=form.cleaned_data["days"],
                actor=request.actor,
                now=now,
            )
        except RefusalError as refusal:
            refuse_form(form, refusal)
    return _page(
        request,
        "people/keys.html",
        form=form,
        made=made,
        keys=keys_of(subject, now=now),
        firm=firm_of(subject.id) if subject.kind == "firm" else None,
        not_by_law=without_the_law(request),
    )


@require_POST
@allowed(resident)
def revoke_mine(request: ActorRequest, key_id: UUID) -> HttpResponseBase:
    """At once."""
    return _revoke(request, key_id, "people_keys")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(staff)
def of_staff(request: ActorRequest) -> HttpResponseBase:
    """A member of staff's own keys."""
    now, staff_id = timezone.now(), uuid_of(request.actor.staff_id)
    form = StaffKeyForm(request.POST or None)
    made: NewApiKey | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = make_staff_key(
                staff_id=staff_id,
                label=form.cleaned_data["label"],
                days=form.cleaned_data["days"],
                actor=request.actor,
                now=now,
            )
        except RefusalError as refusal:
            refuse_form(form, refusal)
    keys = keys_of_staff(staff_id, now=now)
    return _page(request, "people/desk_keys.html", form=form, made=made, keys=keys)


@require_POST
@allowed(staff)
def revoke_of_staff(request: ActorRequest, key_id: UUID) -> HttpResponseBase:
    """At once."""
    return _revoke(request, key_id, "people_desk_keys")


def _revoke(request: ActorRequest, key_id: UUID, back: str) -> HttpResponseBase:
    revoke_api_key(key_id=key_id, actor=request.actor, now=timezone.now())
    messages.success(request, _("停用了，程序下一次用它就会被拒绝。"))
    return redirect(back)


def _page(
    request: ActorRequest, template: str, *, form: StaffKeyForm, made: NewApiKey | None, **more: Any
) -> HttpResponseBase:
    """The page. While a key is shown nothing else is asked, so that it is not scrolled past."""
    status = 422 if form.is_bound and form.errors else 200
    shown = None if made else form
    return render(request, template, {"form": shown, "made": made, **more}, status=status)
