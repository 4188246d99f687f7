"""Take a file away: its row at once, its bytes an hour after the commit.

The row stays as a tombstone: that these bytes (by their hash) were kept, whose, and until when.
A process killed at any moment leaves either the file whole, or a tombstone and a job that still
takes the bytes. The bytes wait an hour because a backup copies the database first and the files
after it: one that has just read the row still finds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction

from denghuo.kernel.subject import SubjectRef
from denghuo.platform.access import Actor
from denghuo.platform.audit import record_audit
from denghuo.platform.files.places import place_of, take_bytes_turn
from denghuo.platform.files.store import HOUSE, NoSuchFileError
from denghuo.platform.jobs.queue import enqueue
from denghuo.platform.models.files import StoredFile

REMOVE_BYTES = "platform.remove_bytes"
BYTES_KEPT = timedelta(hours=1)

# Given a file's id, whether a room still rests something on it.
FileNeed = Callable[[UUID], bool]
_needs: list[FileNeed] = []


def needs_file(need: FileNeed) -> FileNeed:
    """Let a room say which files it still needs (use as a decorator): those are not removed.

    The same bytes brought by one owner are one file, so two rooms may rest on it unknowingly.
    """
    if need not in _needs:
        _needs.append(need)
    return need


@transaction.atomic
def hold_file(file_id: UUID) -> None:
    """Keep the file from being removed until the transaction, which will point to it, ends.

    Raises ``NoSuchFileError`` when it has been removed.
    """
    if not StoredFile.objects.select_for_update().filter(id=file_id, removed_at=None).exists():
        raise NoSuchFileError


@transaction.atomic
def remove_file(*, actor: Actor, file_id: UUID, now: datetime) -> bool:
    """Remove a file nobody needs any more; from the commit on nobody can open it.

    The room that calls has asked whether the actor may. False, and nothing done, when a room
    still needs it; removed before is removed. The same bytes of another owner stay. Raises
    ``NoSuchFileError``.
    """
    return remove_files(actor=actor, file_ids=[file_id], now=now) == 1


@transaction.atomic
def remove_files(*, actor: Actor, file_ids: Iterable[UUID], now: datetime) -> int:
    """The same for several; how many are gone now. Raises ``NoSuchFileError`` for none of ours.

    All are locked before the first is recorded: whoever holds a file and waits to record
    something would otherwise wait for us, and we for them.
    """
    wanted = set(file_ids)
    rows = list(StoredFile.objects.select_for_update().filter(id__in=wanted).order_by("id"))
    if len(rows) != len(wanted):
        raise NoSuchFileError
    return sum(_remove(row, actor=actor, now=now) for row in rows)


def _remove(row: StoredFile, *, actor: Actor, now: datetime) -> bool:
    if row.removed_at is not None:
        return True
    if any(need(row.id) for need in _needs):
        return False
    # The name goes with the file: people write in it who they are and what they have.
    row.removed_at, row.name = now, ""
    row.save(update_fields=["removed_at", "name"])
    enqueue(
        REMOVE_BYTES,
        {"sha256": row.sha256},
        key=f"{REMOVE_BYTES}:{row.id}",
        run_at=now + BYTES_KEPT,
    )
    record_audit(
        actor=actor,
        action="platform.remove_file",
        subject=None if row.owner == HOUSE else SubjectRef.read(row.owner),
        entity=f"platform.stored_file:{row.id}",
        detail={"type": row.content_type, "bytes": row.size_bytes},
        at=now,
    )
    return True


@transaction.atomic
def remove_bytes(sha256: str) -> bool:
    """Delete bytes that no file rests on any more; True if nothing rests on them.

    Killed after the deletion and before the commit, it runs again and finds them gone. Race: the
    same bytes are brought meanwhile. Whoever writes their row has the turn, and puts them back
    if we were first.
    """
    take_bytes_turn(sha256)
    held = StoredFile.objects.filter(sha256=sha256, removed_at=None).exclude(scan_state="infected")
    if held.exists():
        return False
    default_storage.delete(place_of(sha256))
    return True
