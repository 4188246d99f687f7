"""``denghuo search build|check``: build the index anew, or compare it with the rows."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from denghuo.search.queries.registered import shelf_kinds
from denghuo.search.queries.standing import build_shelf, compare_shelf


class Command(BaseCommand):
    help = "目录：重新建（build），或与数据逐条核对（check）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which work, and on which shelf."""
        parser.add_argument("work", choices=["build", "check"])
        parser.add_argument("--kind", choices=shelf_kinds(), help="只做这一种")

    def handle(self, *_args: Any, work: str, kind: str | None = None, **_options: Any) -> None:
        """One line for each shelf; a difference ends the command with an error."""
        wrong = False
        for one in [kind] if kind else shelf_kinds():
            if work == "build":
                self.stdout.write(f"{one}：{build_shelf(one):,} 条，已建好")
                continue
            compared = compare_shelf(one)
            wrong = wrong or not compared.same
            self.stdout.write(
                f"{one}：{compared.entries:,} 条；缺 {len(compared.missing):,}，"
                f"多 {len(compared.too_many):,}，不同 {len(compared.different):,}"
            )
        if wrong:
            raise CommandError("目录与数据不一致。请运行 denghuo search build 重建。")
