"""What happens to every request: a number and one log line, safe headers, refusals as answers.

Order matters (settings): the log line is outermost so that it times everything; the limit of
bodies comes before whatever reads one; refusals are innermost so that the actor is already
known when a page is refused.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from pathlib import PurePath
from typing import Any, cast
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponseBase

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.access import ANONYMOUS, Actor
from denghuo.platform.acting import SubjectSwitchedError, demand_same_subject
from denghuo.platform.body_limits import announced_bytes, demand_bounded_form
from denghuo.platform.pages.refusals import API_PREFIX, answer_refusal

GetResponse = Callable[[HttpRequest], HttpResponseBase]

REQUEST_ID_HEADER = "X-Request-ID"
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "manifest-src 'self'",
    )
)
# The map asks where the reader is and the scanner opens the camera, both on our own pages only.
PERMISSIONS_POLICY = (
    "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), "
    "accelerometer=(), gyroscope=(), magnetometer=()"
)

_log = structlog.get_logger("denghuo.request")


_FRAMES_KEPT = 12


def _frames(exception: Exception) -> list[str]:
    """Where it broke, without what it broke on: a message or a local may hold personal data."""
    frames = traceback.extract_tb(exception.__traceback__)[-_FRAMES_KEPT:]
    return [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


def note_fault(**_signal: object) -> None:
    """``got_request_exception``: whatever becomes a 500, in a view or in a middleware before it.

    The database lost while the actor is being read never reaches ``process_exception``.
    """
    fault = sys.exception()
    if isinstance(fault, Exception):
        _log.error("fault", error=type(fault).__name__, frames=_frames(fault))


def actor_of(request: HttpRequest) -> Actor:
    """The actor, or nobody where the request ended before the actor was known."""
    return cast("Actor", getattr(request, "actor", ANONYMOUS))


class RequestLogMiddleware:
    """Give the request a number, then write one line when it is answered.

    The line names the route, never the path: a path may hold an id or a search word. The
    number is ours; one sent from outside is not believed, or a caller could forge a trail.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = uuid4().hex
        cast("Any", request).request_id = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        _log.info(
            "request",
            method=request.method,
            route=(match.view_name or match.route) if match else "unmatched",
            status=response.status_code,
            duration_ms=round((time.perf_counter() - began) * 1000, 1),
            actor=actor_of(request).label,
        )
        response.headers[REQUEST_ID_HEADER] = request_id
        structlog.contextvars.clear_contextvars()
        return response


class SecurityHeadersMiddleware:
    """Headers that keep foreign code out, and a signed-in person's pages out of shared caches.

    ``no-store`` for a signed-in reader is for the service-station computer that the next
    person sits down at. A view that sets a header itself keeps it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if actor_of(request).kind != "anonymous":
            headers.setdefault("Cache-Control", "private, no-store")
        return response


class BodyLimitMiddleware:
    """Refuse a body by its announced length, before anything reads it.

    First in the settings, so that its ``process_view`` comes before the token's check, which
    reads the form; by then the actor is known, for a larger file is taken only from those who
    may send it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *_path: object
    ) -> HttpResponseBase | None:
        """Answer what is too long, or of no known length; the rest goes on."""
        try:
            if request.path.startswith(API_PREFIX):
                announced_bytes(request)  # how many, each operation says: ``api_guard``
            else:
                demand_bounded_form(request, view, actor_of(request))
        except RefusalError as refusal:
            _log.info("refused", refusal=refusal.code, status=refusal.status)
            return answer_refusal(request, refusal)
        return None


class RefusalMiddleware:
    """Turn a refusal raised anywhere in a view into a page or an API answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _kwargs: object
    ) -> HttpResponseBase | None:
        """Answer a form that was opened for another subject, before its view reads it."""
        if request.path.startswith(API_PREFIX):
            return None  # programs name the subject in the call itself
        try:
            demand_same_subject(request, actor_of(request))
        except SubjectSwitchedError as switched:
            return self.process_exception(request, switched)
        return None

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Answer a ``RefusalError``; leave every other exception to the error pages."""
        if not isinstance(exception, RefusalError):
            return None
        # The code only: the values of a refusal may hold what the person typed.
        _log.info("refused", refusal=exception.code, status=exception.status)
        return answer_refusal(request, exception)
