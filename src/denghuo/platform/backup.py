"""Copy the embedded database while it serves, and put a copy back.

A backup is one file: the database, the stored files, the kept audit heads, and a manifest
with the SHA-256 of each. The keys are not in it: without ``DENGHUO_IDENTITY_KEY`` sealed
fields stay sealed, so a stolen backup tells little, and a lost key cannot be restored.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from denghuo.platform.audit_heads import FILE_NAME as HEADS

MANIFEST = "manifest.json"
DATABASE = "denghuo.sqlite3"
FILES = "files"
FORMAT = 1
_BLOCK = 1024 * 1024
_MANIFEST_BYTES_MAX = 64 * 1024 * 1024


class BackupError(Exception):
    """A backup that cannot be made, or a file that is not a whole backup."""


class TargetInUseError(BackupError):
    """The place to restore to holds a database already, or somebody has it open."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where one installation keeps what a backup holds."""

    database: Path
    files: Path
    heads: Path


def make_backup(places: Places, target: Path, *, now: datetime) -> dict[str, str]:
    """Write a backup to ``target`` and return the SHA-256 of each part.

    The database is copied first and the files after it: a file is stored before its row is
    committed, so every row in the copy finds its file. Nothing is left at ``target`` unless
    the copy passes SQLite's integrity check. Raises ``BackupError``.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        raise BackupError(f"{target} exists already")
    part = target.with_name(target.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            copy, heads = Path(folder) / DATABASE, Path(folder) / HEADS
            # Heads first: one kept after the database was copied would name a link that the
            # copy does not have, and the restored chain would look cut short.
            _copy_heads(places.heads, heads)
            _copy_database(places.database, copy)
            sums = _write_archive(part, copy, Places(copy, places.files, heads), now=now)
        part.replace(target)
        _sync_folder(target.parent)
    except OSError as failed:
        raise BackupError(f"the backup could not be written: {failed}") from failed
    finally:
        part.unlink(missing_ok=True)
    return sums


def restore_backup(source: Path, places: Places, *, replace: bool, now: datetime) -> list[Path]:
    """Put a backup in place; return where the former database and files were moved.

    Everything is unpacked and checked beside its place before anything is moved. Raises
    ``BackupError`` when the file is damaged and ``TargetInUseError`` when a database is there
    (unless ``replace``) or is open in another process.
    """
    if places.database.exists() and not replace:
        raise TargetInUseError(f"{places.database} exists; --replace moves it aside")
    places.database.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=places.database.parent, prefix=".restore-") as folder:
        unpacked = Path(folder)
        _unpack(source, unpacked)
        _demand_integrity(unpacked / DATABASE)
        with _nobody_else_in(places.database):
            moved = _move_aside(places, suffix=f".before-restore-{now:%Y%m%d-%H%M%S}")
            _move_in(unpacked, places)
    _sync_folder(places.database.parent)
    return moved


def _copy_heads(source: Path, copy: Path) -> None:
    """The whole lines of the file; one that is being written belongs to the next backup."""
    if source.exists():
        lines = source.read_bytes()
        copy.write_bytes(lines[: lines.rfind(b"\n") + 1])


def _copy_database(source: Path, copy: Path) -> None:
    if not source.exists():
        raise BackupError(f"there is no database at {source}")
    with (
        closing(sqlite3.connect(source, timeout=20)) as reading,
        closing(sqlite3.connect(copy)) as writing,
    ):
        # In one step: a copy in many steps starts anew whenever somebody writes, and on a
        # busy site never ends. Readers and writers are not held up meanwhile (WAL).
        reading.backup(writing, pages=-1)
    copy.chmod(0o600)
    _demand_integrity(copy)


def _demand_integrity(database: Path) -> None:
    try:
        with closing(sqlite3.connect(database)) as checking:
            # Leaves one file without a journal beside it, which is what is archived.
            checking.execute("PRAGMA journal_mode = DELETE")
            [answer] = checking.execute("PRAGMA integrity_check(1)").fetchone()
            orphan = checking.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as damaged:
        raise BackupError(f"the database in it is damaged: {damaged}") from damaged
    if answer != "ok" or orphan is not None:
        raise BackupError(f"the database in it is damaged: {answer}")


def _write_archive(part: Path, copy: Path, places: Places, *, now: datetime) -> dict[str, str]:
    sums: dict[str, str] = {}
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
        with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=1) as archive:
            for name, file in _parts(copy, places):
                sums[name] = _add(archive, name, file)
            manifest = {"format": FORMAT, "made_at": now.isoformat(), "sha256": sums}
            text = json.dumps(manifest, indent=1, sort_keys=True).encode()
            described = tarfile.TarInfo(MANIFEST)
            described.size = len(text)
            archive.addfile(described, io.BytesIO(text))
        raw.flush()
        os.fsync(raw.fileno())
    return sums


def _parts(copy: Path, places: Places) -> Iterator[tuple[str, Path]]:
    yield DATABASE, copy
    if places.heads.exists():
        yield HEADS, places.heads
    if places.files.exists():
        for file in sorted(places.files.rglob("*")):
            if file.is_file() and not file.is_symlink():
                yield f"{FILES}/{file.relative_to(places.files).as_posix()}", file


class _Summing(io.RawIOBase):
    """Sums what the archive reads, so that the sum is of the very bytes that were archived."""

    def __init__(self, opened: IO[bytes]) -> None:
        self._opened = opened
        self.sum = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._opened.read(size)
        self.sum.update(block)
        return block


def _add(archive: tarfile.TarFile, name: str, file: Path) -> str:
    described = tarfile.TarInfo(name)
    with file.open("rb") as opened:
        found = os.fstat(opened.fileno())
        described.size = found.st_size
        described.mtime = int(found.st_mtime)
        summing = _Summing(opened)
        # Reads exactly ``size`` bytes: a file that grows meanwhile is archived as it was.
        archive.addfile(described, summing)
    return summing.sum.hexdigest()


def _unpack(source: Path, folder: Path) -> None:
    """Unpack by hand: names are checked, and nothing but plain files is believed."""
    found: dict[str, str] = {}
    manifest: dict[str, str] | None = None
    try:
        with tarfile.open(source, mode="r:gz") as archive:
            for member in archive:
                opened = archive.extractfile(member) if member.isfile() else None
                if opened is None:
                    raise BackupError(f"not a backup: {member.name!r} is not a plain file")
                if member.name == MANIFEST:
                    manifest = _read_manifest(opened.read(_MANIFEST_BYTES_MAX))
                else:
                    found[member.name] = _write_out(opened, _place_of(member.name, folder))
    except (tarfile.TarError, EOFError, OSError) as damaged:
        raise BackupError(f"{source} cannot be read as a backup: {damaged}") from damaged
    if manifest is None:
        raise BackupError("not a whole backup: the manifest is missing")
    if manifest != found or DATABASE not in found:
        wrong = sorted(set(manifest.items()) ^ set(found.items()))
        raise BackupError(f"the backup is damaged: {wrong[0][0] if wrong else DATABASE}")


def _place_of(name: str, folder: Path) -> Path:
    place = (folder / name).resolve()
    expected = name in {DATABASE, HEADS} or name.startswith(f"{FILES}/")
    if not expected or not place.is_relative_to(folder.resolve()):
        raise BackupError(f"not a backup: unexpected part {name!r}")
    return place


def _read_manifest(text: bytes) -> dict[str, str]:
    try:
        content = json.loads(text)
        if content["format"] != FORMAT:
            raise BackupError(f"unknown backup format {content['format']!r}")
        return {str(name): str(value) for name, value in content["sha256"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupError("the manifest cannot be read") from None


def _write_out(opened: IO[bytes], place: Path) -> str:
    place.parent.mkdir(parents=True, exist_ok=True)
    summed = hashlib.sha256()
    with place.open("wb") as written:
        while block := opened.read(_BLOCK):
            summed.update(block)
            written.write(block)
        written.flush()
        os.fsync(written.fileno())
    place.chmod(0o600)
    return summed.hexdigest()


@contextmanager
def _nobody_else_in(database: Path) -> Iterator[None]:
    """Hold the present database alone while it is moved.

    Leaving WAL mode needs the file exclusively and fails while any other process has it open,
    also one that is idle; the exclusive transaction keeps newcomers out until we are done.
    """
    if not database.exists():
        yield
        return
    with closing(sqlite3.connect(database, timeout=1, isolation_level=None)) as alone:
        try:
            [mode] = alone.execute("PRAGMA journal_mode = DELETE").fetchone()
            alone.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            mode = "wal"
        except sqlite3.DatabaseError:
            mode = "delete"  # not a database any more, so nobody is using it as one
        if mode == "wal":
            raise TargetInUseError(f"{database} is in use; stop the site first")
        yield


def _move_aside(places: Places, *, suffix: str) -> list[Path]:
    moved = []
    for present in (places.database, places.files, places.heads):
        if present.exists():
            aside = present.with_name(present.name + suffix)
            present.rename(aside)
            moved.append(aside)
    return moved


def _move_in(unpacked: Path, places: Places) -> None:
    """The database last: while it is missing, nothing can be served from half a restore."""
    for name, place in ((FILES, places.files), (HEADS, places.heads), (DATABASE, places.database)):
        if (unpacked / name).exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(unpacked / name, place)


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
