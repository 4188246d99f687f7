"""What the database itself refuses, whoever asks: the ledger's laws as triggers.

An entry is one row with its lines. The database checks that they sum to zero, makes the
postings from them and moves the balances, all inside that one INSERT; nobody else may write
postings or balances. So half an entry cannot exist, a line cannot be added later, and a fund
cannot go below its floor, also for somebody with a SQL prompt.

The embedded engine rebuilds a table when a column changes, and loses its triggers: a migration
that alters a table of the ledger ends with another ``LedgerLaws()``. ``denghuo ledger check``
compares what stands with what should.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from denghuo.ledger.models import laws_postgres, laws_sqlite


def enact(connection: BaseDatabaseWrapper) -> None:
    """Put the laws in force (again, if they are)."""
    repeal(connection)
    with connection.cursor() as cursor:
        for sql in _create_sql(connection):
            cursor.execute(sql)


def repeal(connection: BaseDatabaseWrapper) -> None:
    """Take the laws off: for undoing a migration."""
    with connection.cursor() as cursor:
        for sql in _drop_sql(connection):
            cursor.execute(sql)


def broken_laws(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of triggers that are missing, switched off or not as written here."""
    if connection.vendor == "sqlite":
        wanted = laws_sqlite.TRIGGERS
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            found = dict(cursor.fetchall())
        return sorted(name for name, sql in wanted.items() if found.get(name) != sql)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'"
        )
        bodies = dict(cursor.fetchall())
    return sorted(
        name
        for name, function in laws_postgres.TRIGGER_FUNCTIONS.items()
        if bodies.get(name) != laws_postgres.FUNCTIONS[function]
    )


def _create_sql(connection: BaseDatabaseWrapper) -> list[str]:
    if connection.vendor == "sqlite":
        return list(laws_sqlite.TRIGGERS.values())
    return laws_postgres.create_sql()


def _drop_sql(connection: BaseDatabaseWrapper) -> list[str]:
    if connection.vendor == "sqlite":
        return [f'DROP TRIGGER IF EXISTS "{name}"' for name in laws_sqlite.TRIGGERS]
    return laws_postgres.drop_sql()


class LedgerLaws(migrations.RunPython):
    """Migration step: from here on the laws hold."""

    def __init__(self) -> None:
        def forward(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
            enact(editor.connection)

        def backward(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
            repeal(editor.connection)

        super().__init__(forward, backward)
