"""Backup while it serves, restore, and every way a restore must refuse."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from pytest_django import Settings

from denghuo.platform import backup as backup_module
from denghuo.platform.access import SYSTEM
from denghuo.platform.audit import record_audit
from denghuo.platform.audit_heads import keep_head, read_heads
from denghuo.platform.backup import (
    BackupError,
    Places,
    TargetInUseError,
    make_backup,
    restore_backup,
)
from denghuo.platform.logic.audit_chain import ChainRow, first_break

pytestmark = [
    pytest.mark.no_postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="about the embedded database"),
]
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def write(count: int) -> None:
    for _ in range(count):
        with transaction.atomic():
            record_audit(actor=SYSTEM, action="test.write")


@pytest.fixture
def here(tmp_path: Path, settings: Settings) -> Places:
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "data" / "files"
    stored = tmp_path / "data" / "files" / "ab" / "abcd.pdf"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(b"%PDF-1.7")
    return Places(
        database=Path(str(connection.settings_dict["NAME"])),
        files=tmp_path / "data" / "files",
        heads=tmp_path / "data" / "audit-heads.jsonl",
    )


@pytest.fixture
def there(tmp_path: Path) -> Places:
    new = tmp_path / "new"
    return Places(new / "denghuo.sqlite3", new / "files", new / "audit-heads.jsonl")


@pytest.fixture
def backup(here: Places, tmp_path: Path) -> Path:
    write(5)
    target = tmp_path / "copy.tar.gz"
    make_backup(here, target, now=NOW)
    return target


def chain_of(database: Path) -> list[tuple[ChainRow, str]]:
    sql = (
        "SELECT seq, at, actor, acting_for, mandate, action, subject, entity, detail, previous, "
        "hash FROM platform_auditentry ORDER BY seq"
    )
    with closing(sqlite3.connect(database)) as opened:
        rows = opened.execute(sql).fetchall()
    return [
        (ChainRow(row[0], datetime.fromisoformat(row[1]).replace(tzinfo=UTC), *row[2:10]), row[10])
        for row in rows
    ]


def test_a_copy_made_under_writes_is_whole(here: Places, there: Places, tmp_path: Path) -> None:
    write(20)
    stop = threading.Event()
    written: list[int] = []

    def keep_writing() -> None:
        while not stop.is_set():
            write(1)
            written.append(1)
        connections.close_all()

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        while not written:
            pass
        for number in range(3):
            make_backup(here, tmp_path / f"{number}.tar.gz", now=NOW)
    finally:
        stop.set()
        writer.join()
    restore_backup(tmp_path / "2.tar.gz", there, replace=False, now=NOW)
    chain = chain_of(there.database)
    assert 20 < len(chain) <= 20 + len(written)
    assert first_break(chain, heads={}) is None
    assert (there.files / "ab" / "abcd.pdf").read_bytes() == b"%PDF-1.7"


def test_a_head_kept_while_the_database_is_copied_does_not_break_the_restored_chain(
    here: Places, there: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(5)
    keep_head(now=NOW)
    copy_database = backup_module._copy_database

    def copy_and_go_on(source: Path, copy: Path) -> None:
        copy_database(source, copy)
        write(1)
        keep_head(now=NOW)

    monkeypatch.setattr(backup_module, "_copy_database", copy_and_go_on)
    make_backup(here, tmp_path / "copy.tar.gz", now=NOW)
    assert max(read_heads(here.heads)) == 6
    restore_backup(tmp_path / "copy.tar.gz", there, replace=False, now=NOW)
    heads = read_heads(there.heads)
    assert max(heads) == 5
    assert first_break(chain_of(there.database), heads=heads) is None


def test_a_line_half_written_is_left_to_the_next_backup(
    here: Places, there: Places, tmp_path: Path
) -> None:
    write(1)
    keep_head(now=NOW)
    whole = here.heads.read_bytes()
    here.heads.write_bytes(whole + b'{"hash":"12')
    make_backup(here, tmp_path / "copy.tar.gz", now=NOW)
    restore_backup(tmp_path / "copy.tar.gz", there, replace=False, now=NOW)
    assert there.heads.read_bytes() == whole


def test_nobody_else_may_read_it(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in backup.parent.iterdir() if file.name.startswith(".")] == []


def test_restoring_over_a_database_needs_replace_and_keeps_the_former(
    backup: Path, there: Places
) -> None:
    restore_backup(backup, there, replace=False, now=NOW)
    with closing(sqlite3.connect(there.database)) as changed:
        changed.execute("CREATE TABLE later (id)")
    with pytest.raises(TargetInUseError, match="--replace"):
        restore_backup(backup, there, replace=False, now=NOW)
    moved = restore_backup(backup, there, replace=True, now=NOW)
    names = [file.name for file in moved]
    assert names[0] == "denghuo.sqlite3.before-restore-20261123-080000"
    with closing(sqlite3.connect(moved[0])) as former:
        assert former.execute("SELECT count(*) FROM later").fetchone() == (0,)
    with closing(sqlite3.connect(there.database)) as restored, pytest.raises(sqlite3.Error):
        restored.execute("SELECT count(*) FROM later")
    assert len(chain_of(there.database)) == 5


@pytest.fixture
def in_another_process(backup: Path, there: Places) -> Iterator[None]:
    """A process that has the database open and does nothing with it."""
    restore_backup(backup, there, replace=False, now=NOW)
    code = (
        "import pysqlite3, sys\n"
        f"opened = pysqlite3.connect({str(there.database)!r})\n"
        "opened.execute('PRAGMA journal_mode = WAL')\n"
        "opened.execute('SELECT count(*) FROM platform_auditentry').fetchone()\n"
        "print('open', flush=True)\n"
        "sys.stdin.read()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    assert other.stdout.readline() == b"open\n"
    yield
    other.communicate()


@pytest.mark.usefixtures("in_another_process")
def test_a_database_in_use_is_never_replaced(backup: Path, there: Places) -> None:
    with pytest.raises(TargetInUseError, match="in use"):
        restore_backup(backup, there, replace=True, now=NOW)
    assert len(chain_of(there.database)) == 5


def rebuilt(backup: Path, target: Path, *, change: str) -> Path:
    """The same archive with one thing changed."""
    with tarfile.open(backup) as old, tarfile.open(target, "w:gz") as new:
        for member in old:
            opened = old.extractfile(member)
            assert opened is not None
            content = opened.read()
            name = member.name
            if change == "edited" and name.startswith("files/"):
                content = b"%PDF-9.9"
            if change == "dropped" and name.startswith("files/"):
                continue
            if change == "escaping" and name.startswith("files/"):
                name = "files/../../escaped"
            if change == "stranger" and name.startswith("files/"):
                name = "settings.py"
            if change == "no manifest" and name == "manifest.json":
                continue
            if change == "format" and name == "manifest.json":
                content = json.dumps({**json.loads(content), "format": 99}).encode()
            described = tarfile.TarInfo(name)
            described.size = len(content)
            if change == "link" and name.startswith("files/"):
                described.size, described.type = 0, tarfile.SYMTYPE
                described.linkname = "/etc/passwd"
                content = b""
            new.addfile(described, io.BytesIO(content))
    return target


@pytest.mark.parametrize(
    "change",
    ["edited", "dropped", "escaping", "stranger", "no manifest", "format", "link"],
)
def test_a_damaged_or_hostile_archive_changes_nothing(
    backup: Path, there: Places, tmp_path: Path, change: str
) -> None:
    damaged = rebuilt(backup, tmp_path / "damaged.tar.gz", change=change)
    with pytest.raises(BackupError):
        restore_backup(damaged, there, replace=False, now=NOW)
    assert not there.database.exists()
    assert not there.files.exists()
    assert not (tmp_path / "escaped").exists()


@pytest.mark.parametrize("keep", [0, 10, 1000])
def test_half_a_file_is_refused(backup: Path, there: Places, tmp_path: Path, keep: int) -> None:
    half = tmp_path / "half.tar.gz"
    half.write_bytes(backup.read_bytes()[:keep])
    with pytest.raises(BackupError):
        restore_backup(half, there, replace=False, now=NOW)
    assert not there.database.exists()


def test_a_damaged_database_is_not_backed_up(there: Places, tmp_path: Path) -> None:
    there.database.parent.mkdir()
    there.database.write_bytes(b"SQLite format 3\0" + os.urandom(8000))
    with pytest.raises((BackupError, sqlite3.DatabaseError)):
        make_backup(there, tmp_path / "copy.tar.gz", now=NOW)
    assert not (tmp_path / "copy.tar.gz").exists()


def test_the_commands_say_what_they_did(
    here: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(3)
    target = tmp_path / "out.tar.gz"
    call_command("backup", to=target)
    assert "integrity ok" in capsys.readouterr().out
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", to=target)
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", target)
    assert "Not in it" not in here.heads.read_text()
