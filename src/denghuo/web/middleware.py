"""What a signed-in person chose about reading comes with them to any device.

While they are signed in it stands before what the device remembers, and it is not left on the
device: a phone lent for ten minutes goes back as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import activate

from denghuo.people.public import PersonNotFoundError, Reading, reading_of
from denghuo.platform.public import API_PREFIX, ActorRequest
from denghuo.web.preferences import SESSION_KEY


class ReadingMiddleware:
    """``request.reading``: the person's own choices, empty for everybody else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reading = Reading()
        if not request.path.startswith(API_PREFIX):
            reading = _reading(cast("ActorRequest", request))
        cast("Any", request).reading = reading
        if reading.language in dict(settings.LANGUAGES):
            activate(reading.language)
            request.LANGUAGE_CODE = reading.language
        return self.get_response(request)


def _reading(request: ActorRequest) -> Reading:
    """From the session, where it is kept since the first page after sign-in."""
    person = request.actor.person
    if request.actor.kind != "resident" or person is None:
        return Reading()
    kept = request.session.get(SESSION_KEY)
    if isinstance(kept, dict) and kept.get("person") == str(person.id):
        return Reading(kept["language"], kept["elder_size"], kept["theme"])
    try:
        reading = reading_of(person.id)
    except PersonNotFoundError:
        return Reading()  # a session may outlive its person's record; the page says so, not we
    keep_reading(request, reading)
    return reading


def keep_reading(request: ActorRequest, reading: Reading) -> None:
    """Put the choices into the session, under the person they are of."""
    if request.actor.person is None:
        return
    request.session[SESSION_KEY] = {
        "person": str(request.actor.person.id),
        "language": reading.language,
        "elder_size": reading.elder_size,
        "theme": reading.theme,
    }
