"""What staff take away about sources is written down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from denghuo.platform.public import Actor, record_audit


@transaction.atomic
def log_quality_exported(*, actor: Actor, rows: int, now: datetime) -> None:
    """The report on sources was taken as a table."""
    record_audit(
        actor=actor,
        action="employment.export_quality",
        entity="employment.sources",
        detail={"rows": rows},
        at=now,
    )
