"""What the platform does by the clock."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from denghuo.platform.access import SYSTEM
from denghuo.platform.append_only import allow_changes
from denghuo.platform.audit import record_audit
from denghuo.platform.audit_heads import FILE_NAME, keep_head, read_heads
from denghuo.platform.jobs import queue
from denghuo.platform.jobs.registry import all_kinds
from denghuo.platform.models import AuditEntry
from denghuo.platform.models.jobs import Job, JobState
from denghuo.platform.tasks import CHECK_CHAIN
from denghuo.platform.worker import drain

pytestmark = pytest.mark.django_db
ASK = "platform.ask_for_chain_check"


def run_schedule(kind: str) -> None:
    now = timezone.now()
    queue.arm_schedules(now=now)
    Job.objects.exclude(kind=kind).filter(state=JobState.READY).delete()
    Job.objects.filter(kind=kind).update(run_at=now)
    assert drain() == 1
    assert Job.objects.get(kind=kind).error == ""


def test_every_scheduled_kind_is_armed_by_a_worker() -> None:
    queue.arm_schedules(now=timezone.now())
    scheduled = {kind.kind for kind in all_kinds() if kind.schedule}
    assert {"platform.keep_audit_head", "platform.purge_jobs"} <= scheduled
    assert set(Job.objects.values_list("kind", flat=True)) == scheduled


def test_the_audit_head_is_kept_outside(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    with transaction.atomic():
        record_audit(actor=SYSTEM, action="test.write")
    run_schedule("platform.keep_audit_head")
    assert list(read_heads(tmp_path / FILE_NAME)) == [1]


def checked_tonight() -> Job:
    """The night's check, run; one for each night, however often the clock strikes."""
    for _strike in range(2):
        queue.arm_schedules(now=timezone.now())
        Job.objects.exclude(kind__in=(ASK, CHECK_CHAIN)).filter(state=JobState.READY).delete()
        Job.objects.filter(kind=ASK).update(run_at=timezone.now())
        drain()
    return Job.objects.get(kind=CHECK_CHAIN)


def test_the_chain_is_walked_every_night(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    with transaction.atomic():
        record_audit(actor=SYSTEM, action="test.write")
    assert checked_tonight().state == JobState.DONE


@pytest.mark.parametrize("forged", [False, True])
def test_a_chain_computed_anew_is_a_dead_letter_by_morning(
    settings: Settings, tmp_path: Path, *, forged: bool
) -> None:
    settings.DATA_DIR = tmp_path
    with transaction.atomic():
        record_audit(actor=SYSTEM, action="test.write")
    kept = keep_head(now=timezone.now())
    if forged:
        kept.write_text(kept.read_text().replace('"seq":1', '"seq":2'))
    else:
        with transaction.atomic():
            record_audit(actor=SYSTEM, action="test.second")
        keep_head(now=timezone.now())
        allow_changes(connection, "platform_auditentry")
        AuditEntry.objects.filter(seq=2).update(action="test.other")
    found = checked_tonight()
    assert found.state == JobState.DEAD
    assert ("链尾" if forged else "第 2 行") in found.error


def test_only_jobs_finished_long_ago_are_removed() -> None:
    now = timezone.now()
    old = now - timedelta(days=31)
    Job.objects.bulk_create(
        [Job(kind="k", state=JobState.DONE, finished_at=old) for _ in range(1200)]
    )
    kept = [
        Job.objects.create(kind="k", state=JobState.DONE, finished_at=now),
        Job.objects.create(kind="k", state=JobState.DEAD, finished_at=old),
        Job.objects.create(kind="k", state=JobState.GIVEN_UP, finished_at=old),
    ]
    run_schedule("platform.purge_jobs")
    assert list(Job.objects.filter(kind="k").order_by("id")) == kept
