"""Jobs of the measures room: thin, load and call."""

from __future__ import annotations

from datetime import time, timedelta

from django.utils import timezone

from denghuo.measures.actions.errands import count_new_errands
from denghuo.platform.public import RunningJob, scheduled


@scheduled(
    "measures.count_errands", daily_at=time(2, 20), lease=timedelta(minutes=30), atomic=False
)
def count_errands_nightly(_running: RunningJob) -> None:
    """Trips, forms and minutes of the cases decided since yesterday."""
    count_new_errands(now=timezone.now())
