"""The work of reading an office's file: its headings first, then every row by its mapping.

Each attempt works in a folder of its own and moves whole files to their names at the end; killed
anywhere, it is done again and nothing is left over.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from denghuo.benefits.engines import tables
from denghuo.benefits.engines.checking import (
    DAY_COLUMN,
    ENTITY_COLUMN,
    LINE_COLUMN,
    NAME_COLUMN,
    ErrorList,
    ReadingPlan,
    RowCounts,
    read_file,
    schema_of,
)
from denghuo.benefits.logic.conversions import Trouble
from denghuo.benefits.logic.guessing import Guess, guess_mapping, guesses_of, known_words
from denghuo.benefits.logic.mapping import FileMapping
from denghuo.benefits.logic.row_checks import EFFECTS
from denghuo.benefits.logic.targets import ENTITY
from denghuo.benefits.models import FactImport
from denghuo.benefits.queries.effects import effects_of, facts_of_rows
from denghuo.benefits.queries.imports import (
    ERRORS_FILE,
    RECORDS_ROWS_MAX,
    SAMPLE_FILE,
    TABLE_FILE,
    UNREGISTERED_FILE,
    ImportView,
    import_folder,
    saved_mapping,
    source_path,
    view_of,
)
from denghuo.benefits.queries.tables import subjects_of
from denghuo.benefits.queries.targets import targets
from denghuo.kernel.clock import day_of
from denghuo.kernel.id_number import IdNumber
from denghuo.kernel.table_text import find_headings, headings_at
from denghuo.people.public import person_key
from denghuo.platform.public import TableUnreadableError, first_rows, sheets_of

Progress = Callable[[int, int], None]
_FIRST_ROWS = 100
_SAMPLE_ROWS = 20
_SAVE_SECONDS = 0.5
_WORK = "work-"


class OvertakenError(Exception):
    """The import moved on while this attempt was at work: its result is nobody's."""


def look_at_file(import_id: UUID, *, attempt: int, now: datetime) -> None:
    """Find the headings, keep the first rows, and guess what each column is."""
    row = FactImport.objects.get(pk=import_id)
    if (row.state, row.attempt) != (FactImport.State.RECEIVED, attempt):
        return
    view = view_of(row)
    path = source_path(import_id)
    sheets = sheets_of(path, row.kind)  # type: ignore[arg-type]
    sheet = row.sheet or (sheets[0] if sheets else "")
    rows = first_rows(path, row.kind, sheet, _FIRST_ROWS)  # type: ignore[arg-type]
    known = known_words(targets(), view.subject)
    found = headings_at(rows, row.heading_row) if row.heading_row else find_headings(rows, known)
    below = [(at, each) for at, each in enumerate(rows, start=1) if at > found.row and any(each)]
    if not found.names or not below:
        raise TableUnreadableError(why="没有表头，或者表头下面没有数据。")
    guesses, name = _guess(view, found.names, [each for _, each in below], day_of(now))
    _write_json(import_folder(import_id) / SAMPLE_FILE, below[:_SAMPLE_ROWS])
    FactImport.objects.filter(
        pk=import_id, state=FactImport.State.RECEIVED, attempt=attempt
    ).update(
        sheets=list(sheets),
        sheet=sheet,
        heading_row=found.row,
        headings=list(found.names),
        guesses=[{**each.column.stored(), "why": each.why, "readable": each.readable}
                 for each in guesses],
        mapping=[each.column.stored() for each in guesses],
        mapping_name=name,
        summary={},
        state=FactImport.State.MAPPING,
    )  # fmt: skip


def _guess(
    view: ImportView, headings: tuple[str, ...], rows: list[list[str | None]], today: date
) -> tuple[tuple[Guess, ...], str]:
    saved = saved_mapping(headings=headings, subject=view.subject, office=view.office)
    if saved is not None:
        return guesses_of(FileMapping.from_stored(saved.columns), headings), saved.name
    guesses = guess_mapping(
        headings, rows, targets=targets(), subject=view.subject, office=view.office, today=today
    )
    return guesses, view.office


def _write_json(path: Path, value: object) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    part.replace(path)


def check_file(import_id: UUID, *, attempt: int, progress: Progress, now: datetime) -> None:
    """Read every row, settle what stands twice, find who is registered, and say what would be."""
    row = FactImport.objects.get(pk=import_id)
    if (row.state, row.attempt) != (FactImport.State.CHECKING, attempt):
        return
    view = view_of(row)
    tell = _Teller(import_id, attempt, progress)
    try:
        with _own_folder(import_folder(import_id)) as folder:
            summary, told_on = _check(view, folder, tell, now)
            tell.finish()
            for file in folder.iterdir():
                if file.is_file():
                    file.replace(import_folder(import_id) / file.name)
    except OvertakenError:
        return
    FactImport.objects.filter(
        pk=import_id, state=FactImport.State.CHECKING, attempt=attempt
    ).update(
        state=FactImport.State.CHECKED,
        summary=summary,
        told_on=told_on,
        rows_done=summary["rows"],
        rows_total=summary["rows"],
    )


@contextmanager
def _own_folder(folder: Path) -> Iterator[Path]:
    # Whoever held the lease before us has lost it: what it still writes must not be taken.
    for left in folder.glob(f"{_WORK}*"):
        shutil.rmtree(left, ignore_errors=True)
    own = folder / f"{_WORK}{uuid4().hex[:12]}"
    own.mkdir(mode=0o700)
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


class _Teller:
    """Writes how far the check is, twice a second at most, and notices when it is nobody's."""

    def __init__(self, import_id: UUID, attempt: int, progress: Progress) -> None:
        self._rows = FactImport.objects.filter(
            pk=import_id, attempt=attempt, state=FactImport.State.CHECKING
        )
        self._progress = progress
        self._saved = 0.0

    def __call__(self, done: int, total: int | None = None) -> None:
        if time.monotonic() - self._saved < _SAVE_SECONDS:
            return
        self._saved = time.monotonic()
        if not self._rows.update(rows_done=done, rows_total=total):
            raise OvertakenError
        self._progress(done, total or done)

    def finish(self) -> None:
        """The last word before the files are put in place."""
        if not self._rows.exists():
            raise OvertakenError


def plan_of(view: ImportView, *, today: date) -> ReadingPlan:
    """How the import's file is to be read."""
    return ReadingPlan(
        path=source_path(view.id),
        kind=view.kind,  # type: ignore[arg-type]
        sheet=view.sheet,
        heading_row=view.heading_row,
        headings=view.headings,
        mapping=view.mapping,
        targets=targets(),
        subject=view.subject,
        today=today,
        key_of=lambda number: person_key(IdNumber(number)),
    )


def _check(
    view: ImportView, folder: Path, tell: _Teller, now: datetime
) -> tuple[dict[str, Any], date | None]:
    plan = plan_of(view, today=day_of(now))
    rows_path = folder / "rows.parquet"
    with (folder / ERRORS_FILE).open("w", encoding="utf-8", newline="") as file:
        errors = ErrorList(file, view.subject)
        counts = read_file(plan, out=rows_path, errors=errors, tell=tell)
        settling = _Settling(view, plan, errors, tell, counts)
        with tables.engine(folder) as connection:
            settling.take_repeats(tables.find_repeats(connection, rows_path))
            told = told_of(view)
            settling.good = tables.write_table(
                settling.kept(tables.settled_rows(connection)),
                schema=schema_of(plan),
                out=folder / TABLE_FILE,
                told=told,
            )
        settling.write_unregistered(folder / UNREGISTERED_FILE)
    rows_path.unlink()
    shutil.rmtree(folder / "spill", ignore_errors=True)
    return settling.summary(), settling.last_day or view.observed_on


def told_of(view: ImportView) -> dict[str, str]:
    """What a table says of where it came from."""
    return {
        "import": str(view.id),
        "office": view.office,
        "legal_basis": view.legal_basis,
        "observed_on": view.observed_on.isoformat() if view.observed_on else "",
        "file_digest": view.file_digest,
        "subject": view.subject,
        "area": view.area.code,
        "mapping": view.mapping.text(),
    }


class _Settling:
    """The second look at the rows: doubled, unregistered, of another area; what they would do."""

    def __init__(
        self,
        view: ImportView,
        plan: ReadingPlan,
        errors: ErrorList,
        tell: _Teller,
        counts: RowCounts,
    ) -> None:
        self.view, self.plan, self.errors, self.tell, self.counts = (
            view, plan, errors, tell, counts,
        )  # fmt: skip
        self.key = next(each.heading for each in plan.mapping.columns if each.target == ENTITY)
        self.repeats_equal = self.repeats_different = 0
        self.good = self.unregistered = self.outside = self.seen = 0
        self.last_day: date | None = None
        self.effects: dict[str, int] | None = dict.fromkeys(EFFECTS, 0)
        self._unknown: list[pa.RecordBatch] = []

    def take_repeats(self, repeats: Iterator[tables.Repeat]) -> None:
        """Equal repeats are one row; different ones are refused, all of them."""
        for repeat in repeats:
            if repeat.equal:
                self.repeats_equal += repeat.rows - 1
                continue
            self.repeats_different += repeat.rows
            self.counts.refused += repeat.rows
            shown = "、".join(str(line) for line in repeat.lines)
            trouble = Trouble(
                "told_differently",
                "同一个编号在第 {lines} 行写得不一样，都没有收。",
                "请核对哪一行是对的，只留一行。",
                {"lines": shown},
            )
            # In a person's file the key is a digest by now, and says nothing to the office.
            said = repeat.entity if self.view.subject == "firm" else ""
            for line in repeat.lines:
                self.errors.add(line, self.key, said, trouble, is_key=True)

    def kept(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows of the area; what they would do is counted on the way."""
        for batch in batches:
            entities = batch.column(ENTITY_COLUMN).to_pylist()
            known = subjects_of(self.view.subject, entities)
            keep = np.ones(len(entities), np.bool_)
            unknown = np.zeros(len(entities), np.bool_)
            for at, entity in enumerate(entities):
                found = known.get(entity)
                if found is None:
                    unknown[at] = True
                elif found.region is not None and not self.view.area.contains(found.region):
                    keep[at] = False
                    self._refuse_outside(batch, at)
            self._note_unknown(batch, unknown)
            good = batch.filter(pa.array(keep))
            self._note_day(good)
            self._count_effects(good, known)
            self.seen += len(entities)
            self.tell(self.counts.rows, self.counts.rows)
            yield good

    def _refuse_outside(self, batch: pa.RecordBatch, at: int) -> None:
        self.outside += 1
        self.counts.refused += 1
        trouble = Trouble(
            "outside_area",
            "登记地不在这份文件的地区里。",
            "请交给登记地所在的盟市、旗县导入。",
        )
        said = batch.column(ENTITY_COLUMN)[at].as_py() if self.view.subject == "firm" else ""
        line = batch.column(LINE_COLUMN)[at].as_py()
        self.errors.add(line, self.key, said, trouble, is_key=True)

    def _note_unknown(self, batch: pa.RecordBatch, unknown: npt.NDArray[np.bool_]) -> None:
        if not unknown.any():
            return
        self.unregistered += int(unknown.sum())
        names = {ENTITY_COLUMN, LINE_COLUMN, NAME_COLUMN, "division_told", "firm_kind"}
        chosen = [name for name in batch.schema.names if name in names]
        self._unknown.append(batch.filter(pa.array(unknown)).select(chosen))

    def write_unregistered(self, path: Path) -> None:
        """Who is not in the register, by line; nothing where all are."""
        if self._unknown:
            pq.write_table(pa.Table.from_batches(self._unknown), path, compression="zstd")

    def _note_day(self, good: pa.RecordBatch) -> None:
        if DAY_COLUMN in good.schema.names and good.num_rows:
            day = pc.max(good.column(DAY_COLUMN)).as_py()
            self.last_day = max(day, self.last_day or day)

    def _count_effects(self, good: pa.RecordBatch, known: dict[str, Any]) -> None:
        """What the records would become; not for files too long to be written into them."""
        if self.counts.rows > RECORDS_ROWS_MAX:
            self.effects = None
        if self.effects is None:
            return
        facts = facts_of_rows(self.view, good.to_pylist(), known)
        for effect in effects_of(facts):
            self.effects[effect] += 1

    def summary(self) -> dict[str, Any]:
        """The numbers of the page."""
        return {
            "rows": self.counts.rows,
            "refused": self.counts.refused,
            "footers": self.counts.footers,
            "good": self.good,
            "repeats_equal": self.repeats_equal,
            "repeats_different": self.repeats_different,
            "unregistered": self.unregistered,
            "outside": self.outside,
            "errors": self.errors.cells,
            "by_column": {name: dict(each) for name, each in self.errors.by_column.items()},
            "shown": self.errors.shown,
            "effects": self.effects,
            "facts": [each.target for each in self.view.mapping.facts],
        }
