"""A stand-in for signing in: the actor a test names stands on every request."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponseBase

from denghuo.platform.public import ANONYMOUS, Actor, ActorRequest

at_hand: list[Actor] = []


class ActorAtHand:
    """Middleware in the place of the people room's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        cast("ActorRequest", request).actor = at_hand[-1] if at_hand else ANONYMOUS
        return self.get_response(request)
