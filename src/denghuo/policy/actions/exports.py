"""Leaving a trace of lists that leave the house."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.platform.public import Actor, record_audit


def log_export(*, actor: Actor, run_id: UUID, rows: int, now: datetime) -> None:
    """Say who took the rows of a run, and how many there were."""
    with transaction.atomic():
        record_audit(
            actor=actor,
            action="policy.export_rows",
            entity=f"policy.SweepRun:{run_id}",
            detail={"rows": rows},
            at=now,
        )
