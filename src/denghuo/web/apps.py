"""The web room in Django's registry."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Layout, components, tokens, languages, home pages."""

    name = "denghuo.web"
    label = "web"
    verbose_name = "界面"
