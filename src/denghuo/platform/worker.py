"""The worker process: claims due jobs and runs them until it is told to stop.

It may be killed at any instant: a job that was begun comes back when its lease is over, a
job that was only claimed comes back untouched. Told to stop (SIGTERM), it finishes what it
runs and gives the rest back at once.
"""

from __future__ import annotations

import os
import random
import socket
import threading
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from denghuo.platform.jobs import queue
from denghuo.platform.jobs.running import run_job
from denghuo.platform.models.jobs import WorkerHeartbeat

POLL_SECONDS = 0.5
HEARTBEAT_SECONDS = 10.0
FORGET_HEARTBEATS_AFTER = timedelta(days=1)

_log = structlog.get_logger("denghuo.worker")


def drain(*, now: datetime | None = None, rounds_max: int = 1000) -> int:
    """Run everything that is due, in this thread; how many runs ended. For demos and tests."""
    ended = 0
    for _ in range(rounds_max):
        claimed = queue.claim_due(now=now or timezone.now())
        if not claimed:
            break
        for job in claimed:
            run_job(job, clock=lambda: now or timezone.now())
            ended += 1
    return ended


class Worker:
    """``threads`` runners side by side, so that one long job does not hold up the messages."""

    def __init__(self, *, threads: int = 2, poll_seconds: float = POLL_SECONDS) -> None:
        self.threads = threads
        self.poll_seconds = poll_seconds
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._stop = threading.Event()

    def stop(self) -> None:
        """Ask for a clean end; safe to call from a signal handler."""
        self._stop.set()

    def run(self) -> None:
        """Work until ``stop``; the calling thread keeps the heartbeat."""
        runners = [
            threading.Thread(target=self._run_jobs, name=f"runner-{number}")
            for number in range(self.threads)
        ]
        started_at = timezone.now()
        self._beat(started_at)
        for runner in runners:
            runner.start()
        _log.info("worker_started", worker=self.name, threads=self.threads)
        while not self._stop.wait(HEARTBEAT_SECONDS):
            self._beat(started_at)
        for runner in runners:
            runner.join()
        self._leave()
        _log.info("worker_stopped", worker=self.name)

    def _run_jobs(self) -> None:
        # Runners that wake at different instants find work sooner than runners in step.
        self._stop.wait(random.random() * self.poll_seconds)  # noqa: S311  spread, not secrecy
        try:
            while not self._stop.is_set():
                if not self._one_round():
                    self._stop.wait(self.poll_seconds)
        finally:
            connections.close_all()

    def _one_round(self) -> bool:
        """Claim and run one batch; whether there was any work."""
        try:
            claimed = queue.claim_due(now=timezone.now())
            found_work = bool(claimed)
            while claimed and not self._stop.is_set():
                run_job(claimed.pop(0), clock=timezone.now)
            queue.put_back(claimed)
        except DatabaseError as lost:
            # The database is away or busy: what was claimed comes back by its lease.
            _log.warning("database_unreachable", error=type(lost).__name__)
            close_old_connections()
            return False
        return found_work

    def _beat(self, started_at: datetime) -> None:
        now = timezone.now()
        try:
            queue.arm_schedules(now=now)
            WorkerHeartbeat.objects.update_or_create(
                name=self.name, defaults={"started_at": started_at, "seen_at": now}
            )
            WorkerHeartbeat.objects.filter(seen_at__lt=now - FORGET_HEARTBEATS_AFTER).delete()
        except DatabaseError as lost:
            _log.warning("heartbeat_failed", error=type(lost).__name__)
            close_old_connections()

    def _leave(self) -> None:
        try:
            WorkerHeartbeat.objects.filter(name=self.name).delete()
        except DatabaseError as lost:
            _log.warning("heartbeat_failed", error=type(lost).__name__)
