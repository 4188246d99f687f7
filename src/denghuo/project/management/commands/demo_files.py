"""``denghuo demo-files``: files with faults to try on the desks of a demo region."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from denghuo.kernel.clock import day_of
from denghuo.platform.public import is_demo_database
from denghuo.project.demo.case_offices import staff_actor
from denghuo.project.demo.seeding import NotDemoDatabaseError
from denghuo.project.demo.trial_files import NOTES, RETURNED, write_trial_files


class Command(BaseCommand):
    """Made anew at each call: an answer of the bank belongs to the file that waits for it."""

    help = "写出一批有毛病的文件，在演示的工作台上试：部门数据和银行回盘，各有各的结果。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, help="写到哪里；默认在数据目录的 try 里")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not is_demo_database():
            raise CommandError(NotDemoDatabaseError().sentence)
        try:
            treasurer = staff_actor("demo-treasurer")
        except LookupError:
            raise CommandError("演示库里还没有人，请先运行 denghuo demo。") from None
        folder: Path = options["out"] or Path(settings.DATA_DIR) / "try"
        written = write_trial_files(folder, treasurer=treasurer, today=day_of(timezone.now()))
        self.stdout.write(f"{folder}")
        for name in written:
            self.stdout.write(f"  {name}  {NOTES[name]}")
        if RETURNED not in written:
            self.stdout.write("  （没有在银行等答复的付款文件；放行一份再运行，就有回盘。）")
