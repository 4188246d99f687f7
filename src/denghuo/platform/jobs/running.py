"""Run one claimed job: begin, call its handler, finish or fail."""

from __future__ import annotations

import random
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Literal

import structlog
from django.db import transaction

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.jobs import queue
from denghuo.platform.jobs.queue import ClaimedJob
from denghuo.platform.jobs.registry import (
    JobFailedError,
    JobKind,
    LeaseLostError,
    RunningJob,
    UnknownJobKindError,
    kind_of,
)
from denghuo.platform.logic.backoff import delay_seconds
from denghuo.platform.logic.personal_data import mask_text

Outcome = Literal["done", "retried", "dead", "lost"]
Clock = Callable[[], datetime]
UNKNOWN_KIND_ATTEMPTS_MAX = 8

_log = structlog.get_logger("denghuo.jobs")


def run_job(claimed: ClaimedJob, *, clock: Clock) -> Outcome:
    """Run one job to its outcome; never raises what the handler raised."""
    try:
        kind = kind_of(claimed.kind)
    except UnknownJobKindError:
        return _fail_unknown(claimed, clock=clock)
    if claimed.attempts >= kind.attempts_max:
        queue.bury(claimed, now=clock(), error="the worker died while running it")
        return _say(claimed, "dead")
    if not queue.begin(claimed, now=clock(), lease=kind.lease):
        return _say(claimed, "lost")
    running = RunningJob(
        id=claimed.id,
        kind=claimed.kind,
        key=claimed.key,
        payload=claimed.payload,
        attempt=claimed.attempts + 1,
        keep=lambda done, total: queue.renew(
            claimed, now=clock(), lease=kind.lease, done=done, total=total
        ),
    )
    try:
        _call(kind, running, claimed, clock=clock)
    except LeaseLostError:
        return _say(claimed, "lost")
    except Exception as raised:  # noqa: BLE001  whatever it is becomes the job's error
        return _fail(claimed, kind, raised, clock=clock)
    return _say(claimed, "done")


def _call(kind: JobKind, running: RunningJob, claimed: ClaimedJob, *, clock: Clock) -> None:
    if not kind.atomic:
        kind.handler(running)
        if not queue.finish(claimed, now=clock()):
            raise LeaseLostError
        return
    with transaction.atomic():
        kind.handler(running)
        # In the same transaction: the effect and the mark stand or fall together.
        if not queue.finish(claimed, now=clock()):
            raise LeaseLostError


def _fail(claimed: ClaimedJob, kind: JobKind, raised: Exception, *, clock: Clock) -> Outcome:
    error = _describe(raised)
    failed = claimed.attempts + 1
    now = clock()
    if failed >= kind.attempts_max:
        buried = queue.bury(claimed, now=now, error=error)
        return _say(claimed, "dead" if buried else "lost", error)
    return _retry(claimed, failed, error, now=now)


def _fail_unknown(claimed: ClaimedJob, *, clock: Clock) -> Outcome:
    """An older or newer release may know the kind: wait for it, then leave it to a person."""
    now = clock()
    error = "no handler is registered for this kind"
    if claimed.attempts + 1 >= UNKNOWN_KIND_ATTEMPTS_MAX:
        queue.bury(claimed, now=now, error=error)
        return _say(claimed, "dead", error)
    if not queue.begin(claimed, now=now, lease=queue.CLAIM_LEASE):
        return _say(claimed, "lost")
    return _retry(claimed, claimed.attempts + 1, error, now=now)


def _retry(claimed: ClaimedJob, failed: int, error: str, *, now: datetime) -> Outcome:
    wait = delay_seconds(failed, jitter=random.random())  # noqa: S311  spread, not secrecy
    kept = queue.retry_later(claimed, run_at=now + timedelta(seconds=wait), error=error)
    return _say(claimed, "retried" if kept else "lost", error)


def _describe(raised: Exception) -> str:
    """Type and place, without the message unless it was written to be read (no personal data)."""
    if isinstance(raised, JobFailedError):
        return mask_text(str(raised))[:500]
    if isinstance(raised, RefusalError):
        return raised.code
    frames = traceback.extract_tb(raised.__traceback__)
    place = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(raised).__name__}{place}"


def _say(claimed: ClaimedJob, outcome: Outcome, error: str = "") -> Outcome:
    log = _log.info if outcome == "done" else _log.warning
    log("job", job=claimed.id, kind=claimed.kind, outcome=outcome, error=error)
    return outcome
