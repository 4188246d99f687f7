"""Old rows go, strays go, lost runs say so; sums and what is young stay."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.models.jobs import Job, JobState
from denghuo.platform.public import Actor, RunningJob
from denghuo.policy import tasks
from denghuo.policy.actions.sweep_care import ROWS_KEPT, fail_lost_runs, forget_old_rows
from denghuo.policy.actions.sweep_work import GIVEN_UP
from denghuo.policy.models import SweepRun
from denghuo.policy.queries.sweep_rows import answer_rows
from denghuo.policy.queries.sweeps import FilesGoneError, run, run_folder, runs_folder
from tests.factories.people import NOW
from tests.policy import firms


def test_rows_are_kept_for_a_season_and_sums_for_ever(colleague: Actor, facts: Path) -> None:
    old, young = firms.swept(colleague, facts), firms.swept(firms.staff("third"), facts)
    SweepRun.objects.filter(id=old).update(finished_at=NOW - ROWS_KEPT - timedelta(seconds=1))
    SweepRun.objects.filter(id=young).update(finished_at=NOW - ROWS_KEPT + timedelta(seconds=1))
    assert forget_old_rows(now=NOW) == 1
    assert not run_folder(old).exists()
    with pytest.raises(FilesGoneError):
        answer_rows(old)
    assert firms.sums(old)["entitled"] == 1
    assert answer_rows(young).total == 3
    assert forget_old_rows(now=NOW) == 0
    [row] = AuditEntry.objects.filter(action="policy.forget_old_rows")
    assert '"runs":1' in row.detail


def test_the_page_of_a_forgotten_run_says_so(colleague: Actor, facts: Path) -> None:
    run_id = firms.swept(colleague, facts)
    SweepRun.objects.filter(id=run_id).update(finished_at=NOW - ROWS_KEPT - timedelta(days=1))
    forget_old_rows(now=NOW)
    client = firms.browser("reader")
    page = client.get(f"/desk/sweeps/{run_id}/").content.decode()
    assert "只留下合计" in page
    assert "export" not in page
    assert client.get(f"/desk/sweeps/{run_id}/rows/").status_code == 410


def test_strays_go_and_what_is_being_sent_stays(colleague: Actor, data_dir: Path) -> None:
    folder = runs_folder()
    folder.mkdir()
    old = (NOW - timedelta(days=2)).timestamp()
    stray, upload = folder / str(uuid4()), folder / "coming-1.csv"
    stray.mkdir()
    (stray / "source.csv").write_text("entity\n1\n")
    upload.write_text("half")
    fresh = folder / str(uuid4())
    fresh.mkdir()
    for path in (stray, upload):
        os.utime(path, (old, old))
    os.utime(fresh, (NOW.timestamp(), NOW.timestamp()))
    forget_old_rows(now=NOW)
    assert list(folder.iterdir()) == [fresh]


def test_a_run_whose_job_gave_up_says_so(colleague: Actor, facts: Path) -> None:
    lost, waiting = firms.start(colleague, facts), firms.start(firms.staff("third"), facts)
    SweepRun.objects.filter(id=lost).update(state="running")
    Job.objects.filter(key__endswith=str(lost)).update(state=JobState.DEAD)
    later = NOW + timedelta(minutes=10)
    assert fail_lost_runs(now=later) == 1
    assert (run(lost).state, run(lost).failure) == ("failed", GIVEN_UP)
    assert run(waiting).state == "queued"
    assert fail_lost_runs(now=later) == 0


def test_a_run_without_a_job_gets_one(colleague: Actor, facts: Path) -> None:
    run_id = firms.start(colleague, facts)
    Job.objects.all().delete()  # a backup restored without it
    assert fail_lost_runs(now=NOW + timedelta(minutes=10)) == 0
    assert Job.objects.filter(key__endswith=str(run_id), state=JobState.READY).count() == 1


@pytest.mark.parametrize(("attempt", "state"), [(4, "running"), (5, "failed")])
def test_the_last_attempt_that_breaks_says_so(
    colleague: Actor, facts: Path, monkeypatch: pytest.MonkeyPatch, attempt: int, state: str
) -> None:
    run_id = firms.start(colleague, facts)

    def broken(*_given: object, **_more: object) -> None:
        SweepRun.objects.filter(id=run_id).update(state="running")
        raise ZeroDivisionError

    monkeypatch.setattr(tasks, "run_sweep", broken)
    job = RunningJob(1, "policy.run_sweep", None, {"run": str(run_id)}, attempt,
                     lambda _done, _total: True)  # fmt: skip
    with pytest.raises(ZeroDivisionError):
        tasks.sweep_job(job)
    assert run(run_id).state == state
