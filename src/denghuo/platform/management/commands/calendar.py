"""``denghuo calendar``: the work-calendar table."""

from __future__ import annotations

from argparse import FileType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.access import SYSTEM
from denghuo.platform.calendar import (
    import_calendar_year,
    list_calendar_years,
    seed_published_years,
)
from denghuo.platform.logic.calendar_rows import read_calendar_rows

_YEARS = range(2004, 2100)


class Command(BaseCommand):
    """List the years, or import one from the State Council's notice."""

    help = "工作日历：list 列出各年；import FILE --year 2027 --source 文号 导入一年的放假安排。"

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="各年从哪里来，放假和调休各几天")
        actions.add_parser("seed", help="空表时装入软件包里已公布的年份")
        one = actions.add_parser(
            "import", help="CSV：day,is_working,name；一行一个不同于平常的日子"
        )
        one.add_argument("file", type=FileType(encoding="utf-8-sig"))
        one.add_argument("--year", type=int, required=True)
        one.add_argument("--source", required=True, help="通知的名称和文号")
        one.add_argument("--provisional", action="store_true", help="还没公布，只是估计")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["action"] == "list":
            self._list()
        elif options["action"] == "seed":
            self.stdout.write(f"装入 {seed_published_years(now=timezone.now())} 年")
        else:
            self._import(options)

    def _list(self) -> None:
        for year in list_calendar_years():
            status = "已公布" if year.published else "暂定"
            self.stdout.write(
                f"{year.year} {status} 放假 {year.days_off} 天，"
                f"调休上班 {year.days_worked_in_return} 天。{year.source}"
            )

    def _import(self, options: dict[str, Any]) -> None:
        year = options["year"]
        if year not in _YEARS:
            raise CommandError(f"年份应在 {_YEARS.start} 到 {_YEARS.stop - 1} 之间")
        with options["file"] as lines:
            try:
                rows = read_calendar_rows(lines, year=year)
            except RefusalError as refused:
                raise CommandError(refused.sentence) from None
            except UnicodeDecodeError:
                raise CommandError("文件不是 UTF-8 编码。请另存为 UTF-8 后再导入。") from None
        import_calendar_year(
            actor=SYSTEM,
            year=year,
            rows=rows,
            source=options["source"],
            published=not options["provisional"],
            now=timezone.now(),
        )
        self.stdout.write(f"已导入 {year} 年 {len(rows)} 天。暂定的期限会重新计算。")
