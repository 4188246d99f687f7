"""The access rule of an API operation, as the callable that django-ninja asks first.

``@router.get("/policies", auth=opened(anyone))``: every operation names its rule, as every
page does with ``allowed``; the house test fails on one that does not.
"""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.access import Actor, ActorRequest, Rule, demand
from denghuo.platform.body_limits import demand_bounded
from denghuo.platform.client_address import client_address
from denghuo.platform.ratelimit import spend

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REQUESTS_PER_MINUTE = 120
WRITES_PER_MINUTE = 30


class ForgedRequestError(RefusalError):
    """A browser session tried to write without the token its own pages carry."""

    code = "platform.forged_request"
    template = "这次提交不是从本站页面发出的，没有执行。"
    status = 403


class Opened:
    """Demands a rule, a bounded body, the page's own token from browsers that write, moderation."""

    def __init__(
        self, rule: Rule, *, per_minute: int | None = None, body_bytes_max: int | None = None
    ) -> None:
        self.access_rule = rule
        self._per_minute = per_minute
        self._body_bytes_max = body_bytes_max

    def __call__(self, request: HttpRequest) -> Actor:
        """The actor. Raises the refusal that fits; the API's error format carries it."""
        actor = cast("ActorRequest", request).actor
        writes = request.method not in SAFE_METHODS
        limit = self._per_minute or (WRITES_PER_MINUTE if writes else REQUESTS_PER_MINUTE)
        # Dear operations are counted apart: reading the library must not lock a person's page
        # out of its next question, nor the other way round.
        counted = (
            request.resolver_match.route if self._per_minute and request.resolver_match else ""
        )
        spend(
            f"platform.api:{_who(request, actor)}:{'write' if writes else 'read'}:{counted}",
            limit=limit,
            per=timedelta(minutes=1),
            now=timezone.now(),
        )
        demand(self.access_rule, actor)
        demand_bounded(
            request, bytes_max=self._body_bytes_max or settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        )
        # A key is sent on purpose, a cookie by any page that makes the browser ask.
        if writes and actor.kind != "anonymous" and actor.key_id is None:
            _demand_token(request)
        return actor


def opened(
    rule: Rule, *, per_minute: int | None = None, body_bytes_max: int | None = None
) -> Opened:
    """The rule of one operation; ``per_minute`` where its work is dearer than most,
    ``body_bytes_max`` where it takes a file."""
    return Opened(rule, per_minute=per_minute, body_bytes_max=body_bytes_max)


def _who(request: HttpRequest, actor: Actor) -> str:
    if actor.kind == "anonymous":
        return client_address(request)
    return actor.label if actor.key_id is None else f"key:{actor.key_id}"


def _demand_token(request: HttpRequest) -> None:
    # ninja marks its views exempt; the check is the page's own, asked by hand.
    vars(request)["csrf_processing_done"] = False
    check = CsrfViewMiddleware(_no_answer)
    check.process_request(request)
    if check.process_view(request, _no_answer, (), {}) is not None:
        raise ForgedRequestError


def _no_answer(_request: HttpRequest) -> HttpResponseBase:
    return HttpResponseBase()
