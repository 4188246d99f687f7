"""What operators see of the jobs, and what they may do with a dead letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.access import Actor
from denghuo.platform.audit import record_audit
from denghuo.platform.jobs.queue import SCHEDULE_KEY
from denghuo.platform.logic.personal_data import mask_value
from denghuo.platform.models.jobs import Job, JobState

PAGE_LENGTH = 50


class JobNotDeadError(RefusalError):
    """Only a dead letter may be retried or given up."""

    code = "platform.job_not_dead"
    template = "这项任务不在失败列表里，可能已经有人处理了。请刷新再看。"
    status = 409


class NoSuchJobError(RefusalError):
    """There is no job of this number."""

    code = "platform.no_such_job"
    template = "没有这项任务。"
    status = 404


@dataclass(frozen=True, slots=True)
class JobView:
    """One job as a person may see it; the payload is masked."""

    id: int
    kind: str
    state: str
    state_label: str
    is_schedule: bool
    payload: Mapping[str, object]
    run_at: datetime
    attempts: int
    error: str
    progress_done: int
    progress_total: int
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_dead(self) -> bool:
        return self.state == JobState.DEAD

    @property
    def percent(self) -> int | None:
        """Whole percent done, or nothing where the job does not say."""
        if not self.progress_total:
            return None
        return min(100, 100 * self.progress_done // self.progress_total)


@dataclass(frozen=True, slots=True)
class JobPage:
    """One page of jobs, newest first, with the counts of every state."""

    jobs: tuple[JobView, ...]
    state: str
    counts: Mapping[str, int]
    page: int
    pages: int
    total: int


def list_jobs(*, state: str, page: int) -> JobPage:
    """Jobs in one state; an unknown state shows the dead letters."""
    if state not in JobState.values:
        state = JobState.DEAD
    counts = job_counts()
    total = counts[state]
    pages = max(1, -(-total // PAGE_LENGTH))
    page = min(max(1, page), pages)
    start = (page - 1) * PAGE_LENGTH
    rows = Job.objects.filter(state=state).order_by("-id")[start : start + PAGE_LENGTH]
    return JobPage(
        jobs=tuple(_view(row) for row in rows),
        state=state,
        counts=counts,
        page=page,
        pages=pages,
        total=total,
    )


def job_counts() -> dict[str, int]:
    """How many jobs are in each state."""
    found = dict(Job.objects.values_list("state").annotate(number=Count("id")))
    return {state: found.get(state, 0) for state in JobState.values}


def job_view(job_id: int) -> JobView:
    """One job, for a progress page. Raises ``NoSuchJobError``."""
    row = Job.objects.filter(id=job_id).first()
    if row is None:
        raise NoSuchJobError
    return _view(row)


@transaction.atomic
def retry_job(*, actor: Actor, job_id: int) -> None:
    """Give a dead letter all its attempts again. Raises ``JobNotDeadError``."""
    _change_dead(
        job_id,
        state=JobState.READY,
        attempts=0,
        run_at=timezone.now(),
        finished_at=None,
    )
    record_audit(actor=actor, action="platform.retry_job", entity=f"platform.job:{job_id}")


@transaction.atomic
def give_up_job(*, actor: Actor, job_id: int) -> None:
    """Take a dead letter off the list; the row stays. Raises ``JobNotDeadError``."""
    _change_dead(job_id, state=JobState.GIVEN_UP, finished_at=timezone.now())
    record_audit(actor=actor, action="platform.give_up_job", entity=f"platform.job:{job_id}")


def _change_dead(job_id: int, **changes: object) -> None:
    # The state is part of the condition: of two operators who click at once, one is told.
    changed = Job.objects.filter(id=job_id, state=JobState.DEAD).update(**changes)
    if not changed:
        raise JobNotDeadError


def _view(row: Job) -> JobView:
    return JobView(
        id=row.id,
        kind=row.kind,
        state=row.state,
        state_label=str(JobState(row.state).label),
        is_schedule=(row.key or "").startswith(SCHEDULE_KEY),
        payload=cast("Mapping[str, object]", mask_value(row.payload)),
        run_at=row.run_at,
        attempts=row.attempts,
        error=row.error,
        progress_done=row.progress_done,
        progress_total=row.progress_total,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
