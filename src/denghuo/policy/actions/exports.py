"""Leaving a trace of what is read from runs: lists that leave the house, rows that are opened."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.platform.public import Actor, lookup_digest, record_audit


def log_export(
    *, actor: Actor, run_id: UUID, rows: int, now: datetime, what: str = "answers"
) -> None:
    """Say who took which rows of a run, and how many there were."""
    with transaction.atomic():
        record_audit(
            actor=actor,
            action="policy.export_rows",
            entity=f"policy.SweepRun:{run_id}",
            detail={"rows": rows, "what": what},
            at=now,
        )


def log_row_opened(
    *, actor: Actor, run_id: UUID, policy_id: str, entity: str, now: datetime
) -> None:
    """Say who opened one subject's row, before it is shown.

    A file's word for its subject may be an identity number or a firm's code; the audit keeps
    its keyed digest, by which a look at a known subject can be found again.
    """
    with transaction.atomic():
        record_audit(
            actor=actor,
            action="policy.open_row",
            entity=f"policy.SweepRun:{run_id}",
            detail={
                "policy": policy_id,
                "row": lookup_digest(entity, field="policy.sweep_entity").hex()[:24],
            },
            at=now,
        )
