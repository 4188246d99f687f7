"""``extract_translations``: bring the catalogues up to date with what the code and pages say."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from denghuo.web.translations import LANGUAGES, update_catalogue


class Command(BaseCommand):
    """Run after sentences change; what is translated stays, what is no longer said goes."""

    help = "Find every sentence and update the English and Mongolian catalogues."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        for language in LANGUAGES:
            total, missing = update_catalogue(language)
            self.stdout.write(f"{language}: {total} sentences, {missing} without translation")
