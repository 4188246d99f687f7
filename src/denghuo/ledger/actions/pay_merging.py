"""Payment orders follow when two records of one person become one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.kernel.subject import SubjectRef
from denghuo.ledger.models import PayOrder
from denghuo.platform.public import SYSTEM, record_audit, take_audit_turn


@transaction.atomic
def move_payee(*, survivor_id: UUID, duplicate_id: UUID, now: datetime) -> None:
    """Orders to the duplicate become orders to the survivor; name, account and sum stay as they
    were ordered. Running it again moves nothing."""
    take_audit_turn()
    survivor = SubjectRef("person", survivor_id)
    moved = PayOrder.objects.filter(payee=str(SubjectRef("person", duplicate_id))).update(
        payee=str(survivor), changed_at=now
    )
    if moved:
        record_audit(
            actor=SYSTEM,
            action="ledger.move_payee",
            subject=survivor,
            detail={"orders": moved},
            at=now,
        )
