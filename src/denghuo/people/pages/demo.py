"""Stepping into a persona. These routes exist only in the demo region (``urls``)."""

from __future__ import annotations

from itertools import groupby

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from denghuo.kernel.masking import mask_phone
from denghuo.people import sessions
from denghuo.people.access import RecordNotFoundError
from denghuo.people.queries.demo import persona, personas
from denghuo.platform.public import ActorRequest, allowed, demo_only, demo_sms_box


@never_cache
@require_safe
@allowed(demo_only)
def chooser(request: ActorRequest) -> HttpResponseBase:
    """Everybody one may be, by group."""
    groups = [
        {"name": name, "personas": list(found)}
        for name, found in groupby(personas(), key=lambda one: one.group_text)
    ]
    return render(request, "people/demo_chooser.html", {"groups": groups})


@require_POST
@allowed(demo_only)
def step_in(request: ActorRequest, key: str) -> HttpResponseBase:
    """Be that person from the next page on.

    Checked again here: even if the route were opened by mistake, the flag decides, and a
    session made here is worth nothing where the flag is off (``sessions.read_actor``).
    """
    if not settings.DEMO:
        raise RecordNotFoundError
    chosen = persona(key)
    if chosen.staff_id is not None:
        sessions.sign_in_staff(
            request, chosen.staff_id, version=chosen.staff_version, how="persona"
        )
        return redirect("/desk/")
    if chosen.person_id is None:
        raise RecordNotFoundError
    sessions.sign_in_person(request, chosen.person_id, how="persona")
    if chosen.mandate_id is not None:
        sessions.act_for(request, chosen.mandate_id)
    return redirect("/")


@never_cache
@require_safe
@allowed(demo_only)
def sms_box(request: ActorRequest) -> HttpResponseBase:
    """The short messages of the demo, which never leave it."""
    box = [
        {"phone": mask_phone(sms.phone), "text": sms.text, "at": sms.at} for sms in demo_sms_box()
    ]
    return render(request, "people/demo_sms.html", {"box": box})
