"""A real worker process, killed for real: nothing lost, nothing doubled."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from denghuo.platform.audit import verify_chain
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.models.jobs import Job, JobState, WorkerHeartbeat
from tests.elsewhere import start

pytestmark = pytest.mark.django_db(transaction=True)
SCRIPT = Path(__file__).with_name("worker_to_kill.py")
PATIENCE_SECONDS = 60


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[Callable[[], BaseProcess]]:
    started: list[BaseProcess] = []

    def one() -> BaseProcess:
        worker = start(
            SCRIPT, environment={"TRACES": str(tmp_path)}, output=tmp_path / "worker.log"
        )
        started.append(worker)
        return worker

    yield one
    for worker in started:
        worker.kill()
        worker.join()


def wait_until(true: Callable[[], bool], worker: BaseProcess) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert worker.is_alive(), "the worker ended by itself"
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)


def done() -> int:
    return Job.objects.filter(state=JobState.DONE).count()


def test_killed_in_the_middle_nothing_is_lost_and_nothing_doubled(
    start_worker: Callable[[], BaseProcess], tmp_path: Path
) -> None:
    count = 150
    Job.objects.bulk_create(
        [Job(kind="test.effect", payload={"n": number}) for number in range(count)]
        + [Job(kind="test.call", key=f"k{number}") for number in range(count)]
    )
    for reached in (20, 70, 150):
        worker = start_worker()
        wait_until(lambda: done() >= reached, worker)  # noqa: B023  used before the loop goes on
        worker.kill()
        worker.join()
        assert done() < 2 * count, "it was killed too late to prove anything"
    worker = start_worker()
    wait_until(lambda: done() == 2 * count, worker)
    effects = Counter(
        AuditEntry.objects.filter(action="test.effect").values_list("entity", flat=True)
    )
    assert effects == {f"test.thing:{number}": 1 for number in range(count)}
    assert len(list(tmp_path.glob("call-k*"))) == count
    assert verify_chain(heads={}) is None


def test_told_to_stop_it_finishes_what_it_runs_and_gives_the_rest_back(
    start_worker: Callable[[], BaseProcess], tmp_path: Path
) -> None:
    Job.objects.bulk_create([Job(kind="test.slow") for _ in range(20)])
    worker = start_worker()
    wait_until((tmp_path / "slow-begun").exists, worker)
    assert WorkerHeartbeat.objects.count() == 1
    worker.terminate()
    worker.join(PATIENCE_SECONDS)
    assert worker.exitcode == 0
    assert (tmp_path / "slow-ended").exists()
    assert not Job.objects.filter(state=JobState.RUNNING).exists()
    assert 1 <= done() < 20
    waiting = Job.objects.filter(state=JobState.READY)
    assert set(waiting.values_list("attempts", flat=True)) == {0}
    assert not WorkerHeartbeat.objects.exists()
