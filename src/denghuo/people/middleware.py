"""Put ``request.actor`` on every request: who is asking, as of now."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext

from denghuo.people.sessions import read_actor
from denghuo.platform.public import ActorRequest


class ActorMiddleware:
    """``request.actor``: anonymous unless the session says otherwise and it still holds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        seen = read_actor(request, now=timezone.now())
        cast("ActorRequest", request).actor = seen.actor
        if seen.mandate_ended:
            # The page was filled in for somebody else: going on would do it to the signed-in
            # person's own affairs, or to a clerk's nobody's.
            messages.warning(
                request,
                gettext("委托已经结束，刚才那一步没有执行，没有改动任何东西。"),
            )
            return redirect("/me/act-for/" if seen.actor.kind == "resident" else "/desk/people/")
        return self.get_response(request)
