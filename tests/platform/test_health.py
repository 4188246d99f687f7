"""Health endpoints."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from structlog.testing import capture_logs

from denghuo.platform import health
from denghuo.platform.access import SYSTEM
from denghuo.platform.audit import record_audit
from denghuo.platform.audit_heads import keep_head
from denghuo.platform.models.jobs import Job, JobState, WorkerHeartbeat

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def test_live_says_the_process_answers(client: Client) -> None:
    answer = client.get("/health/live")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


@pytest.mark.django_db
def test_ready_is_ok_with_a_worker_that_was_just_seen(client: Client) -> None:
    now = timezone.now()
    WorkerHeartbeat.objects.create(name="w", started_at=now, seen_at=now)
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["findings"]["migrations_waiting"] == {"status": "ok", "value": 0}


@pytest.mark.django_db
def test_what_an_operator_must_look_after_is_degraded(client: Client) -> None:
    WorkerHeartbeat.objects.create(
        name="w", started_at=NOW, seen_at=timezone.now() - timedelta(minutes=5)
    )
    Job.objects.create(kind="test.note", state=JobState.DEAD)
    answer = client.get("/health/ready")
    findings = answer.json()["findings"]
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert findings["worker_seconds_silent"]["status"] == "degraded"
    assert findings["worker_seconds_silent"]["value"] >= 300
    assert findings["dead_letters"] == {"status": "degraded", "value": 1}


@pytest.mark.django_db
def test_an_audit_head_kept_long_ago_is_degraded() -> None:
    assert health.look(now=NOW)[1]["audit_head_seconds_old"].status == "ok"
    with transaction.atomic():
        record_audit(actor=SYSTEM, action="test.write")
    assert health.look(now=NOW)[1]["audit_head_seconds_old"].status == "degraded"
    keep_head(now=NOW)
    fresh = health.look(now=NOW + timedelta(minutes=1))[1]["audit_head_seconds_old"]
    assert (fresh.status, fresh.value) == ("ok", 60)
    old = health.look(now=NOW + timedelta(hours=4))[1]["audit_head_seconds_old"]
    assert old.status == "degraded"


@pytest.mark.django_db
def test_no_disk_left_or_tables_behind_is_failing(client: Client) -> None:
    with patch.object(health, "DISK_FREE_MB_MIN", 10**12):
        assert client.get("/health/ready").status_code == 503
    with patch.object(MigrationExecutor, "migration_plan", return_value=[1, 2]):
        answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["findings"]["migrations_waiting"]["value"] == 2


@pytest.mark.django_db
def test_a_lost_database_is_failing_and_tells_no_secret(client: Client) -> None:
    def lost() -> None:
        raise OperationalError("connection to server at 10.0.0.7, user denghuo failed")

    with patch.object(connection, "cursor", side_effect=lost):
        answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["findings"]["database"]["value"] == "OperationalError"
    assert "10.0.0.7" not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/me/", "/sign-in/"])
def test_without_a_database_a_signed_in_person_still_gets_a_page(path: str) -> None:
    browser = Client(raise_request_exception=False)
    browser.cookies["sessionid"] = "a" * 32

    with (
        patch.object(connection, "cursor", side_effect=OperationalError("at 10.0.0.7")),
        capture_logs() as logged,
    ):
        answer = browser.get(path)
    assert answer.status_code == 500
    assert "我们这边出了问题" in answer.content.decode()
    assert "10.0.0.7" not in answer.content.decode() + str(logged)
    assert answer.headers["X-Request-ID"] in answer.content.decode()
    [fault] = [line for line in logged if line["event"] == "fault"]
    assert fault["error"] == "OperationalError"
