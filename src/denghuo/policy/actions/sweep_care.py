"""Looking after runs: the lost ones are said to be lost, the old ones' rows are removed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from denghuo.platform.public import SYSTEM, enqueue, job_view, record_audit
from denghuo.policy.actions.sweep_work import GIVEN_UP, fail_run
from denghuo.policy.actions.sweeps import RUN_SWEEP
from denghuo.policy.models import SweepRun
from denghuo.policy.queries.sweeps import run_folder, runs_folder

# Long enough to check a season's sweep and to answer objections against it; the sums stay.
ROWS_KEPT = timedelta(days=90)
# An upload whose run was never asked for, or a piece of one, was given up by then.
_STRAY_KEPT = timedelta(days=1)
_ENDED_JOBS = frozenset({"dead", "given_up", "done"})


def fail_lost_runs(*, now: datetime) -> int:
    """Say "not done" of runs whose job has given up; returns how many.

    A worker that is killed at every attempt never reaches a line of ours that could say so.
    A run whose job was never kept (restored from a backup) gets one again.
    """
    lost = 0
    waiting = SweepRun.objects.filter(state__in=["queued", "running"], created_at__lt=now)
    for run_id in waiting.values_list("id", flat=True):
        job_id = enqueue(RUN_SWEEP, {"run": str(run_id)}, key=f"{RUN_SWEEP}:{run_id}")
        if job_view(job_id).state in _ENDED_JOBS:
            fail_run(run_id, GIVEN_UP)
            lost += 1
    return lost


def forget_old_rows(*, now: datetime) -> int:
    """Remove the files of runs that ended long ago, and strays; returns how many runs.

    The files go first and the mark after them: killed in between, the next time finds no file
    and only marks.
    """
    old = SweepRun.objects.filter(
        Q(finished_at__lt=now - ROWS_KEPT) | Q(state="cancelled", finished_at__lt=now),
        files_removed_at__isnull=True,
    )
    ended = list(old.values_list("id", flat=True))
    for run_id in ended:
        shutil.rmtree(run_folder(run_id), ignore_errors=True)
    for stray in _strays(before=now - _STRAY_KEPT):
        if stray.is_dir():
            shutil.rmtree(stray, ignore_errors=True)
        else:
            stray.unlink(missing_ok=True)
    if ended:
        with transaction.atomic():
            SweepRun.objects.filter(id__in=ended).update(files_removed_at=now)
            record_audit(
                actor=SYSTEM,
                action="policy.forget_old_rows",
                detail={"runs": len(ended)},
                at=now,
            )
    return len(ended)


def _strays(*, before: datetime) -> Iterator[Path]:
    """Whatever lies among the runs' folders and belongs to no run."""
    if not runs_folder().is_dir():
        return
    known = {str(run_id) for run_id in SweepRun.objects.values_list("id", flat=True)}
    for path in runs_folder().iterdir():
        changed = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
        if path.name not in known and changed < before:
            yield path
