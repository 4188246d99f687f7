"""What the ledger does by the clock, and after a file has come."""

from __future__ import annotations

from datetime import time, timedelta
from uuid import UUID

from django.utils import timezone

from denghuo.ledger.actions.bank_files import mark_unanswered
from denghuo.ledger.actions.bank_reading import read_return_file
from denghuo.ledger.actions.bank_returns import READ_RETURN
from denghuo.ledger.actions.holds import expire_holds
from denghuo.platform.public import SYSTEM, RunningJob, job, scheduled


@scheduled("ledger.expire_holds", every=timedelta(minutes=10))
def expire(_job: RunningJob) -> None:
    """What was set aside until a moment is free after it."""
    now = timezone.now()
    while expire_holds(actor=SYSTEM, now=now):
        pass  # a thousand at a time


@job(READ_RETURN, lease=timedelta(minutes=5), atomic=False)
def read_return(running: RunningJob) -> None:
    """Book a bank's answer; its progress keeps the lease."""
    read_return_file(
        return_id=UUID(running.payload["return_file"]),
        now=timezone.now(),
        progress=running.progress,
    )


@scheduled("ledger.mark_unanswered", daily_at=time(5, 20), atomic=False)
def mark_late_answers(_running: RunningJob) -> None:
    """What the bank has not answered in time is shown as unknown before the offices open."""
    mark_unanswered(now=timezone.now())
