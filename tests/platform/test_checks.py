"""The checks that stand between a mistake and real people's data."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

import pytest
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from pytest_django import Settings

from denghuo.platform.access import SYSTEM
from denghuo.platform.audit import record_audit, verify_chain
from denghuo.platform.checks import refuse_to_serve_if_unsafe
from denghuo.platform.marks import DatabaseInUseError, is_demo_database, mark_as_demo

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def found() -> set[str | None]:
    return {message.id for message in checks.run_checks(databases=["default"])}


@pytest.mark.django_db
def test_a_good_installation_passes() -> None:
    refuse_to_serve_if_unsafe()


@pytest.mark.django_db
def test_demo_mode_is_refused_on_a_database_not_made_as_a_demo(settings: Settings) -> None:
    settings.DEMO = True
    assert "platform.E001" in found()
    with pytest.raises(ImproperlyConfigured, match=r"platform\.E001"):
        refuse_to_serve_if_unsafe()
    mark_as_demo(at=NOW)
    assert "platform.E001" not in found()


@pytest.mark.django_db
def test_a_database_in_use_can_never_become_a_demo() -> None:
    with transaction.atomic():
        record_audit(actor=SYSTEM, action="test.write")
    with pytest.raises(DatabaseInUseError):
        mark_as_demo(at=NOW)
    assert not is_demo_database()


@pytest.mark.django_db
def test_marking_twice_changes_nothing() -> None:
    mark_as_demo(at=NOW)
    with transaction.atomic():
        record_audit(actor=SYSTEM, action="test.write")
    mark_as_demo(at=NOW)
    assert is_demo_database()
    assert verify_chain(heads={}) is None


@pytest.mark.no_postgres
def test_an_old_sqlite_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("about the embedded database")
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    assert "platform.E002" in {message.id for message in checks.run_checks()}


@pytest.mark.no_postgres
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("IDENTITY_KEY", ""),
        ("IDENTITY_KEY", "%not-base64%"),
        ("LOOKUP_KEY", "QUFB"),
    ],
)
def test_missing_or_weak_secrets_are_refused(settings: Settings, name: str, value: str) -> None:
    setattr(settings, name, value)
    messages = [message for message in checks.run_checks() if message.id == "platform.E003"]
    assert len(messages) == 1
    assert name in messages[0].msg
    if value:
        assert value not in messages[0].msg
