"""Tables that leave the house are written down before their first row goes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from denghuo.platform.public import Actor, record_audit


@transaction.atomic
def log_books_export(*, actor: Actor, what: str, entity: str, rows: int, now: datetime) -> None:
    """Who took which table, and how many rows. ``what`` is ``statement`` or ``trial_balance``."""
    record_audit(
        actor=actor, action=f"ledger.export_{what}", entity=entity, detail={"rows": rows}, at=now
    )
