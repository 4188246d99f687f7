"""The first page: what waits for me, the doors, near me."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from denghuo.platform.public import ActorRequest, allowed, anyone


@require_safe
@allowed(anyone)
def home(request: ActorRequest) -> HttpResponse:
    """The home page of everyone."""
    return render(request, "web/home.html")
