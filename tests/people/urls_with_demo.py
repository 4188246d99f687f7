"""The site's routes as the demo region has them."""

from __future__ import annotations

from django.urls import include, path

from denghuo.people.urls import demo_urlpatterns

urlpatterns = [
    path("", include("denghuo.project.urls")),
    path("", include((demo_urlpatterns, "demo"), namespace=None)),
]
