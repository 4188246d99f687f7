"""The access rule of an API operation, as the callable that django-ninja asks first.

``@router.get("/policies", auth=opened(anyone))``: every operation names its rule, as every
page does with ``allowed``; the house test fails on one that does not.
"""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.access import Actor, ActorRequest, Rule, demand
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
    """Demands a rule, the page's own token from browsers that write, and moderation."""

    def __init__(self, rule: Rule, *, per_minute: int | None = None) -> None:
        self.access_rule = rule
        self._per_minute = per_minute

    def __call__(self, request: HttpRequest) -> Actor:
        """The actor. Raises the refusal that fits; the API's error format carries it."""
        actor = cast("ActorRequest", request).actor
        writes = request.method not in SAFE_METHODS
        limit = self._per_minute or (WRITES_PER_MINUTE if writes else REQUESTS_PER_MINUTE)
        spend(
            f"platform.api:{_who(request, actor)}:{'write' if writes else 'read'}",
            limit=limit,
            per=timedelta(minutes=1),
            now=timezone.now(),
        )
        demand(self.access_rule, actor)
        if writes and actor.kind != "anonymous" and not getattr(request, "by_key", False):
            _demand_token(request)
        return actor


def opened(rule: Rule, *, per_minute: int | None = None) -> Opened:
    """The rule of one operation; ``per_minute`` where its work is dearer than most."""
    return Opened(rule, per_minute=per_minute)


def _who(request: HttpRequest, actor: Actor) -> str:
    if actor.kind == "anonymous":
        return str(request.META.get("REMOTE_ADDR", "unknown"))
    return actor.label


def _demand_token(request: HttpRequest) -> None:
    # ninja marks its views exempt; the check is the page's own, asked by hand.
    vars(request)["csrf_processing_done"] = False
    check = CsrfViewMiddleware(_no_answer)
    check.process_request(request)
    if check.process_view(request, _no_answer, (), {}) is not None:
        raise ForgedRequestError


def _no_answer(_request: HttpRequest) -> HttpResponseBase:
    return HttpResponseBase()
