"""Rules are compiled before an officer waits for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from denghuo.platform.models.jobs import Job
from denghuo.platform.public import Actor
from denghuo.policy.actions import kernels
from denghuo.policy.actions.kernels import PREPARE_KERNELS, prepare_kernels
from denghuo.policy.queries.library import library
from denghuo.policy.queries.sweeps import run
from tests.policy import firms
from tests.policy.firms import AS_OF, POLICY


@pytest.mark.django_db
def test_a_prepared_sweep_compiles_nothing(
    colleague: Actor, facts: Path, tmp_path: Path, settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    settings.KERNEL_DIR = tmp_path / "kernels"
    only = {POLICY: library()[POLICY]}  # the others only take longer
    monkeypatch.setattr(kernels, "library", lambda: only)
    told: list[tuple[int, int]] = []
    first = prepare_kernels(on=AS_OF, progress=lambda done, total: told.append((done, total)))
    assert first.compiled >= 1
    assert told == [(1, 1)]
    assert prepare_kernels(on=AS_OF, progress=firms.silent).compiled == 0
    before = sorted(path.name for path in (tmp_path / "kernels").iterdir())
    run_id = firms.swept(colleague, facts, policies=[POLICY])
    assert sorted(path.name for path in (tmp_path / "kernels").iterdir()) == before
    assert run(run_id).summary["compile_seconds"] < 0.5


@pytest.mark.django_db
def test_publishing_asks_for_it(colleague: Actor) -> None:
    text_id = firms.publish(firms.speaking(POLICY))
    [job] = Job.objects.filter(kind=PREPARE_KERNELS)
    assert job.key == f"{PREPARE_KERNELS}:{text_id}"
