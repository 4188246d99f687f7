"""``denghuo ledger check``: are the books whole? Exit code 1 where they are not."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from denghuo.ledger.queries.checking import check_books


class Command(BaseCommand):
    help = "ledger check"

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("check", help="sums, balances, holds, floors, and the database's laws")

    def handle(self, *_args: Any, **_options: Any) -> None:
        found = check_books()
        if found.faults:
            raise CommandError("\n".join(found.faults))
        self.stdout.write(
            f"账是平的：{found.accounts} 个账户，{found.entries} 笔分录，"
            f"{found.postings} 行，{found.holds} 笔冻结。"
        )
