"""Django's SQLite backend with what durability and concurrent writers need.

- WAL, so readers never wait; ``synchronous=FULL``, so a committed row survives power loss.
- ``BEGIN IMMEDIATE`` for every transaction: a deferred one that first reads and then writes
  fails at once with SQLITE_BUSY when another connection wrote in between.
- One fair lock per file and process (``fair_lock``), taken before the transaction begins and
  given back on commit, rollback or close; a nested ``atomic`` is a savepoint and keeps it.
  Reads outside a transaction take nothing; a single write outside one takes it for itself.
- No ``mmap_size``: a memory-mapped file turns an I/O error into a crash.

Between processes (the worker beside the web process) SQLite's own lock and timeout decide.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID, SafeUUID

from denghuo.platform.sqlite_library import use_fixed_sqlite

use_fixed_sqlite()

import sqlite3  # noqa: E402  after the library is chosen

from django.core.exceptions import ImproperlyConfigured  # noqa: E402
from django.db.backends.sqlite3 import base, operations  # noqa: E402
from django.db.utils import OperationalError  # noqa: E402

from denghuo.platform.sqlite.fair_lock import LockWaitError, Ticket, lock_of  # noqa: E402

_DEFAULT_TIMEOUT_SECONDS = 5.0
_WAL_ATTEMPTS = 50
# A statement that writes; one that begins with WITH may also only read.
_WRITES = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP)\b|\s*WITH\b.*\b(INSERT|UPDATE|DELETE)\b",
    re.IGNORECASE | re.DOTALL,
)
_wal_mutex = threading.Lock()


_new, _put = object.__new__, object.__setattr__
_IDENTIFIER_DIGITS = 32


class DatabaseOperations(operations.DatabaseOperations):
    """What Django does with values on their way out of the database."""

    def convert_uuidfield_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Thirty-two digits to an identifier. ``UUID(value)`` looks for braces, blanks and five
        other ways of writing one, a dozen times for each case of a season."""
        if value is None or len(value) != _IDENTIFIER_DIGITS:
            return super().convert_uuidfield_value(value, expression, connection)
        found = _new(UUID)
        _put(found, "int", int(value, 16))
        _put(found, "is_safe", SafeUUID.unknown)
        return found


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection of one thread. (Django's type stubs leave the underscored hooks out.)"""

    display_name = "SQLite (durable)"
    ops_class = DatabaseOperations

    def __init__(self, settings_dict: dict[str, Any], alias: str = "default") -> None:
        super().__init__(settings_dict, alias)
        self._write_ticket: Ticket | None = None
        self.execute_wrappers.append(self._queue_single_write)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if not self.is_in_memory_db():
            # The first command of a new installation finds its folder, closed to others.
            folder = Path(str(self.settings_dict["NAME"])).parent
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = super().get_new_connection(conn_params)
        _enter_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA journal_size_limit = 67108864")
        # Two megabytes, the library's own, spill into the log in the midst of a large write; and
        # a page that a season writes again and again is copied home after each four.
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute("PRAGMA wal_autocheckpoint = 8192")
        return connection

    def _start_transaction_under_autocommit(self) -> None:
        self._take_write_lock()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._give_back_write_lock()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        # Not in a finally: a commit that fails leaves the transaction open, and Django then
        # rolls back or closes; the lock goes with that.
        self._give_back_write_lock()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_back_write_lock()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._give_back_write_lock()

    def _take_write_lock(self) -> None:
        if self._write_ticket is not None:
            return
        timeout = float(self.settings_dict["OPTIONS"].get("timeout", _DEFAULT_TIMEOUT_SECONDS))
        try:
            self._write_ticket = lock_of(str(self.settings_dict["NAME"])).take(
                timeout_seconds=timeout, abandon=self._abandon
            )
        except LockWaitError as refused:
            raise OperationalError(str(refused)) from refused

    def _give_back_write_lock(self) -> None:
        ticket, self._write_ticket = self._write_ticket, None
        if ticket is not None:
            lock_of(str(self.settings_dict["NAME"])).give_back(ticket)

    def _abandon(self) -> None:
        """Undo the open transaction of a thread that died: close its raw connection."""
        self._write_ticket = None
        raw, self.connection = self.connection, None
        if raw is not None:
            with suppress(sqlite3.Error):
                raw.close()

    def _queue_single_write(
        self,
        execute: Callable[[str, Any, bool, dict[str, Any]], Any],
        sql: str,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        """Let a write outside any transaction stand in the same queue."""
        alone = self._write_ticket is None and not self.in_atomic_block
        if not (alone and _WRITES.match(sql)):
            return execute(sql, params, many, context)
        self._take_write_lock()
        try:
            return execute(sql, params, many, context)
        finally:
            self._give_back_write_lock()


def _enter_wal(connection: Any) -> None:
    """Switch the file to WAL; it stays so for every later connection.

    Race: the switch needs the file alone for a moment and does not wait for the busy timeout,
    so two connections opening a new file at once would see "database is locked".
    """
    if _mode_of(connection) in {"wal", "memory"}:
        return
    with _wal_mutex:
        for attempt in range(_WAL_ATTEMPTS):
            try:
                mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            except sqlite3.OperationalError:
                if attempt == _WAL_ATTEMPTS - 1:
                    raise
                time.sleep(0.02)
                continue
            if mode not in {"wal", "memory"}:
                raise ImproperlyConfigured(
                    f"SQLite refuses WAL here (journal mode stays {mode!r}); "
                    "the data folder must be on a local disk"
                )
            return


def _mode_of(connection: Any) -> str:
    return str(connection.execute("PRAGMA journal_mode").fetchone()[0])
