"""What the platform does by the clock."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from denghuo.platform.api_replay import forget_old_answers
from denghuo.platform.audit import verify_chain
from denghuo.platform.audit_heads import FILE_NAME, ForgedHeadError, keep_head, read_heads
from denghuo.platform.files.removing import REMOVE_BYTES, remove_bytes
from denghuo.platform.files.store import SCAN, scan_waiting_file
from denghuo.platform.jobs.queue import enqueue
from denghuo.platform.jobs.registry import JobFailedError, RunningJob, job, scheduled
from denghuo.platform.messages.delivering import deliver, read_receipts
from denghuo.platform.models.jobs import Job, JobState
from denghuo.platform.ratelimit import forget_ended_windows

FINISHED_JOBS_KEPT = timedelta(days=30)
_PURGE_CHUNK = 500
CHECK_CHAIN = "platform.check_chain"


@scheduled("platform.keep_audit_head", every=timedelta(hours=1), atomic=False)
def keep_audit_head(_job: RunningJob) -> None:
    """Write the last audit hash outside the database, where a database thief cannot reach."""
    keep_head(now=timezone.now())


@scheduled("platform.ask_for_chain_check", daily_at=time(3, 40))
def ask_for_chain_check(_job: RunningJob) -> None:
    """Once a night. A job of its own, because a schedule that fails is only armed again, while a
    job that fails stays a dead letter: health says so until somebody has looked."""
    enqueue(CHECK_CHAIN, {}, key=f"{CHECK_CHAIN}:{timezone.localdate().isoformat()}")


@job(CHECK_CHAIN, max_attempts=1, lease=timedelta(hours=2), atomic=False)
def check_chain(_job: RunningJob) -> None:
    """Walk the audit chain and compare it with the heads kept outside."""
    try:
        heads = read_heads(Path(settings.DATA_DIR) / FILE_NAME)
    except ForgedHeadError as forged:
        raise JobFailedError(f"审计链：存在外面的链尾读不通（{forged}）") from None
    broken = verify_chain(heads=heads)
    if broken is not None:
        raise JobFailedError(f"审计链从第 {broken.seq} 行起对不上（{broken.kind}）")


@scheduled("platform.purge_jobs", every=timedelta(hours=6), atomic=False)
def purge_jobs(job: RunningJob) -> None:
    """Remove finished jobs after 30 days, in short transactions.

    Their keys are free again then: whoever relies on a key relies on it for 30 days.
    """
    oldest_kept = timezone.now() - FINISHED_JOBS_KEPT
    removed = 0
    while True:
        old = Job.objects.filter(state=JobState.DONE, finished_at__lt=oldest_kept)
        ids = list(old.values_list("id", flat=True)[:_PURGE_CHUNK])
        if not ids:
            return
        Job.objects.filter(id__in=ids).delete()
        removed += len(ids)
        job.progress(removed, removed)


@job("platform.deliver", max_attempts=24, atomic=False)
def deliver_message(running: RunningJob) -> None:
    """Hand one message to its carrier; half a day of trying, then a person looks."""
    deliver(UUID(running.payload["delivery"]), now=timezone.now())


@job(SCAN, max_attempts=24, atomic=False)
def scan_file(running: RunningJob) -> None:
    """Scan what came while the scanner was away."""
    scan_waiting_file(UUID(running.payload["file"]), now=timezone.now())


@job(REMOVE_BYTES, max_attempts=24)
def remove_bytes_of_file(running: RunningJob) -> None:
    """What no file rests on any more leaves the disk."""
    remove_bytes(str(running.payload["sha256"]))


@scheduled("platform.read_sms_receipts", every=timedelta(minutes=1), atomic=False)
def read_sms_receipts(_job: RunningJob) -> None:
    """What became of the short messages the carrier took."""
    read_receipts(now=timezone.now())


@scheduled("platform.forget_rate_windows", every=timedelta(hours=1))
def forget_rate_windows(_job: RunningJob) -> None:
    """Rows of limits whose time is over say nothing any more."""
    forget_ended_windows(now=timezone.now())


@scheduled("platform.forget_api_answers", every=timedelta(hours=6), atomic=False)
def forget_api_answers(_job: RunningJob) -> None:
    """Answers kept for retries go after two weeks, and their keys are free again."""
    forget_old_answers(now=timezone.now())
