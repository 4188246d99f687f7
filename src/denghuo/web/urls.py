"""Routes of the shell."""

from __future__ import annotations

from django.urls import path

from denghuo.web.pages import design, home, preferences

urlpatterns = [
    path("", home.home, name="home"),
    path("desk/", home.desk, name="desk"),
    path("design/", design.design, name="design"),
    path("manifest.webmanifest", home.manifest, name="web_manifest"),
    path("preferences/elder/", preferences.set_elder, name="web_set_elder"),
    path("preferences/theme/", preferences.set_theme, name="web_set_theme"),
    path("preferences/language/", preferences.set_language, name="web_set_language"),
]
