"""What the cases room does by the clock."""

from __future__ import annotations

from datetime import time, timedelta

from django.utils import timezone

from denghuo.cases.actions.clearing import clear_old_papers
from denghuo.cases.actions.closing import close_what_is_done
from denghuo.cases.actions.drafts import delete_old_drafts, warn_of_old_drafts
from denghuo.cases.actions.reminding import accept_what_was_left, pay_after_notice, remind
from denghuo.cases.actions.repaying import end_whole_claims
from denghuo.platform.public import SYSTEM, RunningJob, scheduled


@scheduled("cases.accept_by_silence", daily_at=time(8, 40), atomic=False)
def accept_by_silence(_job: RunningJob) -> None:
    """Five working days without a word: it counts as accepted. In the morning, not at night."""
    accept_what_was_left(now=timezone.now())


@scheduled("cases.pay_after_notice", daily_at=time(8, 50), atomic=False)
def go_on_after_notice(_job: RunningJob) -> None:
    """What was shown long enough and met no objection is paid."""
    pay_after_notice(now=timezone.now())


@scheduled("cases.remind", every=timedelta(minutes=30), atomic=False)
def send_reminders(_job: RunningJob) -> None:
    """Looks every half hour; outside office hours it does nothing and the next opening does."""
    remind(now=timezone.now())


@scheduled("cases.close_what_is_done", daily_at=time(9, 10), atomic=False)
def close_done(_job: RunningJob) -> None:
    """Paid, or refused and past the days to appeal; claims of which all came back."""
    now = timezone.now()
    close_what_is_done(now=now)
    end_whole_claims(now=now)


@scheduled("cases.clear_old_papers", daily_at=time(3, 40), atomic=False)
def clear_papers(_job: RunningJob) -> None:
    """Papers whose day has come."""
    clear_old_papers(now=timezone.now())


@scheduled("cases.old_drafts", daily_at=time(9, 20), atomic=False)
def old_drafts(_job: RunningJob) -> None:
    """Forms left half filled in: told of first, in office hours, and deleted two weeks later."""
    now = timezone.now()
    warn_of_old_drafts(now=now)
    delete_old_drafts(actor=SYSTEM, now=now)
