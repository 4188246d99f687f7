"""What the ledger does when another room tells something."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from denghuo.ledger.actions.pay_merging import move_payee
from denghuo.platform.public import RunningJob, on_event


@on_event("people.persons_merged", kind="ledger.follow_merged_person")
def follow_merged_person(running: RunningJob) -> None:
    """Payments follow the person."""
    move_payee(
        survivor_id=UUID(running.payload["survivor"]),
        duplicate_id=UUID(running.payload["duplicate"]),
        now=timezone.now(),
    )
