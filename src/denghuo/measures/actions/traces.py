"""Leaving a trace of which rows were opened or taken away, and how many there were."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from denghuo.kernel.period import Period
from denghuo.kernel.region import Region
from denghuo.platform.public import Actor, record_audit


def log_rows_opened(
    *, actor: Actor, what: str, span: Period, area: Region, rows: int, now: datetime
) -> None:
    """Say who opened rows about persons, before they are shown: one row of audit for a page."""
    _log("measures.open_rows", actor, what, span, area, rows, now)


def log_rows_exported(
    *, actor: Actor, what: str, span: Period, area: Region, rows: int, now: datetime
) -> None:
    """Say who took which rows out of the house, and how many."""
    _log("measures.export_rows", actor, what, span, area, rows, now)


def _log(  # noqa: PLR0917 - the two verbs above name each of them
    action: str,
    actor: Actor,
    what: str,
    span: Period,
    area: Region,
    rows: int,
    now: datetime,
) -> None:
    with transaction.atomic():
        record_audit(
            actor=actor,
            action=action,
            entity=f"measures:{what}",
            detail={
                "area": area.code,
                "from": span.start.isoformat(),
                "until": span.until.isoformat() if span.until else None,
                "rows": rows,
            },
            at=now,
        )
