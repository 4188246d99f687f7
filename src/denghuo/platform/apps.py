"""The platform as a Django app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.core.signals import got_request_exception
from django.utils.module_loading import autodiscover_modules

from denghuo.platform.logs import configure_logs
from denghuo.platform.middleware import note_fault


class PlatformConfig(AppConfig):
    name = "denghuo.platform"
    label = "platform"
    verbose_name = "平台"

    def ready(self) -> None:
        configure_logs()
        got_request_exception.connect(note_fault, dispatch_uid="platform.note_fault")
        import_module("denghuo.platform.checks")  # needs the models, so not before now
        # Every room's jobs and event subscribers are known before anything is enqueued.
        autodiscover_modules("tasks", "receivers")
