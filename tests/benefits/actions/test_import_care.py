"""Imports looked after: lost ones say so, old originals go, tables and sums stay."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from denghuo.benefits.actions import import_reading
from denghuo.benefits.actions.import_care import (
    FILES_KEPT,
    GIVEN_UP,
    fail_lost_imports,
    forget_old_files,
)
from denghuo.benefits.actions.imports import receive_file, set_mapping
from denghuo.benefits.models import FactImport
from denghuo.benefits.queries.imports import import_folder, imports_folder
from denghuo.benefits.queries.tables import table_path
from denghuo.benefits.tasks import check_job, look_job
from denghuo.platform.models.jobs import Job, JobState
from denghuo.platform.public import Actor, RunningJob
from tests.benefits import offices
from tests.benefits.offices import DAY, HEADINGS, csv_bytes
from tests.factories.people import HOHHOT, NOW

LONG_AFTER = NOW + FILES_KEPT + timedelta(days=1)


def content() -> bytes:
    return csv_bytes([HEADINGS, (offices.firm(1), "甲", 1, 2, 3)])


def running(import_id: object, attempt: int, tries: int) -> RunningJob:
    return RunningJob(
        id=1, kind="x", key=None, payload={"import": str(import_id), "attempt": attempt},
        attempt=tries, keep=lambda _done, _total: True,
    )  # fmt: skip


def test_an_import_whose_job_died_says_so(officer: Actor) -> None:
    import_id = offices.confirmed(officer, offices.checked(officer, content()))
    assert fail_lost_imports() == 0
    Job.objects.filter(kind="benefits.apply_file").update(state=JobState.DEAD)
    assert fail_lost_imports() == 1
    view = offices.view(import_id)
    assert (view.state, view.failure) == ("failed", GIVEN_UP)


def test_a_job_that_was_lost_is_asked_for_again(officer: Actor) -> None:
    offices.confirmed(officer, offices.checked(officer, content()))
    Job.objects.all().delete()
    assert fail_lost_imports() == 0
    assert Job.objects.filter(kind="benefits.apply_file").count() == 1


def test_old_originals_go_and_tables_stay(officer: Actor) -> None:
    import_id = offices.applied(officer, content())
    waiting = offices.received(officer, csv_bytes([HEADINGS, ("1", "乙", 1, 2, 3)]))
    assert forget_old_files(now=NOW + timedelta(days=1)) == 0
    assert forget_old_files(now=LONG_AFTER) == 2
    assert forget_old_files(now=LONG_AFTER) == 0
    assert not import_folder(import_id).exists()
    assert table_path(offices.view(import_id).table_digest).exists()
    assert offices.view(import_id).summary["good"] == 1
    assert offices.view(waiting).state == "dropped"


def test_strays_go_after_a_day(officer: Actor) -> None:
    stray = imports_folder() / "nobody"
    stray.mkdir(parents=True)
    old = (timezone.now() - timedelta(days=2)).timestamp()
    forget_old_files(now=timezone.now())
    assert stray.exists()
    os.utime(stray, (old, old))
    forget_old_files(now=timezone.now())
    assert not stray.exists()


def test_a_job_says_a_refusal_and_tries_other_faults_again(
    officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = receive_file(
        actor=officer, name="a.csv", chunks=lambda: [b"x\x00y"], subject="firm",
        office=offices.INSURANCE, legal_basis="x", area=HOHHOT, observed_on=DAY, now=NOW,
    )  # fmt: skip
    look_job(running(import_id, 0, 1))
    assert "不是表格文本" in offices.view(import_id).failure
    other = offices.received(officer, content())
    row = FactImport.objects.get(pk=other)
    set_mapping(
        actor=officer, import_id=other, mapping=offices.view(other).mapping, observed_on=DAY,
        save_as="", now=NOW,
    )  # fmt: skip

    def broken(*_given: object, **_more: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(import_reading, "read_file", broken)
    for tries, state in ((1, "checking"), (5, "failed")):
        with pytest.raises(OSError, match="Input/output"):
            check_job(running(other, row.attempt + 1, tries))
        assert offices.view(other).state == state
    assert offices.view(other).failure == GIVEN_UP


def test_a_late_worker_changes_nothing(officer: Actor) -> None:
    import_id = offices.checked(officer, content())
    before = offices.view(import_id)
    check_job(running(import_id, before.attempt - 1, 1))
    look_job(running(import_id, 0, 1))
    assert offices.view(import_id) == before
