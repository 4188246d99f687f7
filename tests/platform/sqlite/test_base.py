"""The durable SQLite backend, on a real file, with real threads."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, connections, transaction
from django.utils import timezone

from denghuo.platform.sqlite.fair_lock import lock_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.no_postgres,
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="about the embedded database"),
]


def write(key: str) -> None:
    Session.objects.create(session_key=key, session_data="", expire_date=timezone.now())


def holder() -> object:
    return lock_of(str(connection.settings_dict["NAME"]))._holder


@pytest.fixture(autouse=True)
def _nobody_keeps_the_lock() -> Iterator[None]:
    yield
    assert holder() is None


def test_durable_settings_are_on() -> None:
    with connection.cursor() as cursor:
        answers = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "mmap_size")
        }
    assert answers == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "mmap_size": 0}
    assert sqlite3.sqlite_version_info >= (3, 51, 3)


def test_a_transaction_holds_the_lock_through_nested_blocks() -> None:
    with transaction.atomic():
        outer = holder()
        assert outer is not None
        with transaction.atomic():
            assert holder() is outer
        assert holder() is outer
    assert holder() is None


def test_rollback_and_close_give_the_lock_back() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _ = 1 // 0
    assert holder() is None
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    assert holder() is not None
    connection.close()
    assert holder() is None


def test_reads_take_no_lock_and_do_not_wait_for_a_writer(
    in_threads: Callable[..., list[object]],
) -> None:
    write("before")
    with transaction.atomic():
        write("inside")
        seen = in_threads(Session.objects.count)
    assert seen == [1]


def test_many_threads_lose_no_update(in_threads: Callable[..., list[object]]) -> None:
    write("counter")
    Session.objects.update(session_data="0")

    def add_one_often() -> int:
        for _ in range(25):
            with transaction.atomic():  # reads first: a deferred transaction would fail here
                row = Session.objects.get(session_key="counter")
                row.session_data = str(int(row.session_data) + 1)
                row.save()
        return 25

    assert in_threads(*[add_one_often] * 8) == [25] * 8
    assert Session.objects.get(session_key="counter").session_data == "200"


def test_single_writes_stand_in_the_same_queue() -> None:
    order: list[str] = []
    with transaction.atomic():
        write("first")

        def alone() -> None:
            write("second")
            order.append("second written")
            connections.close_all()

        waiting = threading.Thread(target=alone)
        waiting.start()
        time.sleep(0.1)
        order.append("first committed")
    waiting.join()
    assert order == ["first committed", "second written"]


@pytest.mark.parametrize(
    ("sql", "waits"),
    [
        ("SELECT 1", False),
        ("WITH a AS (SELECT 1 AS n) SELECT n FROM a", False),
        ("PRAGMA user_version", False),
        ("DELETE FROM django_session", True),
        ("  update django_session SET session_data = ''", True),
        ("WITH a AS (SELECT 1) DELETE FROM django_session", True),
    ],
)
def test_only_statements_that_write_wait_for_the_lock(
    in_threads: Callable[..., list[object]],
    monkeypatch: pytest.MonkeyPatch,
    sql: str,
    waits: bool,
) -> None:
    def run() -> None:
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)
        with connection.cursor() as cursor:
            cursor.execute(sql)

    with transaction.atomic():
        [outcome] = in_threads(run)
    assert isinstance(outcome, OperationalError) is waits


def test_timeout_is_a_clear_database_error(
    in_threads: Callable[..., list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def hasty() -> None:
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)
        write("late")

    with transaction.atomic():
        [refused] = in_threads(hasty)
    assert isinstance(refused, OperationalError)
    assert "write lock" in str(refused)


def test_a_thread_that_dies_in_a_transaction_blocks_nobody() -> None:
    kept: list[object] = []

    def die() -> None:
        connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        write("never committed")
        kept.append(connections["default"])  # nothing closes it when the thread ends

    dying = threading.Thread(target=die)
    dying.start()
    dying.join()
    assert holder() is not None
    write("after")
    assert list(Session.objects.values_list("session_key", flat=True)) == ["after"]
