"""Health for machines: is the process up, and can it do its work?"""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from denghuo.platform.access import ActorRequest, allowed, anyone
from denghuo.platform.health import look


@require_safe
@allowed(anyone)
def live(_request: ActorRequest) -> HttpResponse:
    """The process answers; says nothing about what it depends on."""
    return JsonResponse({"status": "ok"})


@require_safe
@allowed(anyone)
def ready(_request: ActorRequest) -> HttpResponse:
    """Whether visitors may be sent here: 503 when not; degraded says what to look after."""
    status, findings = look(now=timezone.now())
    answer = {"status": status, "findings": {name: asdict(one) for name, one in findings.items()}}
    return JsonResponse(answer, status=503 if status == "failing" else 200)
