"""Copy the embedded database and the stored files into one file, also while it serves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from denghuo.platform.audit_heads import FILE_NAME, keep_head
from denghuo.platform.backup import BackupError, Places, make_backup

POSTGRES_BACKUP = (
    "This site runs on PostgreSQL. Back it up with PostgreSQL's own tool:\n"
    '  pg_dump --format=custom --file=denghuo.dump "$DENGHUO_DATABASE_URL"\n'
    f"and copy the folders files/ and {FILE_NAME} of DENGHUO_DATA_DIR beside it."
)


class Command(BaseCommand):
    help = "Back the embedded database and the files up into one file; safe while it serves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, help="file to write (default: backups/ of the data)")

    def handle(self, *_args: Any, to: Path | None, **_options: Any) -> None:
        if connection.vendor != "sqlite":
            raise CommandError(POSTGRES_BACKUP)
        now = timezone.now()
        keep_head(now=now)
        folder = Path(settings.DATA_DIR) / "backups"
        target = to or folder / f"denghuo-{timezone.localtime(now):%Y%m%d-%H%M%S}.tar.gz"
        try:
            sums = make_backup(places_of_this_site(), target, now=now)
        except BackupError as refused:
            raise CommandError(str(refused)) from refused
        size = target.stat().st_size / 1_000_000
        self.stdout.write(f"{target}  {size:.1f} MB, {len(sums)} parts, integrity ok")
        self.stdout.write(
            "Not in it: the keys DENGHUO_IDENTITY_KEY and DENGHUO_LOOKUP_KEY. Keep them elsewhere."
        )


def places_of_this_site() -> Places:
    """Where this installation keeps its data."""
    return Places(
        database=Path(str(connection.settings_dict["NAME"])),
        files=Path(settings.MEDIA_ROOT),
        heads=Path(settings.DATA_DIR) / FILE_NAME,
    )
