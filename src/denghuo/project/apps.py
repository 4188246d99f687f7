"""The project room as Django knows it: commands that need every room's door."""

from __future__ import annotations

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Where ``seed_demo`` lives."""

    name = "denghuo.project"
    label = "project"
    verbose_name = "灯火"
