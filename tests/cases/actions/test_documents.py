"""A file leaves with the last draft or case that holds it, and its owner cannot open it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from denghuo.cases.actions.clearing import clear_old_papers
from denghuo.cases.actions.desk import assign_items
from denghuo.cases.actions.documents import (
    CORRECTION_PAGES_MAX,
    attach_document,
    bring_for_case,
    remove_document,
    reuse_document,
)
from denghuo.cases.actions.drafts import begin_draft, drop_draft
from denghuo.cases.logic.documents import TooManyPagesError
from denghuo.cases.models import Document, FormDraft
from denghuo.cases.public import CaseView, service_item, withdraw
from denghuo.cases.queries.documents import file_may_be_read
from denghuo.kernel.region import Region
from denghuo.platform.files.store import NoSuchFileError, read_file, store_file
from denghuo.platform.models.files import StoredFile
from denghuo.platform.models.jobs import Job
from denghuo.platform.public import SYSTEM
from tests.cases import world as w
from tests.factories.people import as_resident, make_person

JPEG = b"\xff\xd8\xff\xe0" + b"photo" * 50
PHOTO = "certificate_photo"


@pytest.fixture
def world(db: None) -> w.World:
    return w.make_world({"employed_insured": True})


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("证书.jpg", JPEG)


def begun(world: w.World) -> UUID:
    begin_draft(actor=world.applicant, item=w.SKILL, now=w.NOW)
    return FormDraft.objects.values_list("pk", flat=True).get(case=None)


def attached(world: w.World) -> tuple[UUID, Document]:
    """A draft and the document in it."""
    draft = begun(world)
    attach_document(actor=world.applicant, draft_id=draft, field=PHOTO, upload=upload(), now=w.NOW)
    return draft, Document.objects.latest("created_at")


def held_by_a_case(world: w.World, period: str = "A1") -> tuple[CaseView, UUID]:
    """A case and the file brought for it."""
    case = w.opened(world, period=period)
    paper = bring_for_case(
        actor=world.applicant,
        subject=world.subject,
        case_id=case.id,
        point="1",
        upload=upload(),
        now=w.NOW,
    )
    return case, paper.file_id


def opens(world: w.World, file_id: UUID) -> bool:
    try:
        return read_file(actor=world.applicant, file_id=file_id, now=w.NOW).id == file_id
    except NoSuchFileError:
        return False


def removals() -> int:
    return Job.objects.filter(kind="platform.remove_bytes").count()


def test_a_file_taken_out_of_the_draft_is_gone_and_another_s_same_bytes_are_not(
    world: w.World,
) -> None:
    other = as_resident(make_person("白音"))
    theirs = store_file(actor=other, owner=other.person, upload=upload(), now=w.NOW)
    draft, document = attached(world)
    assert opens(world, document.file_id)
    for _twice in range(2):
        remove_document(actor=world.applicant, draft_id=draft, document_id=document.pk, now=w.NOW)
    assert not opens(world, document.file_id)
    assert removals() == 1
    assert read_file(actor=other, file_id=theirs.id).id == theirs.id
    assert StoredFile.objects.get(pk=document.file_id).sha256 == document.sha256


def test_taken_out_and_brought_again_it_opens(world: w.World) -> None:
    draft, first = attached(world)
    remove_document(actor=world.applicant, draft_id=draft, document_id=first.pk, now=w.NOW)
    attach_document(actor=world.applicant, draft_id=draft, field=PHOTO, upload=upload(), now=w.NOW)
    again = Document.objects.get(removed_at=None)
    assert again.file_id != first.file_id
    assert opens(world, again.file_id)


def test_a_file_that_a_case_holds_stays_when_the_draft_lets_go(world: w.World) -> None:
    _case, file_id = held_by_a_case(world)
    draft = begun(world)
    held = Document.objects.get()
    reuse_document(
        actor=world.applicant, draft_id=draft, field=PHOTO, document_id=held.pk, now=w.NOW
    )
    reused = Document.objects.get(draft=draft)
    remove_document(actor=world.applicant, draft_id=draft, document_id=reused.pk, now=w.NOW)
    assert opens(world, file_id)
    assert removals() == 0


def test_a_dropped_draft_takes_its_files_along(world: w.World) -> None:
    draft, document = attached(world)
    drop_draft(actor=world.applicant, draft_id=draft, now=w.NOW)
    assert not opens(world, document.file_id)
    assert removals() == 1


def test_when_papers_are_cleared_the_file_goes_with_the_last_case_that_holds_it(
    world: w.World,
) -> None:
    first, file_id = held_by_a_case(world)
    second, same = held_by_a_case(world, period="A2")
    assert same == file_id
    for case, day in ((first, w.NOW), (second, w.NOW + timedelta(days=3))):
        withdraw(actor=world.applicant, case_id=case.id, version=case.version, now=day)
    assert clear_old_papers(now=w.NOW + timedelta(days=14)) == 1
    assert opens(world, file_id)
    assert clear_old_papers(now=w.NOW + timedelta(days=17)) == 1
    assert not opens(world, file_id)
    assert removals() == 1


def long_pdf(pages: int) -> SimpleUploadedFile:
    body = b"%PDF-1.4\n" + b"<< /Type /Page >>\n" * pages
    return SimpleUploadedFile("证书.pdf", body, content_type="application/pdf")


def test_a_paper_with_too_many_pages_is_refused_wherever_it_is_brought(world: w.World) -> None:
    draft, case = begun(world), w.opened(world)
    form = service_item(w.SKILL).forms[-1]
    most = next(one.pages_max for one in form.fields if one.name == PHOTO)
    bring: dict[str, Any] = {"actor": world.applicant, "now": w.NOW}
    with pytest.raises(TooManyPagesError):
        attach_document(draft_id=draft, field=PHOTO, upload=long_pdf(most + 1), **bring)
    with pytest.raises(TooManyPagesError):
        bring_for_case(
            subject=world.subject, case_id=case.id, point="1",
            upload=long_pdf(CORRECTION_PAGES_MAX + 1), **bring,
        )  # fmt: skip
    assert (Document.objects.count(), StoredFile.objects.count()) == (0, 0)
    # Taken for a correction, where more pages are allowed, it is still too long for the form.
    paper = bring_for_case(
        subject=world.subject, case_id=case.id, point="1", upload=long_pdf(most + 1), **bring
    )
    StoredFile.objects.filter(pk=paper.file_id).update(scan_state="clean")
    with pytest.raises(TooManyPagesError):
        reuse_document(draft_id=draft, field=PHOTO, document_id=paper.id, **bring)
    attach_document(draft_id=draft, field=PHOTO, upload=long_pdf(most), **bring)
    assert Document.objects.filter(draft=draft).count() == 1


def test_only_who_works_on_the_case_opens_its_papers(world: w.World) -> None:
    case, file_id = held_by_a_case(world)
    officer = world.office.officer
    assert file_may_be_read(officer, file_id)
    assert file_may_be_read(world.office.supervisor, file_id)
    others = [
        world.applicant,  # opens it as its owner, not as the office
        as_resident(make_person("白音")),
        SYSTEM,
        w.staff("till", "treasurer"),
        w.staff("door", "station"),
        w.staff("far", "officer", area=Region.read("150402")),
    ]
    assert [one.label for one in others if file_may_be_read(one, file_id)] == []
    assert officer.staff_id is not None
    assign_items(
        actor=world.office.supervisor, staff_id=officer.staff_id, codes=["startup-rent"], now=w.NOW
    )
    assert not file_may_be_read(officer, file_id), "another item's clerk"
    assert file_may_be_read(world.office.second, file_id)
    Document.objects.filter(case_id=case.id).update(removed_at=w.NOW)
    assert not file_may_be_read(world.office.second, file_id), "what was taken out is gone"


def test_the_office_does_not_open_what_is_still_a_draft(world: w.World) -> None:
    _draft, document = attached(world)
    assert not file_may_be_read(world.office.officer, document.file_id)
