"""Bringing an office's file in: received, its columns named, confirmed, taken back.

Each verb here is short and asks for a job; the work itself is in ``import_reading`` and
``import_applying``.
"""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from django.db import transaction

from denghuo.benefits.access import OFFICER, answers_for_area
from denghuo.benefits.actions.import_refusals import (
    DayAheadError,
    ImportMovedOnError,
    NoRoomForFileError,
    NothingToImportError,
    OfficeUnknownError,
    ReasonNeededError,
    RecordsTooManyError,
    SecondPersonNeededError,
    TooLateToTakeBackError,
)
from denghuo.benefits.logic.mapping import FileMapping, MappingWrongError, check_mapping
from denghuo.benefits.logic.targets import SubjectKind
from denghuo.benefits.models import FactImport, FactMapping
from denghuo.benefits.queries.imports import (
    ImportNotFoundError,
    import_folder,
    imports_folder,
    source_path,
    view_of,
)
from denghuo.benefits.queries.targets import REGISTER_OFFICE, offices, targets
from denghuo.kernel.clock import day_of
from denghuo.kernel.region import Region
from denghuo.kernel.table_text import HEADING_ROWS_MAX, header_digest
from denghuo.platform.public import (
    Actor,
    NotAllowedError,
    TableTooLongError,
    TableUnreadableError,
    enqueue,
    kind_of,
    record_audit,
)

LOOK_AT_FILE = "benefits.look_at_file"
CHECK_FILE = "benefits.check_file"
APPLY_FILE = "benefits.apply_file"
TAKE_BACK_FILE = "benefits.take_back_file"
_JOB_OF_STATE = {
    "received": LOOK_AT_FILE,
    "checking": CHECK_FILE,
    "applying": APPLY_FILE,
    "taking_back": TAKE_BACK_FILE,
}
UPLOAD_MAX_BYTES = 512 * 1024 * 1024
XLSX_MAX_BYTES = 64 * 1024 * 1024
TAKE_BACK_WITHIN = timedelta(days=30)
_MEGABYTE = 1024 * 1024
_PIECE_BYTES = 1024 * 1024
_State = FactImport.State


def receive_file(
    *,
    actor: Actor,
    name: str,
    chunks: Callable[[], Iterable[bytes]],
    subject: SubjectKind,
    office: str,
    legal_basis: str,
    area: Region,
    observed_on: date | None,
    now: datetime,
) -> UUID:
    """Keep a file as it was sent and ask for a look at its headings.

    ``observed_on`` is the day it speaks of, unless a column says so row by row. Raises the
    refusals of this module, ``TableUnreadableError`` and ``TableTooLongError``; then nothing stays.
    """
    if not answers_for_area(actor, area):
        raise NotAllowedError
    if office not in offices(subject):
        raise OfficeUnknownError(field="office")
    _demand_past(observed_on, now)
    import_id = uuid4()
    folder = import_folder(import_id)
    imports_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    try:
        digest, size = _keep(source_path(import_id), chunks)
        kind = kind_of(source_path(import_id))
        _demand_workbook_bounded(kind, size)
        with transaction.atomic():
            FactImport.objects.create(
                id=import_id,
                created_at=now,
                file_name=name[-120:],
                file_digest=digest,
                file_bytes=size,
                kind=kind,
                subject_kind=subject,
                office=office,
                legal_basis=legal_basis.strip()[:200],
                area=area.code,
                observed_on=observed_on,
                uploaded_by=actor.label,
            )
            _ask(import_id, _State.RECEIVED, attempt=0)
            _audit(actor, "benefits.receive_file", import_id, now, bytes=size, kind=kind)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        if error.errno == errno.ENOSPC:
            raise NoRoomForFileError from error
        raise
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return import_id


def choose_headings(
    *, actor: Actor, import_id: UUID, sheet: str, heading_row: int, now: datetime
) -> None:
    """Say on which sheet and row the headings stand; the file is looked at again."""
    with transaction.atomic():
        row = _held(actor, import_id, _State.MAPPING, _State.CHECKED)
        if (row.sheets and sheet not in row.sheets) or not 1 <= heading_row <= HEADING_ROWS_MAX:
            raise MappingWrongError(why=f"表头要在前 {HEADING_ROWS_MAX} 行里，工作表要在名单上。")
        row.sheet, row.heading_row = sheet, heading_row
        _move(row, _State.RECEIVED)
        _audit(actor, "benefits.choose_headings", import_id, now, row=heading_row)


def set_mapping(
    *,
    actor: Actor,
    import_id: UUID,
    mapping: FileMapping,
    observed_on: date | None,
    save_as: str,
    now: datetime,
) -> None:
    """Confirm what each column is and ask for the check of every row.

    The mapping is kept under ``save_as`` as a new version, unless it says what the last one says.
    Raises ``MappingWrongError``, ``ImportMovedOnError``.
    """
    _demand_past(observed_on, now)
    with transaction.atomic():
        row = _held(actor, import_id, _State.MAPPING, _State.CHECKED)
        check_mapping(
            mapping,
            headings=row.headings,
            targets=targets(),
            subject=view_of(row).subject,
            has_day=observed_on is not None,
        )
        row.mapping, row.observed_on = mapping.stored(), observed_on
        row.mapping_name = save_as.strip()[:80] or row.office
        _save_mapping(row, mapping, actor=actor, now=now)
        _move(row, _State.CHECKING)
        _audit(actor, "benefits.set_mapping", import_id, now, columns=len(mapping.columns))


def confirm_import(
    *, actor: Actor, import_id: UUID, mode: str, registers: bool, attempt: int, now: datetime
) -> None:
    """Agree that the good rows become facts, as ``mode`` says.

    ``attempt`` is the check the officer looked at: a newer one is not confirmed unseen. More rows
    than one pair of eyes may answer for are confirmed by somebody else than who brought the file.
    ``registers`` enters unknown firms, and only from the register office's own file.
    """
    with transaction.atomic():
        row = _held(actor, import_id, _State.CHECKED)
        view = view_of(row)
        if row.attempt != attempt:
            raise ImportMovedOnError
        if not view.rows_good:
            raise NothingToImportError
        if view.needs_second_person and actor.label == row.uploaded_by and actor.kind == "staff":
            raise SecondPersonNeededError
        if mode == FactImport.Mode.RECORDS and not view.may_be_records:
            raise RecordsTooManyError
        row.mode = FactImport.Mode(mode)
        row.registers = registers and row.office == REGISTER_OFFICE
        row.confirmed_by = actor.label
        _move(row, _State.APPLYING)
        _audit(
            actor,
            "benefits.confirm_import",
            import_id,
            now,
            mode=mode,
            rows=view.rows_good,
            legal_basis=row.legal_basis,
        )


def drop_import(*, actor: Actor, import_id: UUID, now: datetime) -> None:
    """Put a file away that was not applied; its bytes go at once."""
    with transaction.atomic():
        row = _held(actor, import_id, _State.MAPPING, _State.CHECKED, _State.FAILED)
        if row.failed_in in (_State.APPLYING, _State.TAKING_BACK):
            raise ImportMovedOnError  # some of it is in the records: go on, then take it back
        row.state, row.files_removed_at = _State.DROPPED, now
        row.save(update_fields=["state", "files_removed_at"])
        _audit(actor, "benefits.drop_import", import_id, now)
    shutil.rmtree(import_folder(import_id), ignore_errors=True)


def try_again(*, actor: Actor, import_id: UUID, now: datetime) -> None:
    """Ask again for the step that failed for a reason of ours."""
    with transaction.atomic():
        row = _held(actor, import_id, _State.FAILED)
        if row.failed_in not in _JOB_OF_STATE:
            raise ImportMovedOnError
        state, row.failed_in, row.failure = _State(row.failed_in), "", ""
        _move(row, state)
        _audit(actor, "benefits.try_again", import_id, now)


def take_back(*, actor: Actor, import_id: UUID, reason: str, now: datetime) -> None:
    """Undo an applied import: each fact says again what it said before, unless a newer word came.

    By a second person, within ``TAKE_BACK_WITHIN``; the table is no longer offered to sweeps.
    """
    if not reason.strip():
        raise ReasonNeededError(field="reason")
    with transaction.atomic():
        row = _held(actor, import_id, _State.APPLIED)
        if actor.label == row.confirmed_by:
            raise SecondPersonNeededError
        if row.applied_at is None or now > row.applied_at + TAKE_BACK_WITHIN:
            raise TooLateToTakeBackError(days=TAKE_BACK_WITHIN.days)
        row.taken_back_by, row.taken_back_why = actor.label, reason.strip()[:200]
        _move(row, _State.TAKING_BACK)
        _audit(actor, "benefits.take_back", import_id, now)


def log_look(*, actor: Actor, import_id: UUID, what: str, rows: int, now: datetime) -> None:
    """Say who looked at which rows of a file, before they are shown."""
    with transaction.atomic():
        _audit(actor, "benefits.look_at_rows", import_id, now, what=what, rows=rows)


def _held(actor: Actor, import_id: UUID, *states: str) -> FactImport:
    """The row, locked, in one of the states. Race: two officers press at once; the lock lets the
    second see what the first did, and it is refused."""
    row = FactImport.objects.select_for_update().filter(pk=import_id).first()
    if row is None or not answers_for_area(actor, Region(row.area)):
        raise ImportNotFoundError
    if row.state not in states:
        raise ImportMovedOnError
    return row


def _move(row: FactImport, state: str) -> None:
    row.state, row.attempt = _State(state), row.attempt + 1
    row.rows_done, row.rows_total = 0, None
    row.save()
    _ask(row.pk, state, attempt=row.attempt)


def ask_again(row: FactImport) -> int:
    """The job of a moving import: the one there is, or a new one where it was lost."""
    return _ask(row.pk, row.state, attempt=row.attempt)


def _ask(import_id: UUID, state: str, *, attempt: int) -> int:
    kind = _JOB_OF_STATE[state]
    key = f"{kind}:{import_id}:{attempt}"
    return enqueue(kind, {"import": str(import_id), "attempt": attempt}, key=key)


def _save_mapping(row: FactImport, mapping: FileMapping, *, actor: Actor, now: datetime) -> None:
    last = (
        FactMapping.objects.select_for_update()
        .filter(name=row.mapping_name)
        .order_by("-version")
        .first()
    )
    digest = header_digest(row.headings)
    if last is not None:
        same = FileMapping.from_stored(last.columns).text() == mapping.text()
        if same and (last.headings_digest, last.office) == (digest, row.office):
            return
    FactMapping.objects.create(
        name=row.mapping_name,
        version=last.version + 1 if last else 1,
        subject_kind=row.subject_kind,
        office=row.office,
        headings_digest=digest,
        columns=mapping.stored(),
        saved_by=actor.label,
        created_at=now,
    )


def _keep(path: Path, chunks: Callable[[], Iterable[bytes]]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for chunk in chunks():
            size += len(chunk)
            if size > UPLOAD_MAX_BYTES:  # longer than it said
                raise TableTooLongError(
                    field="file", why=f"最多 {UPLOAD_MAX_BYTES // _MEGABYTE} MB。"
                )
            digest.update(chunk)
            file.write(chunk)
    if not size:
        raise TableUnreadableError(field="file", why="它是空的。")
    return digest.hexdigest(), size


def _demand_workbook_bounded(kind: str, size: int) -> None:
    if kind == "xlsx" and size > XLSX_MAX_BYTES:
        limit = XLSX_MAX_BYTES // _MEGABYTE
        raise TableTooLongError(field="file", why=f".xlsx 最多 {limit} MB，存成 CSV 可以更大。")


def pieces_of(path: Path) -> Iterable[bytes]:
    """A file on this machine in pieces, as an upload comes."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def _demand_past(observed_on: date | None, now: datetime) -> None:
    if observed_on is not None and observed_on > day_of(now):
        raise DayAheadError(field="observed_on", day=observed_on)


def may_prepare(actor: Actor) -> bool:
    """Only officers say what columns mean; reviewers look, confirm and take back."""
    return actor.kind == "system" or OFFICER in actor.roles


def _audit(actor: Actor, action: str, import_id: UUID, now: datetime, **detail: int | str) -> None:
    record_audit(
        actor=actor,
        action=action,
        entity=f"benefits.FactImport:{import_id}",
        detail=detail,
        at=now,
    )
