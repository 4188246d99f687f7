"""A run survives being killed, stopped, doubled and out of room; what it teaches is kept."""

from __future__ import annotations

import errno
import signal
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pyarrow.parquet as pq
import pytest
from django.utils import timezone

from denghuo.kernel.region import Region
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import Actor, LeaseLostError
from denghuo.policy.actions import sweep_work
from denghuo.policy.actions.sweep_work import DISK_FULL, GIVEN_UP, fail_run, run_sweep
from denghuo.policy.actions.sweeps import (
    DayNotPastError,
    SourceOutsideAreaError,
    cancel_sweep,
)
from denghuo.policy.models import ConditionRate, SweepRun
from denghuo.policy.queries.answers import base_rates
from denghuo.policy.queries.library import policy
from denghuo.policy.queries.sweep_rows import answer_rows
from denghuo.policy.queries.sweeps import run, run_folder
from tests import elsewhere
from tests.factories.people import NOW
from tests.policy import firms
from tests.policy.firms import POLICY, silent, start

SCRIPT = Path(__file__).with_name("sweep_to_kill.py")
PATIENCE_SECONDS = 90


def names(run_id: UUID) -> list[str]:
    return sorted(each.name for each in run_folder(run_id).iterdir())


def test_running_again_changes_nothing(colleague: Actor, facts: Path) -> None:
    run_id = firms.swept(colleague, facts)
    first = run(run_id)
    SweepRun.objects.filter(id=run_id).update(state="running")  # killed before it said done
    run_sweep(run_id, progress=silent)
    assert run(run_id).summary["policies"] == first.summary["policies"]
    assert answer_rows(run_id).total == 3
    assert names(run_id) == ["answers.parquet", "bad-rows.csv"]


@pytest.mark.parametrize("place", ["while it writes", "before the files have names",
                                   "between the files and the row"])  # fmt: skip
def test_a_worker_killed_for_real_leaves_a_run_that_can_be_done(
    colleague: Actor, facts: Path, data_dir: Path, place: str
) -> None:
    firms.write(facts, [{**firms.ROWS[0], "entity": f"firm {n}"} for n in range(70_000)])
    run_id = start(colleague, facts)
    worker = elsewhere.start(SCRIPT, str(run_id), place)
    worker.join(PATIENCE_SECONDS)
    assert worker.exitcode == -signal.SIGKILL
    assert run(run_id).state == "running"
    whole = place.startswith("between")
    assert ("answers.parquet" in names(run_id)) is whole
    assert any(name.startswith("attempt-") for name in names(run_id))
    run_sweep(run_id, progress=silent)
    assert run(run_id).state == "done"
    assert firms.sums(run_id)["entitled"] == 70_000
    assert names(run_id) == ["answers.parquet", "bad-rows.csv"]
    assert pq.read_metadata(run_folder(run_id) / "answers.parquet").num_rows == 70_000


def test_one_that_lost_its_lease_does_not_touch_the_other_s_files(
    colleague: Actor, facts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = start(colleague, facts)
    monkeypatch.setattr(sweep_work, "_SAVE_SECONDS", -1)

    def lost(_done: int, _total: int) -> None:
        run_sweep(run_id, progress=silent)  # meanwhile another worker does it all
        raise LeaseLostError

    with pytest.raises(LeaseLostError):
        run_sweep(run_id, progress=lost)
    assert run(run_id).state == "done"
    assert names(run_id) == ["answers.parquet", "bad-rows.csv"]
    assert answer_rows(run_id).total == 3


def test_stopped_in_the_middle_it_leaves_nothing(
    colleague: Actor, facts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = start(colleague, facts)
    monkeypatch.setattr(sweep_work, "_SAVE_SECONDS", -1)
    seen: list[int] = []

    def stopping(done: int, _total: int) -> None:
        seen.append(done)
        cancel_sweep(actor=colleague, run_id=run_id, now=NOW)

    firms.write(facts, [{**firms.ROWS[0], "entity": f"firm {n}"} for n in range(140_000)])
    run_sweep(run_id, progress=stopping)
    assert len(seen) == 1
    assert run(run_id).state == "cancelled"
    assert not run_folder(run_id).exists()


def test_stopped_in_the_last_moment_it_leaves_nothing(
    colleague: Actor, facts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = start(colleague, facts)
    work = sweep_work._in_own_folder

    def then_stop(*given: object) -> object:
        done = work(*given)  # type: ignore[arg-type]
        cancel_sweep(actor=colleague, run_id=run_id, now=NOW)
        return done

    monkeypatch.setattr(sweep_work, "_in_own_folder", then_stop)
    run_sweep(run_id, progress=silent)
    assert run(run_id).state == "cancelled"
    assert run(run_id).summary == {}
    assert not run_folder(run_id).exists()
    assert not ConditionRate.objects.exists()


def test_a_full_disk_is_said_and_leaves_no_pieces(
    colleague: Actor, facts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = start(colleague, facts)

    def full(*_given: object, out: Path, **_more: object) -> None:
        out.with_name(out.name + ".partial").write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sweep_work, "sweep", full)
    run_sweep(run_id, progress=silent)
    view = run(run_id)
    assert (view.state, view.failure) == ("failed", DISK_FULL)
    assert names(run_id) == []


def test_a_damaged_source_is_said(colleague: Actor, facts: Path) -> None:
    run_id = start(colleague, facts)
    facts.write_bytes(facts.read_bytes()[:400])
    run_sweep(run_id, progress=silent)
    assert run(run_id).state == "failed"
    assert "读不了" in run(run_id).failure


def test_a_run_given_up_goes_on_when_its_job_is_tried_again(colleague: Actor, facts: Path) -> None:
    run_id = start(colleague, facts)
    fail_run(run_id, GIVEN_UP)
    run_sweep(run_id, progress=silent)
    assert run(run_id).state == "done"
    fail_run(run_id, GIVEN_UP)  # too late: it is over
    assert run(run_id).state == "done"


def test_a_run_keeps_to_the_rules_of_its_hour(colleague: Actor, facts: Path) -> None:
    before = timezone.now() - timedelta(days=3)
    run_id = start(colleague, facts, now=before)
    firms.publish(_stricter(firms.speaking(POLICY)))
    run_sweep(run_id, progress=silent)
    later = firms.swept(firms.staff("third"), facts, now=timezone.now())
    assert firms.sums(run_id)["entitled"] == 1
    assert firms.sums(later)["entitled"] == 0


def _stricter(text: str) -> str:
    """The refund's text asking for more months than anybody in the file has."""
    changed = text.replace("value: 12\n", "value: 13\n")
    assert changed != text
    return changed.split("\ncases:")[0] + "\n"


def test_a_look_back_finds_who_is_owed(colleague: Actor, facts: Path) -> None:
    firms.write(facts, [{**firms.ROWS[0], "pool_reserve_months": 24}, *firms.ROWS[1:]])
    run_id = firms.swept(colleague, facts, known_before=date(2025, 6, 30))
    view = run(run_id)
    assert view.kind == "retro"
    [row] = [each for each in view.summary["difference"] if each["more"]]
    assert row["after"] - row["before"] == 5_592_000
    assert names(run_id) == ["bad-rows.csv", "changed.parquet"]


def test_a_look_back_over_a_text_published_here(colleague: Actor, facts: Path) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    firms.publish(_stricter(firms.speaking(POLICY)))
    run_id = firms.swept(colleague, facts, known_before=yesterday, now=timezone.now())
    assert sum(each["lose"] for each in run(run_id).summary["difference"]) == 1


def test_the_day_of_a_look_back_is_over(colleague: Actor, facts: Path) -> None:
    with pytest.raises(DayNotPastError):
        start(colleague, facts, known_before=timezone.localdate(NOW))


def test_a_file_of_the_whole_region_is_not_for_one_league(
    transactional_db: None, facts: Path
) -> None:
    actor = firms.staff("own", area=Region.read("1501"))
    with pytest.raises(SourceOutsideAreaError):
        start(actor, facts)


def test_each_start_and_stop_is_in_the_audit(colleague: Actor, facts: Path) -> None:
    run_id = start(colleague, facts)
    cancel_sweep(actor=colleague, run_id=run_id, now=NOW)
    cancel_sweep(actor=colleague, run_id=run_id, now=NOW)
    rows = AuditEntry.objects.filter(entity=f"policy.SweepRun:{run_id}").order_by("seq")
    assert [row.action for row in rows] == ["policy.start_sweep", "policy.cancel_sweep"]
    assert {row.actor for row in rows} == {colleague.label}


def test_two_officers_stop_at_once(
    colleague: Actor, facts: Path, in_threads: Callable[..., list[object]]
) -> None:
    run_id = start(colleague, facts)
    results = in_threads(*[lambda: cancel_sweep(actor=colleague, run_id=run_id, now=NOW)] * 4)
    assert results == [None] * 4
    assert AuditEntry.objects.filter(action="policy.cancel_sweep").count() == 1


def test_a_large_sweep_teaches_how_often_conditions_fail(colleague: Actor, facts: Path) -> None:
    firms.swept(colleague, facts)
    assert base_rates() == {}  # three firms say nothing about the region
    rows = [{**firms.ROWS[n % 2], "entity": f"firm {n}"} for n in range(400)]
    firms.write(facts, rows)
    first = firms.swept(firms.staff("third"), facts)
    layoffs = (POLICY, _layoff_condition())
    assert base_rates()[layoffs] == 0.5
    firms.write(facts, [{**firms.ROWS[0], "entity": f"firm {n}"} for n in range(400)])
    firms.swept(firms.staff("fourth"), facts)
    assert base_rates()[layoffs] == 0.0
    assert ConditionRate.objects.exclude(run_id=first).count() == ConditionRate.objects.count()


def _layoff_condition() -> str:
    version = policy(POLICY).in_force()[0].version
    return next(each.name for each in version.conditions if "laid_off_count" in each.text)
