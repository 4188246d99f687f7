"""Put a backup back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from denghuo.platform.backup import BackupError, restore_backup
from denghuo.platform.management.commands.backup import places_of_this_site

POSTGRES_RESTORE = (
    "This site runs on PostgreSQL. Restore with PostgreSQL's own tool, into an empty database:\n"
    '  pg_restore --no-owner --dbname="$DENGHUO_DATABASE_URL" denghuo.dump\n'
    "and put the folder files/ back into DENGHUO_DATA_DIR."
)


class Command(BaseCommand):
    help = "Restore a backup; never over a database that is there (unless --replace) or in use."
    requires_system_checks: list[str] = []  # there may be no database yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="move the present database and files aside"
        )

    def handle(self, *_args: Any, file: Path, replace: bool, **_options: Any) -> None:
        if connection.vendor != "sqlite":
            raise CommandError(POSTGRES_RESTORE)
        connection.close()
        try:
            moved = restore_backup(file, places_of_this_site(), replace=replace, now=timezone.now())
        except BackupError as refused:
            raise CommandError(str(refused)) from refused
        for aside in moved:
            self.stdout.write(f"kept the former one: {aside}")
        call_command("audit", "verify", stdout=self.stdout)
        self.stdout.write("restored; if this release is newer, run: denghuo migrate")
