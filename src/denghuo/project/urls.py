"""All routes. Each room brings its own; the order is the floor order from the top."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

_ROOMS_WITH_ROUTES = (
    "platform",
    "people",
    "places",
    "policy",
    "ledger",
    "cases",
    "benefits",
    "employment",
    "measures",
    "api",
    "web",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"denghuo.{room}.urls"))
    for room in _ROOMS_WITH_ROUTES
    if find_spec(f"denghuo.{room}.urls")
]

if settings.DEMO:
    # What makes the demo's files is loaded nowhere else.
    from denghuo.project.demo_urls import demo_urlpatterns

    urlpatterns += demo_urlpatterns

handler400 = "denghuo.platform.pages.refusals.bad_request"
handler403 = "denghuo.platform.pages.refusals.forbidden"
handler404 = "denghuo.platform.pages.refusals.not_found"
handler500 = "denghuo.platform.pages.refusals.our_fault"
