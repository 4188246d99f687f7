"""Run background jobs until told to stop."""

from __future__ import annotations

import gc
import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from denghuo.platform.worker import Worker


class Command(BaseCommand):
    help = "Run background jobs until SIGTERM or Ctrl-C; may be killed at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--threads", type=int, default=2, help="jobs run side by side")

    def handle(self, *_args: Any, threads: int, **_options: Any) -> None:
        # What start-up made stays for good. Each full collection would walk over it again: a
        # fifth of a second every few thousand rows of a season.
        gc.collect()
        gc.freeze()
        worker = Worker(threads=threads)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        worker.run()
