"""The site's routes as the demo region has them."""

from __future__ import annotations

from django.urls import include, path

from denghuo.people.urls import demo_urlpatterns as personas
from denghuo.project.demo_urls import demo_urlpatterns

urlpatterns = [*personas, *demo_urlpatterns, path("", include("denghuo.project.urls"))]
