"""Imports as pages and jobs see them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from denghuo.benefits.access import answers_for_area
from denghuo.benefits.logic.mapping import FileMapping
from denghuo.benefits.logic.targets import SubjectKind
from denghuo.benefits.models import FactImport, FactMapping
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.kernel.table_text import header_digest
from denghuo.platform.public import Actor

# Above this, a file is for sweeps: a subject's own records are not written row by row.
RECORDS_ROWS_MAX = 20_000
# Above this, who brought the file does not apply it.
SECOND_PERSON_ROWS = 1_000
LIST_MAX = 200
ERRORS_FILE, TABLE_FILE, UNREGISTERED_FILE = "errors.csv", "table.parquet", "unregistered.parquet"
SAMPLE_FILE = "sample.json"


class ImportNotFoundError(RefusalError):
    """No such import, or not one of the actor's area."""

    code = "benefits.import_not_found"
    template = "没有找到这份文件，或者它不在您负责的地区。"
    status = 404


class ImportFilesGoneError(RefusalError):
    """The file was kept long enough."""

    code = "benefits.import_files_gone"
    template = "这份文件的原件和清单已经按期清理，只留下合计。"
    status = 410


@dataclass(frozen=True, slots=True)
class ImportView:
    """One import."""

    id: UUID
    file_name: str
    file_digest: str
    kind: str
    sheets: tuple[str, ...]
    sheet: str
    heading_row: int
    headings: tuple[str, ...]
    subject: SubjectKind
    office: str
    legal_basis: str
    area: Region
    observed_on: date | None
    told_on: date | None
    uploaded_by: str
    mapping: FileMapping
    mapping_name: str
    guesses: Mapping[str, Mapping[str, Any]]
    state: str
    failure: str
    attempt: int
    rows_done: int
    rows_total: int | None
    summary: Mapping[str, Any]
    mode: str
    registers: bool
    cursor: int
    counts: Mapping[str, int]
    table_digest: str
    table_rows: int
    created_at: datetime
    confirmed_by: str
    applied_at: datetime | None
    taken_back_by: str
    taken_back_at: datetime | None
    taken_back_why: str
    files_removed_at: datetime | None

    @property
    def is_moving(self) -> bool:
        """A job is at work on it."""
        return self.state in ("received", "checking", "applying", "taking_back")

    @property
    def rows_good(self) -> int:
        """The rows that would be, or are, in its table."""
        return int(self.summary.get("good", 0))

    @property
    def needs_second_person(self) -> bool:
        """Too many subjects for one pair of eyes."""
        return self.rows_good > SECOND_PERSON_ROWS

    @property
    def may_be_records(self) -> bool:
        """Few enough to be written into each subject's records."""
        return self.rows_good <= RECORDS_ROWS_MAX

    def file(self, name: str) -> Path:
        """One of its files. Raises ``ImportFilesGoneError``."""
        path = import_folder(self.id) / name
        if not path.exists():
            raise ImportFilesGoneError
        return path


def imports_folder() -> Path:
    """Where files other offices sent are kept while they are worked on."""
    return Path(settings.DATA_DIR) / "fact-imports"


def import_folder(import_id: UUID) -> Path:
    """One import's files."""
    return imports_folder() / str(import_id)


def source_path(import_id: UUID) -> Path:
    """The file as it was sent."""
    return import_folder(import_id) / "source"


def import_of(actor: Actor, import_id: UUID) -> ImportView:
    """One import of the actor's area. Raises ``ImportNotFoundError``."""
    row = FactImport.objects.filter(pk=import_id).first()
    if row is None or not answers_for_area(actor, Region(row.area)):
        raise ImportNotFoundError
    return view_of(row)


def imports_for(actor: Actor, *, state: str = "", text: str = "") -> list[ImportView]:
    """The imports of the actor's area, newest first."""
    rows = in_area(actor).order_by("-created_at")
    if state:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(file_name__icontains=text) | rows.filter(office__icontains=text)
    return [view_of(row) for row in rows[:LIST_MAX]]


def same_file_before(view: ImportView) -> ImportView | None:
    """The same bytes, imported before for the same area and not taken back."""
    rows = FactImport.objects.filter(
        file_digest=view.file_digest, area=view.area.code, state=FactImport.State.APPLIED
    ).exclude(pk=view.id)
    row = rows.order_by("-applied_at").first()
    return view_of(row) if row else None


def sample_rows(view: ImportView) -> list[tuple[int, list[str | None]]]:
    """The first rows of the file as they stand, with their numbers. Log the look first."""
    stored = json.loads(view.file(SAMPLE_FILE).read_text(encoding="utf-8"))
    return [(int(line), list(cells)) for line, cells in stored]


def saved_mapping(*, headings: tuple[str, ...], subject: str, office: str) -> FactMapping | None:
    """The newest mapping for a table with these headings, the same office's first."""
    rows = FactMapping.objects.filter(
        headings_digest=header_digest(headings), subject_kind=subject
    ).order_by("-created_at", "-version")
    return rows.filter(office=office).first() or rows.first()


def mapping_named(name: str) -> FactMapping | None:
    """The newest version of a mapping."""
    return FactMapping.objects.filter(name=name).order_by("-version").first()


def in_area(actor: Actor) -> QuerySet[FactImport]:
    """The imports the actor answers for: ``access.answers_for_area``, said to the database."""
    if actor.kind == "system":
        return FactImport.objects.all()
    if actor.area is None:
        return FactImport.objects.none()
    return FactImport.objects.filter(area__startswith=actor.area.prefix)


def view_of(row: FactImport) -> ImportView:
    """The frozen view of a row."""
    return ImportView(
        id=row.pk,
        file_name=row.file_name,
        file_digest=row.file_digest,
        kind=row.kind,
        sheets=tuple(row.sheets),
        sheet=row.sheet,
        heading_row=row.heading_row,
        headings=tuple(row.headings),
        subject=cast("SubjectKind", row.subject_kind),
        office=row.office,
        legal_basis=row.legal_basis,
        area=Region(row.area),
        observed_on=row.observed_on,
        told_on=row.told_on,
        uploaded_by=row.uploaded_by,
        mapping=FileMapping.from_stored(row.mapping),
        mapping_name=row.mapping_name,
        guesses={each["heading"]: each for each in row.guesses},
        state=row.state,
        failure=row.failure,
        attempt=row.attempt,
        rows_done=row.rows_done,
        rows_total=row.rows_total,
        summary=row.summary,
        mode=row.mode,
        registers=row.registers,
        cursor=row.cursor,
        counts=row.counts,
        table_digest=row.table_digest,
        table_rows=row.table_rows,
        created_at=row.created_at,
        confirmed_by=row.confirmed_by,
        applied_at=row.applied_at,
        taken_back_by=row.taken_back_by,
        taken_back_at=row.taken_back_at,
        taken_back_why=row.taken_back_why,
        files_removed_at=row.files_removed_at,
    )
