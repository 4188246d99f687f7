"""``denghuo places load``: fill divisions, history, points and boundaries."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from denghuo.kernel.refusal import RefusalError
from denghuo.places.public import load_divisions
from denghuo.places.queries.divisions import resolve_code
from denghuo.platform.public import SYSTEM


class Command(BaseCommand):
    """Places from the command line."""

    help = "load: fill the divisions from the data packages; resolve: follow an old code"

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("load", help="fill or refresh divisions, history and boundaries")
        resolve = verbs.add_parser("resolve", help="what became of a division code")
        resolve.add_argument("code")
        resolve.add_argument("--on", help="a day on which the code was in use, YYYY-MM-DD")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            if options["verb"] == "load":
                self._load()
            else:
                self._resolve(options["code"], options["on"])
        except RefusalError as refusal:
            raise CommandError(refusal.sentence) from refusal

    def _load(self) -> None:
        started = time.monotonic()

        def tell(step: str, done: int, total: int) -> None:
            self.stdout.write(f"{step} {done}/{total}")
            self.stdout.flush()

        report = load_divisions(actor=SYSTEM, progress=tell)
        counts = report.in_force
        self.stdout.write(
            f"盟市 {counts['league']}，旗县区 {counts['banner']}，"
            f"苏木乡镇街道 {counts['township']}。"
            f"新增 {sum(report.added.values())} 行，更新 {sum(report.changed.values())} 行，"
            f"停用 {report.closed} 行，用时 {time.monotonic() - started:.1f} 秒。"
        )

    def _resolve(self, code: str, on: str | None) -> None:
        resolution = resolve_code(code, date.fromisoformat(on) if on else None)
        for line in resolution.lines():
            self.stdout.write(line)
