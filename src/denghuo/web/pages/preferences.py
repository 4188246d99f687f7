"""Language, type size and theme: plain form posts that are kept, here and with the person."""

from __future__ import annotations

from dataclasses import asdict

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from denghuo.people.public import Reading, set_preferences
from denghuo.platform.public import ActorRequest, allowed, anyone
from denghuo.web.middleware import keep_reading
from denghuo.web.preferences import (
    COOKIE_SECONDS,
    ELDER_COOKIE,
    THEME_COOKIE,
    elder_size,
    reading_at,
    theme,
)


def _back(request: ActorRequest) -> HttpResponseRedirect:
    wanted = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(wanted if safe else "/")


def _keep(request: ActorRequest, response: HttpResponse, name: str, value: str) -> HttpResponse:
    if value:
        response.set_cookie(
            name,
            value,
            max_age=COOKIE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    else:
        response.delete_cookie(name, samesite="Lax")
    return response


def _follow(request: ActorRequest, chosen: Reading) -> None:
    """Keep a choice with the person too, so that it follows them to another device."""
    person = request.actor.person
    if request.actor.kind != "resident" or person is None:
        return
    set_preferences(person_id=person.id, chosen=chosen, actor=request.actor, now=timezone.now())
    before = asdict(reading_at(request))
    after = {name: value for name, value in asdict(chosen).items() if value is not None}
    keep_reading(request, Reading(**(before | after)))


@require_POST
@allowed(anyone)
def set_elder(request: ActorRequest) -> HttpResponse:
    """Elder mode on at a size, or off."""
    size = elder_size(request.POST.get("size", ""))
    _follow(request, Reading(elder_size=size))
    return _keep(request, _back(request), ELDER_COOKIE, str(size) if size else "")


@require_POST
@allowed(anyone)
def set_theme(request: ActorRequest) -> HttpResponse:
    """Light, dark, or as the device asks."""
    chosen = theme(request.POST.get("theme", ""))
    _follow(request, Reading(theme=chosen))
    return _keep(request, _back(request), THEME_COOKIE, "" if chosen == "auto" else chosen)


@require_POST
@allowed(anyone)
def set_language(request: ActorRequest) -> HttpResponse:
    """Chinese, Mongolian or English; Django's own view keeps the cookie and checks ``next``."""
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        _follow(request, Reading(language=chosen))
    return django_set_language(request)
