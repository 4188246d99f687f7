"""What the ledger does by the clock."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from denghuo.ledger.actions.holds import expire_holds
from denghuo.platform.public import SYSTEM, RunningJob, scheduled


@scheduled("ledger.expire_holds", every=timedelta(minutes=10))
def expire(_job: RunningJob) -> None:
    """What was set aside until a moment is free after it."""
    expire_holds(actor=SYSTEM, now=timezone.now())
