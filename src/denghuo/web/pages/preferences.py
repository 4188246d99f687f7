"""Language, type size and theme: plain form posts that set a cookie and go back."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from denghuo.platform.public import ActorRequest, allowed, anyone
from denghuo.web.preferences import (
    COOKIE_SECONDS,
    ELDER_COOKIE,
    THEME_COOKIE,
    elder_size,
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


@require_POST
@allowed(anyone)
def set_elder(request: ActorRequest) -> HttpResponse:
    """Elder mode on at a size, or off."""
    size = elder_size(request.POST.get("size", ""))
    return _keep(request, _back(request), ELDER_COOKIE, str(size) if size else "")


@require_POST
@allowed(anyone)
def set_theme(request: ActorRequest) -> HttpResponse:
    """Light, dark, or as the device asks."""
    chosen = theme(request.POST.get("theme", ""))
    return _keep(request, _back(request), THEME_COOKIE, "" if chosen == "auto" else chosen)


@require_POST
@allowed(anyone)
def set_language(request: ActorRequest) -> HttpResponse:
    """Chinese, Mongolian or English; Django's own view keeps the cookie and checks ``next``."""
    return django_set_language(request)
