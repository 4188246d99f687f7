"""Prepare a demo region and serve it; the second time it only serves."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from denghuo.platform.marks import DatabaseInUseError, is_demo_database, mark_as_demo
from denghuo.platform.models.mark import DeploymentMark

SEEDED = "seeded"


class Command(BaseCommand):
    help = "Prepare a demo region (made-up people, throw-away secrets) and serve it."
    requires_system_checks: list[str] = []  # serve runs them, when the database is there

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--size", choices=["test", "demo", "full"], default="demo")
        parser.add_argument("--prepare-only", action="store_true", help="do not serve")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("start it as: denghuo demo   (it sets its own environment)")
        self._step("tables", "migrate", verbosity=0, interactive=False)
        try:
            mark_as_demo(at=timezone.now())
        except DatabaseInUseError as refused:
            raise CommandError(refused.sentence) from refused
        self._step("translations", "compile_translations", verbosity=0)
        self._seed(options["size"])
        if not options["prepare_only"]:
            call_command("serve", host=options["host"], port=options["port"])

    def _seed(self, size: str) -> None:
        """Once: the mark is written when the seeding has ended, so a broken one starts again."""
        if DeploymentMark.objects.filter(name=SEEDED).exists():
            self._say("the demo region is filled already")
            return
        if not is_demo_database():
            raise CommandError("made-up people never go into a database of real ones")
        if self._step("people, firms and places of the demo region", "seed_demo", size=size):
            DeploymentMark.objects.get_or_create(name=SEEDED)

    def _step(self, what: str, command: str, **options: Any) -> bool:
        """Run one command; whether this release has it."""
        if command not in get_commands():
            self._say(f"{what}: left out, this release has no command {command}")
            return False
        started = time.monotonic()
        self._say(f"{what} …")
        call_command(command, **options)
        self._say(f"{what}: done in {time.monotonic() - started:.1f} s")
        return True

    def _say(self, sentence: str) -> None:
        self.stdout.write(f"» {sentence}")
        self.stdout.flush()
