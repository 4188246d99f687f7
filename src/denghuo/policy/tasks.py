"""Jobs of the policy room: thin, load and call."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from denghuo.platform.public import RunningJob, job
from denghuo.policy.actions.sweeps import RUN_SWEEP, run_sweep


@job(RUN_SWEEP, max_attempts=5, lease=timedelta(minutes=2), atomic=False)
def sweep_job(running: RunningJob) -> None:
    """Run one sweep; its progress keeps the lease."""
    run_sweep(UUID(running.payload["run"]), progress=running.progress)
