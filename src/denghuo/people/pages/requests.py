"""Small readings every page of this room needs of a request."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from denghuo.people.access import RecordNotFoundError


def safe_next(request: HttpRequest, text: str) -> str:
    """Where to go after sign-in: a path of this site, else nothing."""
    ours = url_has_allowed_host_and_scheme(
        text, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return text if ours and text.startswith("/") and len(text) <= 500 else ""


def uuid_of(text: object) -> UUID:
    """Read an id kept in a session. Raises ``RecordNotFoundError``."""
    try:
        return UUID(str(text))
    except ValueError:
        raise RecordNotFoundError from None


def page_number(request: HttpRequest) -> int:
    """``?page=``, one when it is anything else."""
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
