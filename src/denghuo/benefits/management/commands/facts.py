"""``denghuo facts import``: an office's file from the command line, from headings to facts.

Exit codes: 0 done, 1 the file or the mapping is refused, 3 done with rows set aside (they are
counted, and listed where ``--errors`` says).
"""

from __future__ import annotations

import shutil
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from denghuo.benefits.actions.import_applying import apply_import
from denghuo.benefits.actions.import_reading import check_file, look_at_file
from denghuo.benefits.actions.imports import (
    confirm_import,
    drop_import,
    pieces_of,
    receive_file,
    set_mapping,
)
from denghuo.benefits.logic.mapping import FileMapping, MappingWrongError
from denghuo.benefits.queries.imports import ERRORS_FILE, ImportView, import_of, mapping_named
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.people.public import find_staff
from denghuo.platform.public import SYSTEM, Actor

REFUSED = 1
ROWS_SET_ASIDE = 3


class Command(BaseCommand):
    """Bring an office's file in."""

    help = "Bring in files of facts from other offices."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One verb, with what a page would ask."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        brought = verbs.add_parser("import", help="read a file by a saved mapping and apply it")
        brought.add_argument("file", type=Path, help=".csv, .xlsx or .parquet")
        brought.add_argument("--mapping", default="", help="a saved one; none: as guessed")
        brought.add_argument("--office", required=True, help="who sent it, e.g. 社会保险登记")
        brought.add_argument("--basis", required=True, help="the legal basis for using it")
        brought.add_argument("--subject", choices=["firm", "person"], default="firm")
        brought.add_argument("--area", default="15", help="division code whose subjects it holds")
        brought.add_argument("--observed-on", type=date.fromisoformat, default=None)
        brought.add_argument("--mode", choices=["records", "table"], default="table")
        brought.add_argument("--register", action="store_true", help="enter firms nobody knows")
        brought.add_argument("--officer", default="", help="login of who answers for it")
        brought.add_argument("--errors", type=Path, help=".csv for the rows set aside")
        brought.add_argument("--dry-run", action="store_true", help="check, say, put away")

    def handle(self, *_args: Any, **options: Any) -> None:
        """A refusal is its sentence on the error stream and exit code 1."""
        try:
            refused = self._import(options)
        except RefusalError as error:
            raise CommandError(error.sentence, returncode=REFUSED) from error
        except OSError as error:
            sentence = f"读不了文件“{error.filename}”：{error.strerror}。"
            raise CommandError(sentence, returncode=REFUSED) from error
        if refused:
            sentence = f"有 {refused} 行没有收。"
            raise CommandError(sentence, returncode=ROWS_SET_ASIDE)

    def _import(self, options: dict[str, Any]) -> int:
        actor, file = _officer(options["officer"]), options["file"]
        now = timezone.now()
        import_id = receive_file(
            actor=actor,
            name=file.name,
            chunks=lambda: pieces_of(file),
            subject=options["subject"],
            office=options["office"],
            legal_basis=options["basis"],
            area=Region.read(options["area"]),
            observed_on=options["observed_on"],
            now=now,
        )
        try:
            view = self._checked(actor, import_id, options)
        except RefusalError:
            self._put_away(actor, import_id)
            raise
        self._say(view)
        if options["errors"]:
            shutil.copyfile(view.file(ERRORS_FILE), options["errors"])
        if options["dry_run"]:
            self._put_away(actor, import_id)
        else:
            self._apply(actor, view, options)
        return int(view.summary["refused"])

    def _checked(self, actor: Actor, import_id: UUID, options: dict[str, Any]) -> ImportView:
        look_at_file(import_id, attempt=0, now=timezone.now())
        view = import_of(actor, import_id)
        mapping, name = view.mapping, view.mapping_name
        if options["mapping"]:
            saved = mapping_named(options["mapping"])
            if saved is None:
                raise MappingWrongError(why=f"没有叫“{options['mapping']}”的对照。")
            mapping, name = FileMapping.from_stored(saved.columns), saved.name
        for column in mapping.columns:
            self.stdout.write(f"{column.heading} → {column.target}（{column.how}）")
        set_mapping(
            actor=actor,
            import_id=import_id,
            mapping=mapping,
            observed_on=options["observed_on"],
            save_as=name,
            now=timezone.now(),
        )
        attempt = import_of(actor, import_id).attempt
        check_file(import_id, attempt=attempt, progress=_silent, now=timezone.now())
        return import_of(actor, import_id)

    def _say(self, view: ImportView) -> None:
        said = view.summary
        self.stdout.write(
            f"读到 {said['rows']:,} 行：能导入 {said['good']:,}，没有收 {said['refused']:,}，"
            f"重复 {said['repeats_equal']:,}，不在名册 {said['unregistered']:,}。"
        )
        for each in said["shown"][:10]:
            self.stdout.write(f"  第 {each['line']} 行 {each['heading']}：{each['why']}")

    def _apply(self, actor: Actor, view: ImportView, options: dict[str, Any]) -> None:
        confirm_import(
            actor=actor,
            import_id=view.id,
            mode=options["mode"],
            registers=options["register"],
            attempt=view.attempt,
            now=timezone.now(),
        )
        apply_import(view.id, progress=_silent, clock=timezone.now)
        done = import_of(actor, view.id)
        counts = "，".join(f"{name} {count:,}" for name, count in sorted(done.counts.items()))
        self.stdout.write(f"已导入 {done.table_rows:,} 行。{counts}")

    def _put_away(self, actor: Actor, import_id: UUID) -> None:
        if import_of(actor, import_id).state in ("mapping", "checked"):
            drop_import(actor=actor, import_id=import_id, now=timezone.now())


def _officer(login: str) -> Actor:
    """Who answers for it; the house itself where nobody is named."""
    if not login:
        return SYSTEM
    found = find_staff(login)
    if found is None or not found.active:
        raise CommandError(f"没有“{login}”这个账号。", returncode=REFUSED)
    return Actor(
        kind="staff", staff_id=found.id, name=found.name, roles=found.roles, area=found.area
    )


def _silent(_done: int, _total: int) -> None:
    """Nobody waits for a lease."""
