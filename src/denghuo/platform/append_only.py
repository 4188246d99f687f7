"""Tables that only grow, enforced by the database itself on both engines.

Application code that never updates is a promise; a trigger is a fact. Any room may use it in
a migration: ``AppendOnlyTable("ledger_entry")``.

The embedded engine rebuilds a table when a column changes, and loses its triggers: put
another ``AppendOnlyTable`` after such an operation (``denghuo audit verify`` looks).
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SENTENCE = "rows of this table are never changed or deleted"


def _create_sql(vendor: str, table: str, key: str) -> list[str]:
    # Names come from migrations and from the database's own catalogue, never from a request.
    if vendor == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{_SENTENCE}'); END"
        # INSERT OR REPLACE deletes without firing the delete trigger.
        taken = f'EXISTS (SELECT 1 FROM "{table}" WHERE "{key}" = NEW."{key}")'  # noqa: S608
        trigger = f"CREATE TRIGGER {table}_append_only"
        return [
            f'{trigger}_update BEFORE UPDATE ON "{table}" {refuse}',
            f'{trigger}_delete BEFORE DELETE ON "{table}" {refuse}',
            f'{trigger}_replace BEFORE INSERT ON "{table}" WHEN {taken} {refuse}',
        ]
    function = f"{table}_append_only()"
    raising = f"RAISE EXCEPTION '{_SENTENCE}' USING ERRCODE = 'restrict_violation';"
    row = f'BEFORE UPDATE OR DELETE ON "{table}" FOR EACH ROW'
    whole = f'BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT'
    return [
        f"CREATE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {raising} END$$",
        f"CREATE TRIGGER {table}_append_only_row {row} EXECUTE FUNCTION {function}",
        f"CREATE TRIGGER {table}_append_only_all {whole} EXECUTE FUNCTION {function}",
    ]


def _drop_sql(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"DROP TRIGGER IF EXISTS {table}_append_only_{verb}"
            for verb in ("update", "delete", "replace")
        ]
    return [
        f'DROP TRIGGER IF EXISTS {table}_append_only_row ON "{table}"',
        f'DROP TRIGGER IF EXISTS {table}_append_only_all ON "{table}"',
        f"DROP FUNCTION IF EXISTS {table}_append_only()",
    ]


def forbid_changes(connection: BaseDatabaseWrapper, table: str) -> None:
    """Put the triggers on a table (again, if they are there)."""
    with connection.cursor() as cursor:
        key = connection.introspection.get_primary_key_column(cursor, table)
        if key is None:
            raise ValueError(f"{table} has no primary key")
        create = _create_sql(connection.vendor, table, key)
        for sql in [*_drop_sql(connection.vendor, table), *create]:
            cursor.execute(sql)


def allow_changes(connection: BaseDatabaseWrapper, table: str) -> None:
    """Take the triggers off: for tests, and for undoing a migration."""
    with connection.cursor() as cursor:
        for sql in _drop_sql(connection.vendor, table):
            cursor.execute(sql)


def is_append_only(connection: BaseDatabaseWrapper, table: str) -> bool:
    """Whether every trigger that guards the table is in place and switched on."""
    if connection.vendor == "sqlite":
        sql = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
        wanted = 3
    else:
        sql = "SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'D' AND tgname LIKE %s"
        wanted = 2
    with connection.cursor() as cursor:
        cursor.execute(sql, [f"{table}_append_only_%"])
        return int(cursor.fetchone()[0]) == wanted


def append_only_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """All guarded tables of this database."""
    if connection.vendor == "sqlite":
        sql = (
            "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' "
            "AND name = tbl_name || '_append_only_delete' ORDER BY 1"
        )
    else:
        sql = (
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE tgname = relname || '_append_only_row' ORDER BY 1"
        )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]


class AppendOnlyTable(migrations.RunPython):
    """Migration step: from here on the table only grows."""

    def __init__(self, table: str) -> None:
        def forward(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
            forbid_changes(editor.connection, table)

        def backward(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
            allow_changes(editor.connection, table)

        super().__init__(forward, backward)
