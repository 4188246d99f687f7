"""What the policy room does when another room tells something."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from denghuo.platform.public import RunningJob, on_event
from denghuo.policy.actions.merging import move_facts


@on_event("people.persons_merged", kind="policy.follow_merged_person")
def follow_merged_person(running: RunningJob) -> None:
    """Facts and disputes follow the person."""
    move_facts(
        survivor_id=UUID(running.payload["survivor"]),
        duplicate_id=UUID(running.payload["duplicate"]),
        now=timezone.now(),
    )
