"""Put ``request.actor`` on every request: who is asking, as of now.

The session holds only ids. What they stand for is read again on every request, so a staff
account that is closed or a mandate that is withdrawn ends at the next click, not at the next
sign-in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from denghuo.platform.access import Actor, ActorRequest


class ActorMiddleware:
    """``request.actor``: anonymous unless the session says otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        cast("ActorRequest", request).actor = Actor(demo=settings.DEMO)
        return self.get_response(request)
