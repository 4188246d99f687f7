"""``denghuo posts-import``: a list of posts from a file, the way the desk's pages take it.

The same reading, the same check and the same taking in; what the check found is printed before
anything is taken. Exit codes: 0 taken (or checked, with ``--dry-run``), 1 the file was refused,
2 the command was misread (no such source, no such column).
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from django.core.management.base import BaseCommand
from django.utils import timezone

from denghuo.employment.actions.deliveries import (
    confirm_delivery,
    drop_delivery,
    map_columns,
    receive_delivery,
)
from denghuo.employment.actions.delivery_applying import apply_delivery
from denghuo.employment.actions.delivery_reading import check_delivery, look_at_delivery
from denghuo.employment.logic.feeds import COLUMNS, Column, trouble_sentence
from denghuo.employment.pages.delivery_words import check_counts, read_counts, taken_counts
from denghuo.employment.queries.deliveries import (
    DeliveryView,
    delivery_of,
    remarks_of,
    sources_for,
)
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.spreadsheet import table_lines
from denghuo.platform.public import SYSTEM

REFUSED, MISREAD = 1, 2
_CHUNK = 1024 * 1024
_REMARKS_MAX = 10_000


class Command(BaseCommand):
    """Receive, look, map, check, say; then take in."""

    help = "Take a list of posts (.csv, .xlsx, .parquet, .json) of one source in, with a report."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, its source, and what the desk's pages would ask."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="the source's name")
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="COLUMN=HEADING",
            help=f"a column the headings do not tell: {', '.join(COLUMNS)}",
        )
        parser.add_argument("--whole", action="store_true", help="withdraw what is not in the file")
        parser.add_argument("--loss-confirmed", action="store_true", help="even if that is most")
        parser.add_argument("--dry-run", action="store_true", help="check and report only")
        parser.add_argument("--report", type=Path, help="where to write every row's remarks (CSV)")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """The way of one file; a refusal is its sentence and an exit code."""
        source = next((one for one in sources_for(SYSTEM) if one.name == options["source"]), None)
        if source is None:
            self._leave("没有叫这个名字的来源。先在“岗位消息”里登记它。", MISREAD)
            return
        if not options["file"].is_file():
            self._leave("没有这个文件。", MISREAD)
            return
        try:
            columns = _columns(options["column"])
        except ValueError as wrong:
            self._leave(str(wrong), MISREAD)
            return
        try:
            self._bring(source.id, options["file"], columns, options)
        except RefusalError as refused:
            self._leave(refused.sentence, REFUSED)

    def _leave(self, sentence: str, code: int) -> None:
        self.stderr.write(sentence)
        raise SystemExit(code)

    def _bring(
        self,
        source_id: UUID,
        path: Path,
        columns: Mapping[Column, str],
        options: Mapping[str, Any],
    ) -> None:
        delivery_id = receive_delivery(
            actor=SYSTEM,
            source_id=source_id,
            name=path.name,
            chunks=lambda: _chunks(path),
            whole=options["whole"],
            now=timezone.now(),
        )
        try:
            view = self._check(delivery_id, columns, options)
        except BaseException:  # nothing that was not confirmed stays behind
            _put_away(delivery_id)
            raise
        if options["report"] is not None:
            options["report"].write_text(_remarks(view), encoding="utf-8")
        if options["dry_run"]:
            _put_away(delivery_id)
            return
        self._take(view, loss_confirmed=options["loss_confirmed"])

    def _check(
        self, delivery_id: UUID, columns: Mapping[Column, str], options: Mapping[str, Any]
    ) -> DeliveryView:
        look_at_delivery(delivery_id, attempt=0)
        view = delivery_of(SYSTEM, delivery_id)
        if unknown := [one for one in columns.values() if one not in view.headings]:
            self._leave(f"表里没有这一列：{'、'.join(unknown)}", MISREAD)
        chosen = {
            **{
                name: heading
                for name, heading in view.columns.items()
                if heading not in columns.values()
            },
            **columns,
        }
        map_columns(
            actor=SYSTEM,
            delivery_id=delivery_id,
            columns=chosen,
            whole=options["whole"],
            now=timezone.now(),
        )
        view = delivery_of(SYSTEM, delivery_id)
        if view.kind != "json":
            self._say(
                [{"name": COLUMNS[name], "value": heading} for name, heading in chosen.items()]
            )
        check_delivery(delivery_id, attempt=view.attempt, progress=_silent, now=timezone.now())
        view = delivery_of(SYSTEM, delivery_id)
        self._say(check_counts(view))
        self._say(read_counts(view))
        return view

    def _take(self, view: DeliveryView, *, loss_confirmed: bool) -> None:
        try:
            confirm_delivery(
                actor=SYSTEM,
                delivery_id=view.id,
                attempt=view.attempt,
                loss_confirmed=loss_confirmed,
                now=timezone.now(),
            )
        except RefusalError:
            _put_away(view.id)
            raise
        apply_delivery(view.id, progress=_silent, clock=timezone.now)
        self._say(taken_counts(delivery_of(SYSTEM, view.id)))

    def _say(self, rows: Sequence[Mapping[str, Any]]) -> None:
        for one in rows:
            self.stdout.write(f"{one['name']}：{one['value']}")


def _columns(told: Sequence[str]) -> dict[Column, str]:
    columns: dict[Column, str] = {}
    for one in told:
        name, equals, heading = one.partition("=")
        if not equals or name not in COLUMNS or not heading:
            raise ValueError(f"{one}：要写成 列=表头，列是 {', '.join(COLUMNS)} 里的一个。")
        columns[cast("Column", name)] = heading
    return columns


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _put_away(delivery_id: UUID) -> None:
    view = delivery_of(SYSTEM, delivery_id)
    if view.state in ("mapping", "checked"):
        drop_delivery(actor=SYSTEM, delivery_id=delivery_id, now=timezone.now())


def _remarks(view: DeliveryView) -> str:
    headings = ("行", "列", "怎么了", "说明")
    grades = {"refused": "没有收", "held": "先不公开", "noted": "提示"}
    found = remarks_of(view.id, limit=_REMARKS_MAX)
    cells = (
        (
            str(one.line),
            COLUMNS.get(cast("Column", one.column), ""),
            grades[one.grade],
            trouble_sentence(one.code, dict(one.values)),
        )
        for one in found
    )
    return "\ufeff" + "".join(table_lines([headings, *cells]))


def _silent(_done: int, _total: int) -> None:
    """Nobody holds a lease here."""
