"""The places room in Django's registry."""

from __future__ import annotations

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Divisions, boundaries, facilities."""

    name = "denghuo.places"
    label = "places"
    verbose_name = "地方"
