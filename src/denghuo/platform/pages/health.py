"""Health for machines: is the process up, and can it do its work?"""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from denghuo.platform.access import ActorRequest, allowed, anyone


@require_safe
@allowed(anyone)
def live(_request: ActorRequest) -> HttpResponse:
    """The process answers; says nothing about what it depends on."""
    return JsonResponse({"status": "ok"})
