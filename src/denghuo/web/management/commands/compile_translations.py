"""``compile_translations``: write the catalogues in the form Django reads."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from denghuo.web.translations import LANGUAGES, compile_catalogue


class Command(BaseCommand):
    """Called at set-up; the compiled files are not committed."""

    help = "Compile the English and Mongolian catalogues."
    requires_system_checks = ()

    def handle(self, *_args: Any, **options: Any) -> None:
        for language in LANGUAGES:
            path = compile_catalogue(language)
            if options["verbosity"]:
                self.stdout.write(f"{language}: {path.name}")
