"""The platform as a Django app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PlatformConfig(AppConfig):
    name = "denghuo.platform"
    label = "platform"
    verbose_name = "平台"

    def ready(self) -> None:
        # Every room's jobs and event subscribers are known before anything is enqueued.
        autodiscover_modules("tasks", "receivers")
