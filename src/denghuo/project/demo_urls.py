"""Routes that only the demo region has."""

from __future__ import annotations

from django.urls import path
from django.urls.resolvers import URLPattern

from denghuo.project.pages import trial_files

demo_urlpatterns: list[URLPattern] = [
    path("demo/files/", trial_files.listing, name="project_demo_files"),
    path("demo/files/<str:name>", trial_files.download, name="project_demo_file"),
]
