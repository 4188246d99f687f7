"""How long a request's body may be, decided by its announced length before a byte is read.

Django reads a form when its token is checked, and writes the files in it to disk while it does:
whoever may not send the form must not get that far. So this stands before the token's check. A
view that takes a file says so with ``allowed(rule, file_bytes_max=...)``, and only those whom its
rule lets in may send that much. Operations of the API say it with ``opened`` and are asked there:
their bodies are not read before the rule.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.access import Actor, Rule, demand

MEGABYTE = 1024 * 1024
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class BodyTooLargeError(RefusalError):
    """More than the page or operation reads; refused by its announced length, before it is read."""

    code = "platform.body_too_large"
    template = "一次最多发 {limit} MB。请分几次发。"
    status = 413


class LengthMissingError(RefusalError):
    """The sender does not say how much will come."""

    code = "platform.length_missing"
    template = "这次提交没有说明内容有多长，没有收下。"
    status = 411


class LengthUnreadableError(RefusalError):
    """The announced length is not a number."""

    code = "platform.length_unreadable"
    template = "这次提交写明的长度读不懂，没有收下。"
    status = 400


def announced_bytes(request: HttpRequest) -> int:
    """The length of the body as the sender gives it; 0 where there is none.

    Raises ``LengthMissingError``, ``LengthUnreadableError``.
    """
    text = str(request.META.get("CONTENT_LENGTH") or "")
    if request.META.get("HTTP_TRANSFER_ENCODING"):
        raise LengthMissingError  # in pieces: nobody knows how many will come
    if not text:
        return 0
    # Eighteen digits: more is no body's length, and a long number is dear to read.
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise LengthUnreadableError
    return int(text)


def demand_bounded(request: HttpRequest, *, bytes_max: int) -> None:
    """Raise ``BodyTooLargeError`` when more is announced than the limit."""
    if announced_bytes(request) > bytes_max:
        raise BodyTooLargeError(limit=bytes_max // MEGABYTE)


def demand_bounded_form(
    request: HttpRequest, view: Callable[..., HttpResponseBase], actor: Actor
) -> None:
    """Two MiB for a form (``DATA_UPLOAD_MAX_MEMORY_SIZE``), and the file on top where the view
    takes one from this actor. Raises the refusals above, and those of the view's rule.
    """
    if request.method in _WITH_BODY and not request.META.get("CONTENT_LENGTH"):
        # Every browser says it, also for an empty form; a program may leave it out (the API).
        raise LengthMissingError
    form_max = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    file_max: int = getattr(view, "file_bytes_max", 0)
    rule: Rule | None = getattr(view, "access_rule", None)
    if file_max and rule is not None and announced_bytes(request) > form_max:
        demand(rule, actor)
    demand_bounded(request, bytes_max=form_max + file_max)
