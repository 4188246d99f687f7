"""What the platform holds of a person follows when two records of one person become one."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from denghuo.kernel.subject import SubjectRef
from denghuo.platform.access import SYSTEM
from denghuo.platform.audit import record_audit
from denghuo.platform.models.files import StoredFile
from denghuo.platform.models.merged import MergedSubject
from denghuo.platform.models.messages import Message

_MERGE_LOCK = 0x64683033


@transaction.atomic
def move_to_survivor(*, survivor: SubjectRef, duplicate: SubjectRef, now: datetime) -> None:
    """Letters and files of the duplicate become the survivor's, read or unread as they were.

    Tellings come in any order, each perhaps more than once: where the survivor has been merged
    on since, what the duplicate held goes to whoever it is in the end. A file that both brought
    stays where it is: the survivor has the same bytes. Audit rows stay too, being history; the
    page of looks reads both. Running it again moves nothing.
    """
    if survivor == duplicate:
        return
    final = str(follow_merge(survivor=survivor, duplicate=duplicate, now=now))
    letters = Message.objects.filter(to=str(duplicate)).update(to=final)
    own = StoredFile.objects.filter(owner=final, removed_at=None).values("sha256")
    theirs = StoredFile.objects.filter(owner=str(duplicate), removed_at=None)
    files = theirs.exclude(sha256__in=own).update(owner=final)
    if letters or files:
        record_audit(
            actor=SYSTEM,
            action="platform.move_to_survivor",
            subject=SubjectRef.read(final),
            detail={"letters": letters, "files": files},
            at=now,
        )


def follow_merge(*, survivor: SubjectRef, duplicate: SubjectRef, now: datetime) -> SubjectRef:
    """Write down whose record became whose; returns whom the duplicate has become in the end.

    For every room that moves what it holds of a person; to be called inside its transaction. Until
    that ends nobody else is told of a merge: of two tellings that share a person, each would miss
    what the other moves. Tellings come in any order. A duplicate told of twice, with two
    survivors, was merged on in between: whichever telling is kept leads to the end, since the one
    survivor's own merge is told as well.
    """
    _one_at_a_time()
    MergedSubject.objects.update_or_create(
        duplicate=str(duplicate),
        defaults={"survivor": str(survivor)},
        create_defaults={"survivor": str(survivor), "created_at": now},
    )
    seen, final = {str(duplicate)}, str(survivor)
    while True:
        seen.add(final)
        onward = MergedSubject.objects.filter(duplicate=final).values_list("survivor", flat=True)
        following = onward.first()
        if following is None or following in seen:  # a ring told in error is not run in
            return SubjectRef.read(final)
        final = following


def _one_at_a_time() -> None:
    """On the embedded engine the transaction is the only writer already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_MERGE_LOCK])
