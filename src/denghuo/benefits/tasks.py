"""Jobs of the benefits room: thin, load and call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from uuid import UUID

from django.utils import timezone

from denghuo.benefits.actions.import_applying import apply_import, fail_import, take_back_import
from denghuo.benefits.actions.import_care import GIVEN_UP, fail_lost_imports, forget_old_files
from denghuo.benefits.actions.import_reading import check_file, look_at_file
from denghuo.benefits.actions.imports import (
    APPLY_FILE,
    CHECK_FILE,
    LOOK_AT_FILE,
    TAKE_BACK_FILE,
)
from denghuo.benefits.actions.reaching import remind_of_accounts
from denghuo.benefits.actions.season_comparing import compare_season
from denghuo.benefits.actions.season_work import ask_lost_seasons, note_failure, work_season
from denghuo.benefits.actions.seasons import COMPARE_SEASON, WORK_SEASON
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import LeaseLostError, RunningJob, job, scheduled

_ATTEMPTS_MAX = 5
_LEASE = timedelta(minutes=10)


def _guarded(running: RunningJob, work: Callable[[UUID], None]) -> None:
    """A refusal is the import's answer; anything else is tried again, and at last said."""
    import_id = UUID(running.payload["import"])
    try:
        work(import_id)
    except LeaseLostError:
        raise  # whoever took it over goes on
    except RefusalError as refused:
        fail_import(import_id, refused.sentence)
    except Exception:
        if running.attempt >= _ATTEMPTS_MAX:
            fail_import(import_id, GIVEN_UP)
        raise


@job(LOOK_AT_FILE, max_attempts=_ATTEMPTS_MAX, lease=_LEASE, atomic=False)
def look_job(running: RunningJob) -> None:
    """Find the headings of a file."""
    attempt = running.payload["attempt"]
    _guarded(running, lambda one: look_at_file(one, attempt=attempt, now=timezone.now()))


@job(CHECK_FILE, max_attempts=_ATTEMPTS_MAX, lease=_LEASE, atomic=False)
def check_job(running: RunningJob) -> None:
    """Check every row of a file."""
    attempt = running.payload["attempt"]
    _guarded(
        running,
        lambda one: check_file(one, attempt=attempt, progress=running.progress, now=timezone.now()),
    )


@job(APPLY_FILE, max_attempts=_ATTEMPTS_MAX, lease=_LEASE, atomic=False)
def apply_job(running: RunningJob) -> None:
    """Write what was confirmed."""
    _guarded(running, lambda one: apply_import(one, progress=running.progress, clock=timezone.now))


@job(TAKE_BACK_FILE, max_attempts=_ATTEMPTS_MAX, lease=_LEASE, atomic=False)
def take_back_job(running: RunningJob) -> None:
    """Put former values back."""
    _guarded(
        running, lambda one: take_back_import(one, progress=running.progress, clock=timezone.now)
    )


@scheduled("benefits.fail_lost_imports", every=timedelta(minutes=10), atomic=False)
def fail_lost_imports_job(_running: RunningJob) -> None:
    """An import whose worker died for good says so to the officer who waits."""
    fail_lost_imports()


@scheduled("benefits.forget_old_files", daily_at=time(3, 50), atomic=False)
def forget_old_files_job(_running: RunningJob) -> None:
    """Originals hold identity numbers; they are not kept for ever."""
    forget_old_files(now=timezone.now())


@job(WORK_SEASON, max_attempts=_ATTEMPTS_MAX, lease=_LEASE, atomic=False)
def work_season_job(running: RunningJob) -> None:
    """The long step of a season that the payload names."""
    season_id = UUID(running.payload["season"])
    try:
        work_season(
            season_id,
            attempt=running.payload["attempt"],
            progress=running.progress,
            clock=timezone.now,
        )
    except LeaseLostError:
        raise  # whoever took it over goes on
    except RefusalError as refused:
        note_failure(season_id, refused.sentence)
        raise
    except Exception:
        if running.attempt >= _ATTEMPTS_MAX:
            note_failure(season_id, GIVEN_UP)
        raise


@scheduled("benefits.find_lost_seasons", every=timedelta(minutes=10), atomic=False)
def find_lost_seasons_job(_running: RunningJob) -> None:
    """A season whose job is gone for good is gone on with."""
    ask_lost_seasons()


@job(COMPARE_SEASON, max_attempts=_ATTEMPTS_MAX, lease=_LEASE, atomic=False)
def compare_season_job(running: RunningJob) -> None:
    """Newer facts beside what a season granted."""
    compare_season(UUID(running.payload["season"]), progress=running.progress, clock=timezone.now)


@scheduled("benefits.remind_of_accounts", daily_at=time(10, 0), atomic=False)
def remind_of_accounts_job(_running: RunningJob) -> None:
    """Those who are entitled and have not said where the money goes are asked again."""
    remind_of_accounts(now=timezone.now())
