"""``translations extract`` finds the sentences, ``translations compile`` makes them usable."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from denghuo.web.translations import LANGUAGES, compile_catalogue, update_catalogue


class Command(BaseCommand):
    """Keep the catalogues of English and Mongolian."""

    help = "extract: bring the catalogues up to date; compile: write what Django reads."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=("extract", "compile"))

    def handle(self, *_args: Any, **options: Any) -> None:
        for language in LANGUAGES:
            if options["verb"] == "compile":
                self.stdout.write(f"{language}: {compile_catalogue(language).name}")
                continue
            total, missing = update_catalogue(language)
            self.stdout.write(f"{language}: {total} sentences, {missing} without translation")
