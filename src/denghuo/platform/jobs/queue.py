"""Ask for work, take it, finish it. Every statement here is short and stands alone.

Races, and what decides them:
- two workers claim at once: one UPDATE … RETURNING per engine (the embedded one has a single
  writer; PostgreSQL skips rows another worker has locked);
- a lease runs out while its job still runs: the row carries the claim of whoever took it
  last, and only that claim may finish it, so the slower run's work is rolled back;
- the same thing asked for twice: the unique key; the second ask changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import uuid4

from django.db import connection
from django.db.models import F
from django.utils import timezone

from denghuo.platform.jobs.registry import all_kinds, kind_of, subscribers_of
from denghuo.platform.logic.audit_chain import JsonValue
from denghuo.platform.logic.schedule import next_run
from denghuo.platform.models.jobs import Job, JobState

CLAIM_MAX = 50
_PUBLISH_CHUNK = 500
# Time for a claimed job to wait for its turn behind the others of its batch.
CLAIM_LEASE = timedelta(seconds=60)
SCHEDULE_KEY = "schedule:"


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """One job as its worker holds it. ``attempts`` counts the runs begun before this one."""

    id: int
    kind: str
    key: str | None
    payload: Mapping[str, Any]
    attempts: int
    claim: str


def enqueue(
    kind: str,
    payload: Mapping[str, JsonValue],
    *,
    key: str | None = None,
    run_at: datetime | None = None,
) -> int:
    """Ask for a job; it runs after this transaction commits, never if it does not.

    A ``key`` that was used before (within the time finished jobs are kept) asks for nothing
    and returns the job that is there. The payload holds identifiers, not personal data.
    Raises ``UnknownJobKindError``.
    """
    kind_of(kind)
    wanted = Job(kind=kind, key=key, payload=dict(payload), run_at=run_at or timezone.now())
    if key is None:
        wanted.save(force_insert=True)
        return wanted.id
    Job.objects.bulk_create([wanted], ignore_conflicts=True)
    return Job.objects.values_list("id", flat=True).get(key=key)


def publish(event: str, payload: Mapping[str, JsonValue], *, key: str | None = None) -> list[int]:
    """Enqueue one job for each subscriber of the event (``room.past_participle``)."""
    return [
        enqueue(kind, payload, key=f"{key}:{kind}" if key else None)
        for kind in subscribers_of(event)
    ]


def publish_many(event: str, payloads: Mapping[str, Mapping[str, JsonValue]]) -> None:
    """Publish one event for many things at once: payloads by their key, two statements at most
    for a thousand of them. A key that was published before publishes nothing."""
    now = timezone.now()
    wanted = [
        Job(kind=kind, key=f"{key}:{kind}", payload=dict(payload), run_at=now)
        for kind in subscribers_of(event)
        for key, payload in payloads.items()
    ]
    Job.objects.bulk_create(wanted, ignore_conflicts=True, batch_size=_PUBLISH_CHUNK)


def arm_schedules(*, now: datetime) -> None:
    """Write the row of every scheduled kind that has none yet."""
    rows = [
        Job(
            kind=kind.kind,
            key=SCHEDULE_KEY + kind.kind,
            run_at=next_run(kind.schedule, after=now),
        )
        for kind in all_kinds()
        if kind.schedule is not None
    ]
    known = set(Job.objects.filter(key__startswith=SCHEDULE_KEY).values_list("key", flat=True))
    Job.objects.bulk_create([row for row in rows if row.key not in known], ignore_conflicts=True)
    Job.objects.filter(key__startswith=SCHEDULE_KEY).exclude(
        key__in=[row.key for row in rows]
    ).delete()


_DUE = "run_at <= %s AND (state = 'ready' OR (state = 'running' AND lease_until <= %s))"


def is_any_due(*, now: datetime) -> bool:
    """A look that takes no lock, so that an idle worker disturbs no writer."""
    moment = _as_column(now)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM platform_job WHERE {_DUE} LIMIT 1",  # noqa: S608  constant text
            [moment, moment],
        )
        return cursor.fetchone() is not None


def claim_due(*, now: datetime, limit: int = CLAIM_MAX) -> list[ClaimedJob]:
    """Take up to ``limit`` jobs whose time has come, oldest first; also those of the dead."""
    if not is_any_due(now=now):
        return []
    claim = uuid4().hex
    moment, lease = _as_column(now), _as_column(now + CLAIM_LEASE)
    skip = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    # Materialised: where PostgreSQL runs such a subquery anew for each row it compares, every run
    # skips the rows locked by the one before, and more than the limit are taken.
    sql = (
        "WITH due AS MATERIALIZED "  # noqa: S608  constant text
        f"(SELECT id FROM platform_job WHERE {_DUE} ORDER BY run_at, id LIMIT %s {skip}) "
        "UPDATE platform_job SET state = 'running', lease_until = %s, claim = %s "
        "WHERE id IN (SELECT id FROM due) RETURNING id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [moment, moment, limit, lease, claim])
        taken = [row[0] for row in cursor.fetchall()]
    rows = Job.objects.filter(id__in=taken, claim=claim).order_by("run_at", "id")
    return [ClaimedJob(row.id, row.kind, row.key, row.payload, row.attempts, claim) for row in rows]


def begin(job: ClaimedJob, *, now: datetime, lease: timedelta) -> bool:
    """Count the attempt, durably, before the first line of the handler runs.

    False when the claim was lost meanwhile. Counting here and not at the claim keeps a job
    that kills its worker from using up the attempts of its neighbours in the batch.
    """
    return bool(
        _held(job).update(attempts=F("attempts") + 1, lease_until=now + lease, progress_done=0)
    )


def renew(job: ClaimedJob, *, now: datetime, lease: timedelta, done: int, total: int) -> bool:
    """Write progress and keep the lease; False when the claim was lost."""
    return bool(
        _held(job).update(lease_until=now + lease, progress_done=done, progress_total=total)
    )


def finish(job: ClaimedJob, *, now: datetime) -> bool:
    """Mark done, or arm the schedule again; False when the claim was lost."""
    rearmed = _next_scheduled(job, now=now)
    if rearmed is not None:
        return bool(_release(job, run_at=rearmed, attempts=0, error="", finished_at=now))
    return bool(
        _held(job).update(
            state=JobState.DONE, lease_until=None, claim="", error="", finished_at=now
        )
    )


def retry_later(job: ClaimedJob, *, run_at: datetime, error: str) -> bool:
    """Put back after a failure."""
    return bool(_release(job, run_at=run_at, error=error))


def bury(job: ClaimedJob, *, now: datetime, error: str) -> bool:
    """No more attempts: a dead letter for a person, or the schedule's next time."""
    rearmed = _next_scheduled(job, now=now)
    if rearmed is not None:
        return bool(_release(job, run_at=rearmed, attempts=0, error=error, finished_at=now))
    return bool(
        _held(job).update(
            state=JobState.DEAD, lease_until=None, claim="", error=error, finished_at=now
        )
    )


def put_back(jobs: list[ClaimedJob]) -> None:
    """Give back what was claimed and not begun, when the worker is told to stop."""
    for job in jobs:
        _release(job)


def _held(job: ClaimedJob) -> Any:
    return Job.objects.filter(id=job.id, claim=job.claim, state=JobState.RUNNING)


def _release(job: ClaimedJob, **changes: object) -> int:
    return int(_held(job).update(state=JobState.READY, lease_until=None, claim="", **changes))


def _next_scheduled(job: ClaimedJob, *, now: datetime) -> datetime | None:
    if not (job.key or "").startswith(SCHEDULE_KEY):
        return None
    schedule = kind_of(job.kind).schedule
    return next_run(schedule, after=now) if schedule else None


def _as_column(moment: datetime) -> datetime | str:
    """The parameter form the database's own date columns are compared with."""
    # Django's stubs know the text form of the embedded engine only.
    return cast("datetime | str", connection.ops.adapt_datetimefield_value(moment))
