"""What the platform does by the clock."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from denghuo.platform.audit_heads import keep_head
from denghuo.platform.jobs.registry import scheduled
from denghuo.platform.jobs.running import RunningJob
from denghuo.platform.models.jobs import Job, JobState

FINISHED_JOBS_KEPT = timedelta(days=30)
_PURGE_CHUNK = 500


@scheduled("platform.keep_audit_head", every=timedelta(hours=1), atomic=False)
def keep_audit_head(_job: RunningJob) -> None:
    """Write the last audit hash outside the database, where a database thief cannot reach."""
    keep_head(now=timezone.now())


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
