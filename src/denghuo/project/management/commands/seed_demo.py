"""``denghuo seed_demo``: fill a database marked as demo with made-up people and firms."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.project.demo.acceptance import check_chain
from denghuo.project.demo.seeding import SIZES, seed_region

DEFAULT_SEED = 20_261
BAR_CELLS = 24


class Command(BaseCommand):
    """The same seed and day give the same region."""

    help = "Fill a demo database: made-up people and firms, the same for a seed and a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", choices=sorted(SIZES), default="demo")
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
        parser.add_argument("--today", help="the day facts are counted back from, YYYY-MM-DD")

    def handle(self, *_args: Any, **options: Any) -> None:
        now = timezone.now()
        given = options["today"]
        today = date.fromisoformat(given) if given else day_of(now)
        try:
            summary = seed_region(
                options["size"],
                seed=options["seed"],
                today=today,
                now=now,
                folder=Path(settings.DATA_DIR) / "facts",
                progress=self._tell,
            )
        except RefusalError as refusal:
            raise CommandError(refusal.sentence) from refusal
        check_chain()
        for name, count in summary.items():
            self.stdout.write(f"  {count:>11,}  {name}")

    def _tell(self, step: str, done: int, total: int) -> None:
        """A bar that fills in place on a terminal; in a log, each step once when it is done."""
        full = BAR_CELLS * done // max(1, total)
        line = f"  {'█' * full}{'░' * (BAR_CELLS - full)} {step} {done:,}/{total:,}"
        if self.stdout.isatty():
            self.stdout.write(f"\r{line}", ending="\n" if done >= total else "")
        elif done >= total:
            self.stdout.write(line)
        self.stdout.flush()
