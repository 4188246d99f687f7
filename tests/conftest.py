"""What every test stands on: a real database, embedded by default.

``pytest`` runs on an SQLite file in a temporary folder: a file, not memory, because the tests
of races open connections from several threads and processes. With ``DENGHUO_DATABASE_URL``
set to a PostgreSQL server the same tests run there (``tools/postgres.py`` starts one).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as drawing
from pytest_django import DjangoDbBlocker, Settings

from denghuo.platform.append_only import allow_changes, append_only_tables, forbid_changes
from denghuo.web.translations import LANGUAGES, compile_catalogue

# No test is timed: a busy machine draws examples slowly and is right all the same.
drawing.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
drawing.load_profile("house")


def on_postgres() -> bool:
    return connection.vendor == "postgresql"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that say nothing about the database run once, on the embedded default."""
    if not on_postgres():
        return
    once = pytest.mark.skip(reason="says nothing about the database; runs on the embedded one")
    for item in items:
        if item.get_closest_marker("no_postgres"):
            item.add_marker(once)


def pytest_sessionstart() -> None:
    """What set-up makes and git does not keep: the static folder, the other languages."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        compile_catalogue(language)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind in the temporary folder, once the last process is done with it."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """One database per test process: a file of its own, or a suffix on the server."""
    if on_postgres():
        request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")
        return
    # The worker processes of pytest-xdist have a temporary folder each.
    file = tmp_path_factory.mktemp("database") / "test.sqlite3"
    connection.settings_dict.setdefault("TEST", {})["NAME"] = str(file)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let Django empty the tables between transactional tests, those that are only kept too.

    The embedded engine empties a table by DELETE, so every trigger is lifted for it.
    """
    with django_db_blocker.unblock():
        guarded = append_only_tables(connection)

    # On the class, not on this connection: a test may close and reopen it.
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def empty(self: BaseDatabaseOperations, sql_list: Iterable[str]) -> None:
        for table in guarded:
            allow_changes(self.connection, table)
        with triggers_lifted(self.connection):
            flush(self, sql_list)
        for table in guarded:
            forbid_changes(self.connection, table)

    operations.execute_sql_flush = empty  # type: ignore[method-assign]


@contextmanager
def triggers_lifted(of: BaseDatabaseWrapper) -> Iterator[None]:
    """Take all triggers of the embedded engine off, and put them back as they were."""
    if of.vendor != "sqlite":
        yield
        return
    with of.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _, sql in triggers:
            cursor.execute(sql)


@pytest.fixture
def in_threads(transactional_db: None) -> Callable[..., list[object]]:
    """Run callables at the same instant in threads of their own; results in order.

    ``in_threads(first, second, ...)`` returns each result, or the exception it raised. Each
    thread's database connection is closed, so the test database can be removed.
    """

    def run(*calls: Callable[[], object]) -> list[object]:
        start = Barrier(len(calls))

        def one(call: Callable[[], object]) -> object:
            start.wait()
            try:
                return call()
            except Exception as raised:  # noqa: BLE001  the test looks at it
                return raised
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(one, calls))

    return run


@pytest.fixture(autouse=True)
def _no_language_left() -> Iterator[None]:
    """A page read in another language leaves it chosen in the thread; the next test begins anew."""
    yield
    translation.deactivate()


@pytest.fixture
def data_dir(tmp_path: Path, settings: Settings) -> Path:
    """A data folder of this test alone."""
    settings.DATA_DIR = tmp_path
    return tmp_path
