"""Payment orders follow when two records of one person become one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.kernel.subject import SubjectRef
from denghuo.ledger.models import PayOrder
from denghuo.platform.public import SYSTEM, follow_merge, record_audit, take_audit_turn


@transaction.atomic
def move_payee(*, survivor_id: UUID, duplicate_id: UUID, now: datetime) -> None:
    """Orders to the duplicate become orders to whoever it is in the end; name, account and sum
    stay as they were ordered. Running it again moves nothing."""
    if survivor_id == duplicate_id:
        return
    duplicate = SubjectRef("person", duplicate_id)
    # Before the audit's turn, as in every room that is told of a merge: the other order is a ring.
    final = follow_merge(survivor=SubjectRef("person", survivor_id), duplicate=duplicate, now=now)
    take_audit_turn()
    moved = PayOrder.objects.filter(payee=str(duplicate)).update(payee=str(final), changed_at=now)
    if moved:
        record_audit(
            actor=SYSTEM,
            action="ledger.move_payee",
            subject=final,
            detail={"orders": moved},
            at=now,
        )
