"""Asking for work, claiming it, losing and finishing it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import transaction

from denghuo.platform.jobs import queue
from denghuo.platform.jobs.registry import (
    JobFailedError,
    RunningJob,
    UnknownJobKindError,
    job,
    on_event,
    scheduled,
)
from denghuo.platform.jobs.running import run_job
from denghuo.platform.models.jobs import Job, JobState
from denghuo.platform.worker import drain

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def note_kind(kind: str = "test.note", **options: object) -> list[RunningJob]:
    runs: list[RunningJob] = []
    job(kind, **options)(runs.append)  # type: ignore[arg-type]
    return runs


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def test_runs_once_when_its_time_has_come() -> None:
    runs = note_kind()
    queue.enqueue("test.note", {"n": 1}, run_at=NOW + timedelta(minutes=1))
    assert drain(now=NOW) == 0
    assert drain(now=NOW + timedelta(minutes=1)) == 1
    assert drain(now=NOW + timedelta(hours=1)) == 0
    assert [(run.payload, run.attempt) for run in runs] == [({"n": 1}, 1)]
    row = Job.objects.get()
    assert (row.state, row.finished_at) == (JobState.DONE, NOW + timedelta(minutes=1))


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_asks_for_nothing() -> None:
    note_kind()

    @transaction.atomic
    def ask_and_fail() -> None:
        queue.enqueue("test.note", {})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask_and_fail()
    assert not Job.objects.exists()


def test_a_key_asks_once_even_after_it_is_done() -> None:
    runs = note_kind()
    first = queue.enqueue("test.note", {"n": 1}, key="k", run_at=NOW)
    assert queue.enqueue("test.note", {"n": 2}, key="k", run_at=NOW) == first
    drain(now=NOW)
    assert queue.enqueue("test.note", {"n": 3}, key="k", run_at=NOW) == first
    drain(now=NOW)
    assert [run.payload for run in runs] == [{"n": 1}]


def test_many_of_one_event_are_asked_for_once_each() -> None:
    runs: list[RunningJob] = []
    on_event("test.happened", kind="test.first")(runs.append)
    on_event("test.happened", kind="test.second")(runs.append)
    told = {f"happened:{number}": {"n": number} for number in range(700)}
    queue.publish_many("test.happened", told)
    queue.publish_many("test.happened", {**told, "happened:700": {"n": 700}})
    queue.publish_many("test.nobody_listens", told)
    assert Job.objects.filter(kind="test.first").count() == 701
    assert Job.objects.filter(kind="test.second").count() == 701
    # One by one and many at once are the same key, so they never double each other.
    queue.publish("test.happened", {"n": 3}, key="happened:3")
    assert Job.objects.count() == 2 * 701


def test_a_misspelt_kind_is_refused_where_it_is_asked_for() -> None:
    with pytest.raises(UnknownJobKindError):
        queue.enqueue("test.nothing", {})


def test_an_event_reaches_every_subscriber_once() -> None:
    heard: list[str] = []
    on_event("test.happened", kind="test.first")(lambda job: heard.append(job.kind))
    on_event("test.happened", kind="test.second")(lambda job: heard.append(job.kind))
    assert len(queue.publish("test.happened", {}, key="once")) == 2
    queue.publish("test.happened", {}, key="once")
    assert queue.publish("test.unheard", {}) == []
    drain()
    assert sorted(heard) == ["test.first", "test.second"]


def test_a_failure_waits_longer_each_time_and_ends_as_a_dead_letter() -> None:
    @job("test.fails", max_attempts=3)
    def fails(_job: RunningJob) -> None:
        raise JobFailedError("网关不通，手机 13812345678")

    queue.enqueue("test.fails", {}, run_at=NOW)
    waits = []
    moment = NOW
    for _ in range(2):
        assert drain(now=moment) == 1
        row = Job.objects.get()
        assert row.state == JobState.READY
        waits.append((row.run_at - moment).total_seconds())
        moment = row.run_at
    assert 1 <= waits[0] < 2 <= waits[1] < 4
    drain(now=moment)
    row = Job.objects.get()
    assert (row.state, row.attempts) == (JobState.DEAD, 3)
    assert row.error == "网关不通，手机 [masked]"


def test_an_unexpected_error_keeps_its_place_and_not_its_message() -> None:
    @job("test.breaks", max_attempts=1)
    def breaks(_job: RunningJob) -> None:
        raise ValueError("Key (name)=(张三) already exists")

    queue.enqueue("test.breaks", {}, run_at=NOW)
    drain(now=NOW)
    assert Job.objects.get().error.startswith("ValueError at test_queue.py:")
    assert "张三" not in Job.objects.get().error


def test_the_work_of_an_atomic_job_stands_or_falls_with_its_mark() -> None:
    note_kind("test.effect")

    @job("test.half", max_attempts=2)
    def half(_job: RunningJob) -> None:
        queue.enqueue("test.effect", {}, key="effect", run_at=NOW + timedelta(days=9))
        raise ZeroDivisionError

    queue.enqueue("test.half", {}, run_at=NOW)
    drain(now=NOW)
    assert not Job.objects.filter(key="effect").exists()


def test_whoever_lost_the_lease_may_not_finish() -> None:
    outcomes: list[str] = []

    @job("test.slow", lease=timedelta(minutes=5), atomic=False)
    def slow(running: RunningJob) -> None:
        if running.attempt == 1:
            # While we dawdle, another worker claims and finishes the job.
            [again] = queue.claim_due(now=NOW + timedelta(minutes=6))
            outcomes.append(run_job(again, clock=at(NOW + timedelta(minutes=6))))

    queue.enqueue("test.slow", {}, run_at=NOW)
    [claimed] = queue.claim_due(now=NOW)
    outcomes.append(run_job(claimed, clock=at(NOW)))
    assert outcomes == ["done", "lost"]
    assert Job.objects.get(kind="test.slow").state == JobState.DONE


def test_an_atomic_job_that_lost_its_lease_leaves_no_effect() -> None:
    note_kind("test.effect")

    @job("test.slow")
    def slow(running: RunningJob) -> None:
        queue.enqueue("test.effect", {}, run_at=NOW + timedelta(days=9))
        Job.objects.filter(id=running.id).update(claim="of another worker")

    queue.enqueue("test.slow", {}, run_at=NOW)
    [claimed] = queue.claim_due(now=NOW)
    assert run_job(claimed, clock=at(NOW)) == "lost"
    assert not Job.objects.filter(kind="test.effect").exists()


def test_progress_is_seen_and_keeps_the_lease() -> None:
    @job("test.long", lease=timedelta(minutes=1), atomic=False)
    def long(running: RunningJob) -> None:
        running.progress(30, 120)

    queue.enqueue("test.long", {}, run_at=NOW)
    [claimed] = queue.claim_due(now=NOW)
    later = NOW + timedelta(seconds=50)
    assert queue.begin(claimed, now=NOW, lease=timedelta(minutes=1))
    assert queue.renew(claimed, now=later, lease=timedelta(minutes=1), done=30, total=120)
    assert queue.claim_due(now=NOW + timedelta(seconds=90)) == []
    assert len(queue.claim_due(now=NOW + timedelta(seconds=120))) == 1
    assert not queue.renew(claimed, now=later, lease=timedelta(minutes=1), done=60, total=120)
    row = Job.objects.get()
    assert (row.progress_done, row.progress_total) == (30, 120)


def test_a_job_that_kills_its_worker_each_time_becomes_a_dead_letter() -> None:
    runs = note_kind("test.poison", max_attempts=2)
    queue.enqueue("test.poison", {}, run_at=NOW)
    moment = NOW
    for _ in range(2):
        [claimed] = queue.claim_due(now=moment)
        assert queue.begin(claimed, now=moment, lease=timedelta(minutes=5))  # ... and it dies
        moment += timedelta(minutes=10)
    assert drain(now=moment) == 1
    assert runs == []
    assert Job.objects.get().state == JobState.DEAD


def test_a_kind_no_release_knows_is_retried_then_shown() -> None:
    Job.objects.create(kind="test.from_the_future", run_at=NOW)
    moment = NOW
    for _ in range(8):
        drain(now=moment)
        moment += timedelta(hours=2)
    row = Job.objects.get()
    assert (row.state, row.error) == (JobState.DEAD, "no handler is registered for this kind")


def test_put_back_costs_no_attempt() -> None:
    runs = note_kind()
    queue.enqueue("test.note", {}, run_at=NOW)
    queue.put_back(queue.claim_due(now=NOW))
    drain(now=NOW)
    assert [run.attempt for run in runs] == [1]


def test_a_batch_is_claimed_oldest_first_and_limited() -> None:
    note_kind()
    for minutes in range(60):
        queue.enqueue("test.note", {"n": minutes}, run_at=NOW - timedelta(minutes=minutes))
    first = queue.claim_due(now=NOW)
    assert [claimed.payload["n"] for claimed in first] == list(range(59, 9, -1))
    assert len(queue.claim_due(now=NOW)) == 10


def test_a_schedule_is_armed_once_and_again_after_each_run() -> None:
    runs: list[int] = []
    scheduled("test.daily", daily_at=time(8, 30))(lambda job: runs.append(job.id))
    queue.arm_schedules(now=NOW)
    queue.arm_schedules(now=NOW)
    row = Job.objects.get()
    assert row.run_at == datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
    late = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)  # nothing ran for three days
    assert drain(now=late) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == (JobState.READY, 0)
    assert row.run_at == datetime(2026, 11, 28, 0, 30, tzinfo=UTC)
    assert len(runs) == 1


def test_a_schedule_that_fails_for_good_runs_again_next_time() -> None:
    @scheduled("test.hourly", every=timedelta(hours=1), max_attempts=1)
    def hourly(_job: RunningJob) -> None:
        raise ZeroDivisionError

    queue.arm_schedules(now=NOW)
    drain(now=NOW + timedelta(hours=1))
    row = Job.objects.get()
    assert (row.state, row.run_at) == (JobState.READY, NOW + timedelta(hours=2))
    assert row.error.startswith("ZeroDivisionError")


def test_a_schedule_nobody_registers_any_more_is_removed() -> None:
    Job.objects.create(kind="test.old", key="schedule:test.old")
    queue.arm_schedules(now=NOW)
    assert not Job.objects.exists()


def test_two_workers_never_claim_one_job(in_threads: Callable[..., list[object]]) -> None:
    note_kind()
    for number in range(200):
        queue.enqueue("test.note", {"n": number}, run_at=NOW)

    def claim_all() -> list[int]:
        mine: list[int] = []
        while claimed := queue.claim_due(now=NOW, limit=7):
            mine += [one.id for one in claimed]
        return mine

    claims = in_threads(*[claim_all] * 4)
    ids = [number for mine in claims for number in mine]  # type: ignore[attr-defined]
    assert len(ids) == 200
    assert len(set(ids)) == 200


def test_one_key_asked_for_by_many_at_once_is_one_job(
    in_threads: Callable[..., list[object]],
) -> None:
    note_kind()
    ids = in_threads(*[lambda: queue.enqueue("test.note", {}, key="once")] * 6)
    assert len(set(ids)) == 1
    assert Job.objects.count() == 1
