"""Jobs of the policy room: thin, load and call."""

from __future__ import annotations

from datetime import time, timedelta
from uuid import UUID

from django.utils import timezone

from denghuo.platform.public import LeaseLostError, RunningJob, job, scheduled
from denghuo.policy.actions.kernels import PREPARE_KERNELS, prepare_kernels
from denghuo.policy.actions.sweep_care import fail_lost_runs, forget_old_rows
from denghuo.policy.actions.sweep_work import GIVEN_UP, fail_run, run_sweep
from denghuo.policy.actions.sweeps import RUN_SWEEP

_ATTEMPTS_MAX = 5


@job(RUN_SWEEP, max_attempts=_ATTEMPTS_MAX, lease=timedelta(minutes=5), atomic=False)
def sweep_job(running: RunningJob) -> None:
    """Run one sweep; its progress keeps the lease."""
    run_id = UUID(running.payload["run"])
    try:
        run_sweep(run_id, progress=running.progress)
    except LeaseLostError:
        raise  # whoever took it over goes on
    except Exception:
        if running.attempt >= _ATTEMPTS_MAX:
            fail_run(run_id, GIVEN_UP)
        raise


@job(PREPARE_KERNELS, max_attempts=3, lease=timedelta(minutes=10), atomic=False)
def prepare_kernels_now(running: RunningJob) -> None:
    """After a text was published, or a demo region made."""
    prepare_kernels(on=timezone.localdate(), progress=running.progress)


@scheduled(
    "policy.prepare_kernels", daily_at=time(4, 15), lease=timedelta(minutes=10), atomic=False
)
def prepare_kernels_daily(running: RunningJob) -> None:
    """A version that begins to apply today is ready before the offices open."""
    prepare_kernels(on=timezone.localdate(), progress=running.progress)


@scheduled("policy.fail_lost_runs", every=timedelta(minutes=10), atomic=False)
def fail_lost_runs_job(_running: RunningJob) -> None:
    """A run whose worker died for good says so to the officer who waits."""
    fail_lost_runs(now=timezone.now())


@scheduled("policy.forget_old_rows", daily_at=time(3, 40), atomic=False)
def forget_old_rows_job(_running: RunningJob) -> None:
    """Rows about firms and persons are not kept for ever."""
    forget_old_rows(now=timezone.now())
