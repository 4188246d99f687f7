"""Can this process do its work? Looked at by load balancers and by operators."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max

from denghuo.platform.audit import chain_head
from denghuo.platform.audit_heads import FILE_NAME
from denghuo.platform.models.jobs import Job, JobState, WorkerHeartbeat

Status = Literal["ok", "degraded", "failing"]
WORKER_SILENT_AFTER = timedelta(seconds=45)
HEAD_OLD_AFTER = timedelta(hours=3)
DISK_FREE_MB_MIN = 200
_TAIL_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. ``degraded`` serves on; ``failing`` must not be sent visitors."""

    status: Status
    value: int | str | None = None


def look(*, now: datetime) -> tuple[Status, dict[str, Finding]]:
    """Everything that is looked at, and the worst of it."""
    findings: dict[str, Finding] = {"database": _guarded(_database)}
    findings["disk_free_mb"] = _disk()
    if findings["database"].status == "ok":
        findings["migrations_waiting"] = _guarded(_migrations)
        findings["worker_seconds_silent"] = _guarded(lambda: _worker(now))
        findings["dead_letters"] = _guarded(_dead_letters)
        findings["audit_head_seconds_old"] = _guarded(lambda: _audit_head(now))
    statuses = {finding.status for finding in findings.values()}
    worst: Status = "ok"
    if statuses & {"failing"}:
        worst = "failing"
    elif statuses & {"degraded"}:
        worst = "degraded"
    return worst, findings


def _guarded(looking: Callable[[], Finding]) -> Finding:
    try:
        return looking()
    except DatabaseError as lost:
        # The type alone: a message may name hosts and accounts.
        return Finding("failing", type(lost).__name__)


def _database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return Finding("ok", connection.vendor)


def _disk() -> Finding:
    folder = Path(settings.DATA_DIR)
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free // 1_000_000
    return Finding("ok" if free >= DISK_FREE_MB_MIN else "failing", free)


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return Finding("failing" if waiting else "ok", waiting)


def _worker(now: datetime) -> Finding:
    seen = WorkerHeartbeat.objects.aggregate(last=Max("seen_at"))["last"]
    if seen is None:
        return Finding("degraded", None)
    silent = now - seen
    return Finding(
        "degraded" if silent > WORKER_SILENT_AFTER else "ok", int(silent.total_seconds())
    )


def _dead_letters() -> Finding:
    dead = Job.objects.filter(state=JobState.DEAD).count()
    return Finding("degraded" if dead else "ok", dead)


def _audit_head(now: datetime) -> Finding:
    """Age of the last head kept outside; an empty chain has none to keep."""
    kept = _last_kept(Path(settings.DATA_DIR) / FILE_NAME)
    if kept is None:
        return Finding("ok" if chain_head().seq == 0 else "degraded", None)
    age = now - kept
    return Finding("degraded" if age > HEAD_OLD_AFTER else "ok", int(age.total_seconds()))


def _last_kept(file: Path) -> datetime | None:
    try:
        with file.open("rb") as opened:
            opened.seek(max(0, file.stat().st_size - _TAIL_BYTES))
            lines = opened.read().splitlines()
        return datetime.fromisoformat(json.loads(lines[-1])["kept_at"])
    except (OSError, ValueError, KeyError, IndexError):
        return None
