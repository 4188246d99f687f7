"""A removed file cannot be opened, its bytes go, and what others rest on stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from pytest_django import Settings

from denghuo.kernel.subject import SubjectRef
from denghuo.platform.access import Actor
from denghuo.platform.files import removing, store
from denghuo.platform.files.places import place_of
from denghuo.platform.files.removing import (
    BYTES_KEPT,
    hold_file,
    needs_file,
    remove_bytes,
    remove_file,
    remove_files,
)
from denghuo.platform.files.store import (
    FileView,
    NoSuchFileError,
    open_file,
    read_file,
    scan_waiting_file,
    store_file,
)
from denghuo.platform.jobs.queue import claim_due
from denghuo.platform.jobs.running import run_job
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.models.files import StoredFile
from denghuo.platform.models.jobs import Job

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 8, 4, 0, tzinfo=UTC)
PERSON = SubjectRef("person", uuid4())
ME = Actor(kind="resident", person=PERSON, acting_for=PERSON)
PDF = b"%PDF-1.7\n<< /Type /Catalog >>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _on_disk(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }


def _store(owner: SubjectRef = PERSON) -> FileView:
    return store_file(
        actor=ME, owner=owner, upload=SimpleUploadedFile("乌云的证明.pdf", PDF), now=NOON
    )


def _remove(file: FileView) -> bool:
    return remove_file(actor=ME, file_id=file.id, now=NOON)


def _run_removals() -> None:
    """What a worker does an hour later."""
    for claimed in claim_due(now=NOON + BYTES_KEPT):
        run_job(claimed, clock=lambda: NOON + BYTES_KEPT)


def _lies_there(file: FileView) -> bool:
    return default_storage.exists(place_of(file.sha256))


def test_a_removed_file_opens_to_nobody_and_leaves_a_tombstone() -> None:
    file = _store()
    assert _remove(file)
    with pytest.raises(NoSuchFileError):
        read_file(actor=ME, file_id=file.id)
    row = StoredFile.objects.get()
    assert (row.id, row.sha256, row.removed_at, row.name) == (file.id, file.sha256, NOON, "")
    assert _lies_there(file), "a backup that has read the row still copies the bytes"
    assert claim_due(now=NOON) == []
    _run_removals()
    assert not _lies_there(file)
    assert Job.objects.get(kind=removing.REMOVE_BYTES).state == "done"
    with pytest.raises(NoSuchFileError):
        open_file(file)


def test_removing_again_changes_and_records_nothing() -> None:
    file = _store()
    assert [_remove(file) for _twice in range(2)] == [True, True]
    assert AuditEntry.objects.filter(action="platform.remove_file").count() == 1
    assert Job.objects.filter(kind=removing.REMOVE_BYTES).count() == 1
    with pytest.raises(NoSuchFileError):
        remove_file(actor=ME, file_id=uuid4(), now=NOON)
    with pytest.raises(NoSuchFileError):
        remove_files(actor=ME, file_ids=[file.id, uuid4()], now=NOON)


def test_another_s_same_bytes_stay_until_theirs_are_removed_too() -> None:
    mine, theirs = _store(), _store(SubjectRef("firm", uuid4()))
    _remove(mine)
    _run_removals()
    assert _lies_there(mine)
    with open_file(theirs) as content:
        assert content.read() == PDF
    _remove(theirs)
    _run_removals()
    assert not _lies_there(mine)


def test_brought_again_it_is_a_new_file_and_the_late_job_leaves_it() -> None:
    file = _store()
    _remove(file)
    again = _store()
    assert again.id != file.id
    assert again.name == "乌云的证明.pdf"
    _run_removals()
    assert _lies_there(again)
    with pytest.raises(NoSuchFileError):
        read_file(actor=ME, file_id=file.id)
    assert read_file(actor=ME, file_id=again.id).id == again.id


def test_what_a_room_needs_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removing, "_needs", [])
    file, needed = _store(), [True]

    @needs_file
    def paper(file_id: UUID) -> bool:
        return needed[0] and file_id == file.id

    assert not _remove(file)
    assert read_file(actor=ME, file_id=file.id).id == file.id
    assert not Job.objects.filter(kind=removing.REMOVE_BYTES).exists()
    needed[0] = False
    assert _remove(file)


@pytest.mark.django_db(transaction=True)
def test_a_removal_that_did_not_commit_removes_nothing() -> None:
    file = _store()

    @transaction.atomic
    def killed_before_the_commit() -> None:
        _remove(file)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed_before_the_commit()
    assert not Job.objects.filter(kind=removing.REMOVE_BYTES).exists()
    assert read_file(actor=ME, file_id=file.id).id == file.id
    assert _lies_there(file)


@pytest.mark.django_db(transaction=True)
def test_a_job_killed_before_or_after_the_deletion_is_run_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = _store()
    _remove(file)
    delete = default_storage.delete

    def die_after(name: str) -> None:
        delete(name)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(default_storage, "delete", die_after)
        with pytest.raises(KeyboardInterrupt):
            remove_bytes(file.sha256)
    assert not _lies_there(file)
    assert not StoredFile.objects.filter(removed_at=None).exists()
    assert remove_bytes(file.sha256)
    again = _store()
    assert not remove_bytes(again.sha256)
    assert _lies_there(again)


@pytest.mark.django_db(transaction=True)
def test_bytes_deleted_while_they_are_brought_again_are_put_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _remove(_store())
    write = store._keep_row  # the moment between the bytes and their row

    def late(*given: object, **named: object) -> object:
        assert remove_bytes(_sha())
        return write(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "_keep_row", late)
    again = _store()
    with open_file(read_file(actor=ME, file_id=again.id)) as content:
        assert content.read() == PDF


def _sha() -> str:
    return StoredFile.objects.values_list("sha256", flat=True)[0]


@pytest.mark.django_db(transaction=True)
def test_whoever_wins_a_live_row_has_its_bytes(in_threads: Callable[..., list[object]]) -> None:
    for _round in range(5):
        file = _store()
        found = in_threads(
            lambda: _store().id,
            lambda file=file: _remove(file),
            lambda file=file: remove_bytes(file.sha256),
            lambda: _store().id,
        )
        assert not [one for one in found if isinstance(one, Exception)], found
        for row in StoredFile.objects.filter(removed_at=None):
            with open_file(read_file(actor=ME, file_id=row.id)) as content:
                assert content.read() == PDF
            _remove(file)
            remove_files(actor=ME, file_ids=[row.id], now=NOON)
        assert remove_bytes(file.sha256)
        assert not _lies_there(file)


def test_a_removed_file_cannot_be_pointed_to_any_more() -> None:
    file = _store()
    hold_file(file.id)
    _remove(file)
    for gone in (file.id, uuid4()):
        with pytest.raises(NoSuchFileError):
            hold_file(gone)


def test_a_file_removed_while_it_waits_for_the_scanner_is_not_scanned() -> None:
    file = _store()
    StoredFile.objects.update(scan_state="waiting")
    _remove(file)
    remove_bytes(file.sha256)
    scan_waiting_file(file.id, now=NOON)
    assert StoredFile.objects.get().scan_state == "waiting"
