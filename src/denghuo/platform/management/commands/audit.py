"""Verify the audit chain, and keep its head outside the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from denghuo.platform.append_only import is_append_only
from denghuo.platform.audit import chain_head, verify_chain
from denghuo.platform.audit_heads import (
    FILE_NAME,
    ForgedHeadError,
    keep_head,
    read_heads,
    signed_head,
)
from denghuo.platform.logic.audit_chain import BreakKind

TABLE = "platform_auditentry"
MEANINGS: dict[BreakKind, str] = {
    "edited": "its content does not fit its hash: the row was edited",
    "missing": "no row with this number: rows were deleted or renumbered",
    "relinked": "it does not follow the row before it: rows were put in, taken out or moved",
    "head_differs": "it differs from a head kept outside: the chain was computed anew",
    "truncated": "a head kept outside is later than the last row: the end was cut off",
}


class Command(BaseCommand):
    help = "audit verify [--heads FILE] | audit head [--keep]"

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verify = verbs.add_parser("verify", help="walk the chain; name the first broken row")
        verify.add_argument("--heads", type=Path, help=f"kept heads (default: {FILE_NAME})")
        head = verbs.add_parser("head", help="print the last link, signed")
        head.add_argument("--keep", action="store_true", help=f"append it to {FILE_NAME}")

    def handle(self, *_args: Any, verb: str, **options: Any) -> None:
        if verb == "verify":
            self._verify(options["heads"])
        else:
            self._head(keep=options["keep"])

    def _verify(self, file: Path | None) -> None:
        if file is not None and not file.exists():
            raise CommandError(f"no such file: {file}")
        try:
            heads = read_heads(file or Path(settings.DATA_DIR) / FILE_NAME)
        except ForgedHeadError as forged:
            raise CommandError(f"kept heads: {forged}") from forged
        broken = verify_chain(heads=heads)
        if broken is not None:
            raise CommandError(f"row {broken.seq}: {MEANINGS[broken.kind]}")
        if not is_append_only(connection, TABLE):
            raise CommandError("the chain is whole, but its table is no longer append-only")
        head = chain_head()
        self.stdout.write(
            f"whole: {head.seq} rows, {len(heads)} kept heads agree, last hash {head.hash}"
        )

    def _head(self, *, keep: bool) -> None:
        now = timezone.now()
        if keep:
            keep_head(now=now)
        self.stdout.write(signed_head(now=now))
