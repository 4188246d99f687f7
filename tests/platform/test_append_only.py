"""The database itself refuses to change or delete an audit row."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from denghuo.platform.access import SYSTEM
from denghuo.platform.append_only import allow_changes, append_only_tables, is_append_only
from denghuo.platform.audit import record_audit
from denghuo.platform.models.audit import AuditEntry

TABLE = "platform_auditentry"


@pytest.fixture
def seq(db: None) -> int:
    return record_audit(actor=SYSTEM, action="test.write")


def by_sql(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    "change",
    [
        lambda: AuditEntry.objects.update(action="test.other"),
        lambda: AuditEntry.objects.all().delete(),
        lambda: by_sql(f"UPDATE {TABLE} SET detail = '{{}}'"),
        lambda: by_sql(f"DELETE FROM {TABLE}"),
    ],
)
def test_no_update_no_delete(seq: int, change: Callable[[], object]) -> None:
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        change()
    assert AuditEntry.objects.get().action == "test.write"


@pytest.mark.usefixtures("seq")
def test_no_replace_and_no_truncate() -> None:
    if connection.vendor == "sqlite":
        columns = ", ".join(str(field.column) for field in AuditEntry._meta.concrete_fields)
        attack = f"INSERT OR REPLACE INTO {TABLE} ({columns}) SELECT {columns} FROM {TABLE}"
    else:
        attack = f"TRUNCATE {TABLE}"
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        by_sql(attack)
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
def test_the_guard_can_be_seen() -> None:
    assert TABLE in append_only_tables(connection)
    assert is_append_only(connection, TABLE)
    allow_changes(connection, TABLE)
    assert not is_append_only(connection, TABLE)
    assert TABLE not in append_only_tables(connection)
