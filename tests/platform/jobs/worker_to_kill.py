"""A worker process for the tests that kill it: short leases, and jobs that leave traces."""

from __future__ import annotations

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from denghuo.platform.access import SYSTEM  # noqa: E402  after Django is set up
from denghuo.platform.audit import record_audit  # noqa: E402
from denghuo.platform.jobs import queue  # noqa: E402
from denghuo.platform.jobs.registry import RunningJob, job  # noqa: E402
from denghuo.platform.worker import Worker  # noqa: E402

LEASE = timedelta(seconds=1)
queue.CLAIM_LEASE = LEASE
TRACES = Path(os.environ["TRACES"])


@job("test.effect", lease=LEASE)
def effect(running: RunningJob) -> None:
    """An effect in the database; the pause leaves time to be killed half-way."""
    record_audit(actor=SYSTEM, action="test.effect", entity=f"test.thing:{running.payload['n']}")
    time.sleep(0.002)


@job("test.call", lease=LEASE, atomic=False)
def call(running: RunningJob) -> None:
    """An effect outside the database, under our own id: doing it twice is the same thing."""
    (TRACES / f"call-{running.key}").touch()
    time.sleep(0.002)


@job("test.slow", lease=timedelta(minutes=1), atomic=False)
def slow(_running: RunningJob) -> None:
    (TRACES / "slow-begun").touch()
    time.sleep(0.5)
    (TRACES / "slow-ended").touch()


worker = Worker(threads=2, poll_seconds=0.05)
signal.signal(signal.SIGTERM, lambda *_: worker.stop())
worker.run()
