"""What the people room does by the clock."""

from __future__ import annotations

from datetime import time

from django.utils import timezone

from denghuo.people.actions.phone_codes import forget_old_codes
from denghuo.platform.public import RunningJob, scheduled


@scheduled("people.forget_old_codes", daily_at=time(3, 20))
def forget_codes(_job: RunningJob) -> None:
    """Codes sent a week ago say nothing any more."""
    forget_old_codes(now=timezone.now())
