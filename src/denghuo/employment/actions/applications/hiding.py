"""A wish or a résumé that was withdrawn vanishes from every firm at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.employment.logic.sharing import FROM_RESUME, FROM_WISH, read_shared, without
from denghuo.employment.logic.sharing import write_shared as written
from denghuo.employment.models import Application
from denghuo.employment.queries.applications import ids_of
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import Actor, record_audit, take_audit_turn


@transaction.atomic
def hide_resume(*, person_id: UUID, actor: Actor, now: datetime) -> int:
    """Erase the résumé from all that was shared with firms; from how many applications."""
    return _hide(FROM_RESUME, person_id=person_id, actor=actor, now=now)


@transaction.atomic
def hide_wish(*, person_id: UUID, actor: Actor, now: datetime) -> int:
    """Erase the wish from all that was shared with firms; from how many applications."""
    return _hide(FROM_WISH, person_id=person_id, actor=actor, now=now)


def _hide(part: str, *, person_id: UUID, actor: Actor, now: datetime) -> int:
    take_audit_turn()
    subject = SubjectRef("person", person_id)
    rows = Application.objects.select_for_update(of=("self",)).filter(
        person_id__in=ids_of(subject), shared__isnull=False
    )
    changed = []
    for row in rows.order_by("pk"):
        left = without(read_shared(row.shared), part)
        if part in row.parts:
            row.shared, row.parts = written(left), sorted(left)
            changed.append(row)
    if changed:
        Application.objects.bulk_update(changed, ["shared", "parts"])
        record_audit(
            actor=actor,
            action="employment.hide_part",
            subject=subject,
            detail={"part": part, "applications": len(changed)},
            at=now,
        )
    return len(changed)
