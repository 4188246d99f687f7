"""The people room in Django's registry."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Persons, firms, mandates, staff, signing in."""

    name = "denghuo.people"
    label = "people"
    verbose_name = "人和单位"
