"""A file is kept once, whole, and read by those who may."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client
from pytest_django import Settings

from denghuo.kernel.subject import SubjectRef
from denghuo.platform.access import ANONYMOUS, Actor
from denghuo.platform.audit import look_ups_of
from denghuo.platform.files import store
from denghuo.platform.files.scanner import EICAR, ScannerAwayError
from denghuo.platform.files.store import (
    FileInfectedError,
    FileView,
    FileWaitingError,
    NoSuchFileError,
    open_file,
    read_file,
    scan_waiting_file,
    store_file,
)
from denghuo.platform.logic.file_kinds import FileMismatchError, FileTooLargeError
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.models.files import StoredFile
from denghuo.platform.models.jobs import Job
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 8, 4, 0, tzinfo=UTC)
PERSON = SubjectRef("person", uuid4())
ME = Actor(kind="resident", person=PERSON, acting_for=PERSON)
OFFICER = Actor(kind="staff", staff_id=uuid4(), roles=frozenset({"officer"}))
PDF = b"%PDF-1.7\n<< /Type /Catalog >>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _on_disk(settings: Settings, tmp_path: Path) -> None:
    """Real files, because the races are about them."""
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }


def _store(
    content: bytes = PDF, name: str = "证明.pdf", owner: SubjectRef | None = PERSON
) -> FileView:
    upload = SimpleUploadedFile("x", content)
    upload.name = name
    return store_file(actor=ME, owner=owner, upload=upload, now=NOON)


def _bytes_of(file: FileView) -> bytes:
    with open_file(file) as content:
        return content.read()


def _files_on_disk(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_kept_under_its_hash_with_its_name_and_true_type(tmp_path: Path) -> None:
    file = _store(name="../../证\u202e明.PDF")
    assert file.name == "证明.PDF"
    assert file.content_type == "application/pdf"
    assert file.size_bytes == len(PDF)
    assert file.scan_state == "clean"
    assert _bytes_of(file) == PDF
    assert _files_on_disk(tmp_path) == [hashlib.sha256(PDF).hexdigest()]
    entry = AuditEntry.objects.latest("seq")
    assert (entry.action, entry.subject) == ("platform.store_file", str(PERSON))
    assert "证明" not in entry.detail


def test_the_same_bytes_are_one_row_per_owner_and_one_file_for_all(tmp_path: Path) -> None:
    first, again = _store(), _store(name="别名.pdf")
    other = _store(owner=SubjectRef("firm", uuid4()))
    assert again == first
    assert other.id != first.id
    assert StoredFile.objects.count() == 2
    assert len(_files_on_disk(tmp_path)) == 1


def test_two_tabs_at_once_keep_one(in_threads: Callable[..., list[object]], tmp_path: Path) -> None:
    results = in_threads(*[_store] * 5)
    ids = {file.id for file in results if isinstance(file, FileView)}
    assert len(ids) == 1, results
    assert _files_on_disk(tmp_path) == [hashlib.sha256(PDF).hexdigest()]


def test_a_copy_cut_short_by_a_crash_is_replaced(tmp_path: Path) -> None:
    digest = hashlib.sha256(PDF).hexdigest()
    place = tmp_path / digest[:2] / digest
    place.parent.mkdir()
    place.write_bytes(PDF[:7])
    assert _bytes_of(_store()) == PDF


@pytest.mark.parametrize(
    ("content", "name", "refusal"),
    [
        (b"MZ\x90", "证明.pdf", FileMismatchError),
        (PDF + EICAR, "证明.pdf", FileInfectedError),
    ],
)
def test_what_is_refused_leaves_nothing(
    tmp_path: Path, content: bytes, name: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        _store(content, name)
    assert _files_on_disk(tmp_path) == []
    assert not StoredFile.objects.exists()


class _Endless:
    """A sender who never stops."""

    name = "照片.png"
    sent = 0

    def chunks(self) -> Iterator[bytes]:
        while True:
            self.sent += 1024 * 1024
            yield b"\x89PNG\r\n\x1a\n" + b"\x00" * (1024 * 1024 - 8)


def test_an_upload_is_stopped_at_the_limit_whatever_it_announced() -> None:
    upload = _Endless()
    with pytest.raises(FileTooLargeError):
        store_file(actor=ME, owner=PERSON, upload=upload, now=NOON)
    assert upload.sent == 11 * 1024 * 1024


class _Away:
    def scan(self, _content: object) -> str:
        raise ScannerAwayError("away")


class _Says:
    def __init__(self, verdict: str) -> None:
        self.verdict = verdict

    def scan(self, _content: object) -> str:
        return self.verdict


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> FileView:
    monkeypatch.setattr(store, "scanner", _Away)
    return _store()


def test_while_the_scanner_is_away_a_file_is_kept_and_waits(
    waiting: FileView, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FileWaitingError):
        read_file(actor=ME, file_id=waiting.id)
    assert Job.objects.get(kind="platform.scan_file").payload == {"file": str(waiting.id)}
    with pytest.raises(ScannerAwayError):
        scan_waiting_file(waiting.id, now=NOON)
    monkeypatch.setattr(store, "scanner", lambda: _Says("clean"))
    scan_waiting_file(waiting.id, now=NOON)
    assert read_file(actor=ME, file_id=waiting.id).scan_state == "clean"


def test_what_the_scanner_finds_later_is_removed(
    waiting: FileView, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(store, "scanner", lambda: _Says("infected"))
    scan_waiting_file(waiting.id, now=NOON)
    assert _files_on_disk(tmp_path) == []
    with pytest.raises(NoSuchFileError):
        read_file(actor=ME, file_id=waiting.id)
    monkeypatch.setattr(store, "scanner", lambda: _Says("clean"))  # it was a false alarm
    assert _store().id == waiting.id
    assert _bytes_of(read_file(actor=ME, file_id=waiting.id)) == PDF


def test_the_owner_reads_without_a_trace_and_a_mandate_leaves_one() -> None:
    file = _store()
    assert read_file(actor=ME, file_id=file.id).id == file.id
    assert look_ups_of(PERSON).total == 0
    helper = Actor(kind="resident", person=SubjectRef("person", uuid4()), acting_for=PERSON)
    with pytest.raises(NoSuchFileError):
        read_file(actor=replace(helper, scopes=frozenset({"read", "apply"})), file_id=file.id)
    read_file(actor=replace(helper, scopes=frozenset({"documents"})), file_id=file.id)
    (look,) = look_ups_of(PERSON).entries
    assert (look.what, look.purpose) == (("file",), "受委托代办")


@pytest.mark.parametrize(
    "stranger",
    [ANONYMOUS, OFFICER, Actor(kind="resident", person=SubjectRef("person", uuid4()))],
)
def test_for_everybody_else_there_is_no_such_file(stranger: Actor) -> None:
    file = _store()
    for file_id in (file.id, uuid4()):
        with pytest.raises(NoSuchFileError):
            read_file(actor=stranger, file_id=file_id)
    assert look_ups_of(PERSON).total == 0


def test_a_room_may_open_files_to_its_staff_and_the_owner_sees_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(store, "_reading_rights", [])
    file = _store()

    @store.may_read_files
    def on_the_case(actor: Actor, asked: FileView) -> str:
        return "审核申请" if "officer" in actor.roles and asked.id == file.id else ""

    assert read_file(actor=OFFICER, file_id=file.id, now=NOON).id == file.id
    (look,) = look_ups_of(PERSON).entries
    assert (look.purpose, look.actor) == ("审核申请", OFFICER.label)


def test_files_of_the_administration_are_for_staff() -> None:
    file = _store(owner=None)
    assert read_file(actor=OFFICER, file_id=file.id).owner is None
    with pytest.raises(NoSuchFileError):
        read_file(actor=ME, file_id=file.id)


def _as(monkeypatch: pytest.MonkeyPatch, actor: Actor) -> None:
    middleware = "denghuo.people.middleware.ActorMiddleware"
    assert middleware in django_settings.MIDDLEWARE

    def call(self: object, request: HttpRequest) -> object:
        request.actor = actor  # type: ignore[attr-defined]
        return self.get_response(request)  # type: ignore[attr-defined]

    monkeypatch.setattr(f"{middleware}.__call__", call)


def _path(file_id: UUID) -> str:
    return f"/files/{file_id}/"


def test_it_comes_as_a_download_that_no_browser_runs(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = SubjectRef("person", make_person())
    file = _store(owner=me)
    _as(monkeypatch, replace(ME, person=me, acting_for=me))
    answer = client.get(_path(file.id))
    assert answer.getvalue() == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_stranger_gets_404_and_nobody_is_led_to_sign_in(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _store()
    assert client.get(_path(file.id)).status_code == 302
    _as(monkeypatch, OFFICER)
    assert client.get(_path(file.id)).status_code == 404


def test_bytes_without_a_row_cannot_be_reached() -> None:
    file = _store()
    StoredFile.objects.all().delete()
    assert default_storage.exists(f"{file.sha256[:2]}/{file.sha256}")
    with pytest.raises(NoSuchFileError):
        read_file(actor=ME, file_id=file.id)
