"""Put ``request.actor`` on every request: who is asking, as of now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext

from denghuo.kernel.refusal import RefusalError
from denghuo.people.actions.api_keys import sign_in_program
from denghuo.people.queries.api_keys import WrongKeyError
from denghuo.people.sessions import read_actor
from denghuo.platform.public import (
    ANONYMOUS,
    API_PREFIX,
    ActorRequest,
    answer_refusal,
    anyone,
    client_address,
)

# A proxy before a trial site asks for a password of its own, on every address.
_NOT_OURS = "basic"
# What somebody may open who signed in with a password they were given.
_WITH_A_GIVEN_PASSWORD = frozenset({"people_staff_password", "people_sign_out"})


class PasswordTemporaryError(RefusalError):
    """The password is still the one that was given."""

    code = "people.password_temporary"
    template = "请先把别人给您的密码改成自己的。"
    status = 403


class ActorMiddleware:
    """``request.actor``: anonymous unless a key or the session says otherwise and still holds.

    Keys open the API only. A request that brings one is never taken for a browser's, nor for
    nobody's: a key that does not hold is refused, so that a program learns of it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        brought = request.headers.get("Authorization", "").partition(" ")
        if request.path.startswith(API_PREFIX) and brought[0].lower() not in {"", _NOT_OURS}:
            return self._by_key(request, scheme=brought[0], key=brought[2].strip())
        seen = read_actor(request, now=timezone.now())
        cast("ActorRequest", request).actor = seen.actor
        cast("Any", request).password_temporary = seen.password_temporary
        if seen.mandate_ended:
            # The page was filled in for somebody else: going on would do it to the signed-in
            # person's own affairs, or to a clerk's nobody's.
            messages.warning(
                request,
                gettext("委托已经结束，刚才那一步没有执行，没有改动任何东西。"),
            )
            return redirect("/me/act-for/" if seen.actor.kind == "resident" else "/desk/people/")
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *_path: object
    ) -> HttpResponseBase | None:
        """Lead to the password page, from everything that is not public.

        Somebody else knows a password that was given: until its owner has chosen another, what
        is done with it could be anybody's.
        """
        if not getattr(request, "password_temporary", False):
            return None
        match = request.resolver_match
        if getattr(view, "access_rule", None) is anyone or (
            match is not None and match.url_name in _WITH_A_GIVEN_PASSWORD
        ):
            return None
        if request.path.startswith(API_PREFIX):
            return answer_refusal(request, PasswordTemporaryError())
        return redirect("people_staff_password")

    def _by_key(self, request: HttpRequest, *, scheme: str, key: str) -> HttpResponseBase:
        asked = cast("ActorRequest", request)
        asked.actor = ANONYMOUS
        try:
            asked.actor = sign_in_program(
                key=key if scheme.lower() == "bearer" else "",
                address=client_address(request),
                now=timezone.now(),
            )
        except RefusalError as refusal:
            response = answer_refusal(request, refusal)
            if isinstance(refusal, WrongKeyError):
                response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
            return response
        return self.get_response(request)
