"""The platform as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "denghuo.platform"
    label = "platform"
    verbose_name = "平台"
