"""What the platform holds of a person follows when two records of one person become one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from denghuo.kernel.subject import SubjectRef
from denghuo.platform.access import SYSTEM
from denghuo.platform.audit import record_audit
from denghuo.platform.models.files import StoredFile
from denghuo.platform.models.messages import Message


@transaction.atomic
def move_to_survivor(*, survivor: SubjectRef, duplicate: SubjectRef, now: datetime) -> None:
    """Letters and files of the duplicate become the survivor's, read or unread as they were.

    A file that both brought stays where it is: the survivor has the same bytes. Audit rows stay
    too, being history; the page of looks reads both. Running it again moves nothing.
    """
    letters = Message.objects.filter(to=str(duplicate)).update(to=str(survivor))
    own = StoredFile.objects.filter(owner=str(survivor)).values("sha256")
    files = (
        StoredFile.objects.filter(owner=str(duplicate))
        .exclude(sha256__in=own)
        .update(owner=str(survivor))
    )
    if letters or files:
        record_audit(
            actor=SYSTEM,
            action="platform.move_to_survivor",
            subject=survivor,
            detail={"letters": letters, "files": files},
            at=now,
        )
