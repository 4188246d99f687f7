"""Keep a file, scan it, read it by right.

Bytes first, row after: a row always finds its bytes, also in a backup taken meanwhile. Bytes
without a row (a process died in between) harm nobody and are taken over by the next upload of
the same file. How a file is taken away again is in ``removing``.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Protocol
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.access import Actor, acts_within
from denghuo.platform.audit import record_audit, record_look_up
from denghuo.platform.files.places import place_of, take_bytes_turn
from denghuo.platform.files.scanner import ScannerAwayError, scanner
from denghuo.platform.jobs.queue import enqueue
from denghuo.platform.logic.file_kinds import (
    DOCUMENT_KINDS,
    MEGABYTE,
    FileTooLargeError,
    Kind,
    check_content,
    kind_by_ending,
)
from denghuo.platform.logic.file_names import clean_file_name, file_ending
from denghuo.platform.models.files import StoredFile

HOUSE = "house"
OWN, UNDER_MANDATE = "本人查看", "受委托代办"
SCAN = "platform.scan_file"
_IN_MEMORY_BYTES = 2 * MEGABYTE


class NoSuchFileError(RefusalError):
    """There is no such file, or the actor may not read it."""

    code = "platform.no_such_file"
    template = "没有这个文件，或者您不能看它。"
    status = 404


class FileInfectedError(RefusalError):
    """The scanner knows what is in it."""

    code = "platform.file_infected"
    template = "这个文件里有病毒，没有收下。请先用杀毒软件检查您的电脑或手机，再换一份传。"


class FileWaitingError(RefusalError):
    """The scanner has not seen it yet."""

    code = "platform.file_waiting"
    template = "这个文件还在做安全检查，过几分钟再看。文件没有丢。"
    status = 409


class Upload(Protocol):
    """What Django calls an uploaded file: a name and pieces of bytes."""

    @property
    def name(self) -> str | None:
        """What the person calls it."""

    def chunks(self) -> Iterable[bytes]:
        """The bytes, in pieces."""


@dataclass(frozen=True, slots=True)
class FileView:
    """One kept file, without its bytes."""

    id: UUID
    owner: SubjectRef | None
    name: str
    content_type: str
    size_bytes: int
    sha256: str
    scan_state: str
    created_at: datetime


# Given the actor and the file, the purpose for which the actor may read it; empty: may not.
ReadingRight = Callable[[Actor, FileView], str]
_reading_rights: list[ReadingRight] = []


def store_file(
    *,
    actor: Actor,
    owner: SubjectRef | None,
    upload: Upload,
    kinds: tuple[Kind, ...] = DOCUMENT_KINDS,
    now: datetime | None = None,
) -> FileView:
    """Check, scan and keep one file of ``owner`` (``None``: of the administration).

    The same bytes brought again by the same owner are the same file, under its first name.
    Raises the refusals of ``logic.file_kinds`` and ``FileInfectedError``; then nothing is
    kept. When the scanner is away the file is kept, and cannot be read until it was scanned.
    """
    now = now or timezone.now()
    name = clean_file_name(upload.name or "")
    ending = file_ending(name)
    claimed = kind_by_ending(ending, kinds)
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as content:
        sha256, size = _receive(upload, content, bytes_max=claimed.bytes_max)
        check_content(content, claimed=claimed, ending=ending, size=size)
        try:
            verdict = scanner().scan(content)
        except ScannerAwayError:
            verdict = None
        if verdict == "infected":
            raise FileInfectedError
        _keep_bytes(content, sha256=sha256, size=size)
        return _keep_row(
            StoredFile(
                owner=str(owner or HOUSE),
                sha256=sha256,
                size_bytes=size,
                content_type=claimed.content_type,
                name=name,
                scan_state="clean" if verdict else "waiting",
                scanned_at=now if verdict else None,
                created_at=now,
            ),
            content,
            actor=actor,
            now=now,
        )


def may_read_files(right: ReadingRight) -> ReadingRight:
    """Let a room say which files its staff may read, and for what (use as a decorator).

    The platform knows the owner only; who works on an owner's case is known where cases are.
    """
    if right not in _reading_rights:
        _reading_rights.append(right)
    return right


def read_file(*, actor: Actor, file_id: UUID, now: datetime | None = None) -> FileView:
    """The file, if the actor may read it now; a look by anybody but the owner is recorded.

    Raises ``NoSuchFileError``, ``FileWaitingError``.
    """
    live = StoredFile.objects.filter(id=file_id, removed_at=None)
    row = live.exclude(scan_state="infected").first()
    if row is None:
        raise NoSuchFileError
    file = _view(row)
    purpose = _purpose(actor, file)
    if not purpose:
        raise NoSuchFileError
    if file.owner is not None and file.owner != actor.person:
        record_look_up(actor=actor, subject=file.owner, what=("file",), purpose=purpose, at=now)
    if row.scan_state != "clean":
        raise FileWaitingError
    return file


def open_file(file: FileView) -> IO[bytes]:
    """The bytes, to be streamed; the caller closes. Ask ``read_file`` first.

    Raises ``NoSuchFileError`` for a file removed in between.
    """
    try:
        opened: IO[bytes] = default_storage.open(place_of(file.sha256))
    except FileNotFoundError:
        raise NoSuchFileError from None
    return opened


def scan_waiting_file(file_id: UUID, *, now: datetime) -> None:
    """Scan a file that came while the scanner was away. Raises ``ScannerAwayError``."""
    row = StoredFile.objects.filter(id=file_id, scan_state="waiting", removed_at=None).first()
    if row is None:
        return
    with default_storage.open(place_of(row.sha256)) as content:
        verdict = scanner().scan(content)
    # The bytes are the same for every owner, and so is the verdict.
    StoredFile.objects.filter(sha256=row.sha256, scan_state="waiting").update(
        scan_state=verdict, scanned_at=now
    )
    if verdict == "infected":
        default_storage.delete(place_of(row.sha256))


def _purpose(actor: Actor, file: FileView) -> str:
    """For what the actor may read the file; empty if they may not."""
    if file.owner is None and actor.kind == "staff":
        return OWN
    if actor.kind == "resident" and file.owner is not None:
        if file.owner == actor.person:
            return OWN
        if acts_within(actor, file.owner, "documents"):
            return UNDER_MANDATE
    return next((said for right in _reading_rights if (said := right(actor, file))), "")


def _receive(upload: Upload, content: IO[bytes], *, bytes_max: int) -> tuple[str, int]:
    """Copy the pieces; stop at the limit, whatever length the sender announced."""
    digest, size = hashlib.sha256(), 0
    for piece in upload.chunks():
        size += len(piece)
        if size > bytes_max:
            raise FileTooLargeError(limit=bytes_max // MEGABYTE)
        digest.update(piece)
        content.write(piece)
    return digest.hexdigest(), size


def _keep_bytes(content: IO[bytes], *, sha256: str, size: int) -> None:
    """Save under the hash, once.

    Two uploads of the same bytes at once: the storage gives the second another name, and the
    second's copy is removed. A copy cut short by a crash is seen by its length and replaced.
    """
    place = place_of(sha256)
    if default_storage.exists(place):
        if default_storage.size(place) == size:
            return
        default_storage.delete(place)
    content.seek(0)
    saved = default_storage.save(place, File(content))
    if saved != place:
        default_storage.delete(saved)


@transaction.atomic
def _keep_row(row: StoredFile, content: IO[bytes], *, actor: Actor, now: datetime) -> FileView:
    # The last file with these bytes may have been removed since they were found to lie there.
    take_bytes_turn(row.sha256)
    _keep_bytes(content, sha256=row.sha256, size=row.size_bytes)
    kept = _insert_once(row) or _insert_once(row)
    if kept is None:  # removed twice while it was brought once
        raise NoSuchFileError
    if kept.id != row.id:
        if kept.scan_state != "clean" and row.scan_state == "clean":
            # Brought again after the scanner came back, or learned better.
            kept.scan_state, kept.scanned_at = "clean", now
            kept.save(update_fields=["scan_state", "scanned_at"])
        return _view(kept)
    record_audit(
        actor=actor,
        action="platform.store_file",
        subject=None if row.owner == HOUSE else SubjectRef.read(row.owner),
        entity=f"platform.stored_file:{row.id}",
        detail={"type": row.content_type, "bytes": row.size_bytes, "scan": row.scan_state},
        at=now,
    )
    if row.scan_state == "waiting":
        enqueue(SCAN, {"file": str(row.id)}, key=f"{SCAN}:{row.id}")
    return _view(kept)


def _insert_once(row: StoredFile) -> StoredFile | None:
    """One owner in two tabs: the unique pair of owner and hash lets one row in.

    ``None`` when the row that was in the way has just been removed.
    """
    StoredFile.objects.bulk_create([row], ignore_conflicts=True)
    return StoredFile.objects.filter(owner=row.owner, sha256=row.sha256, removed_at=None).first()


def _view(row: StoredFile) -> FileView:
    return FileView(
        id=row.id,
        owner=None if row.owner == HOUSE else SubjectRef.read(row.owner),
        name=row.name,
        content_type=row.content_type,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        scan_state=row.scan_state,
        created_at=row.created_at,
    )
