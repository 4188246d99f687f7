"""The inbox: its list, and one message."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from denghuo.platform.access import ActorRequest, allowed, resident
from denghuo.platform.messages.inbox import PAGE_LENGTH, inbox_page, read_message


@require_safe
@allowed(resident)
def inbox(request: ActorRequest) -> HttpResponseBase:
    """What the person at hand has been told, newest first."""
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
    found = inbox_page(request.actor, page=number)
    page_links = Paginator(range(found.total), PAGE_LENGTH).page(found.page)
    return render(request, "platform/inbox.html", {"found": found, "page_links": page_links})


@require_safe
@allowed(resident)
def inbox_message(request: ActorRequest, message_id: UUID) -> HttpResponseBase:
    """One message; opening it is what marks it as read."""
    message = read_message(actor=request.actor, message_id=message_id, now=timezone.now())
    return render(request, "platform/inbox_message.html", {"message": message})
