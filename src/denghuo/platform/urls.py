"""Routes of the platform: health for machines, the operators' desk."""

from __future__ import annotations

from django.urls import path

from denghuo.platform.pages import health

urlpatterns = [
    path("health/live", health.live, name="health_live"),
]
