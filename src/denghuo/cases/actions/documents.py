"""Bringing files: to a question of a draft, to a point of a correction; choosing one again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from denghuo.cases.actions.drafts import (
    FieldNotAskedError,
    asked_field,
    locked_draft,
    write_answers,
)
from denghuo.cases.logic.documents import demand_pages, demand_room, page_count
from denghuo.cases.logic.forms import Answer
from denghuo.cases.models import Document, FormDraft
from denghuo.cases.queries.at_hand import subject_at_hand
from denghuo.cases.queries.documents import DocumentView, document_view
from denghuo.cases.queries.drafts import DraftView, draft_view
from denghuo.cases.queries.forms import applicant
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import (
    FILE_KINDS,
    Actor,
    FileView,
    hold_file,
    record_audit,
    remove_file,
    store_file,
)

CORRECTION_PAGES_MAX = 50
_PDF_BYTES_MAX = max(kind.bytes_max for kind in FILE_KINDS if kind.kind == "pdf")


class DocumentNotFoundError(RefusalError):
    """No such document, or somebody else's."""

    code = "cases.document_not_found"
    template = "没有找到这份材料，或者它不是您的。"
    status = 404


def attach_document(
    *, actor: Actor, draft_id: UUID, field: str, upload: UploadedFile[bytes], now: datetime
) -> DraftView:
    """Check, keep and add one file to a question of the draft.

    The same bytes again are the same document; bytes the subject brought for something else are
    noted as reused. Raises the file store's refusals, ``TooManyPagesError``,
    ``TooManyFilesError``, ``FieldNotAskedError``; then the draft is as it was.
    """
    with transaction.atomic():
        view = draft_view(locked_draft(actor, draft_id, now=now), on=day_of(now))
        one = asked_field(view, applicant(view.subject, now=now), field)
        subject_at_hand(actor, one.scope, now=now)
        if one.kind != "file":
            raise FieldNotAskedError
    pages = _pages(upload)
    demand_pages(pages, one.pages_max)
    # Bytes are written outside the draft's lock: a slow disk must not hold up the other tab.
    file = store_file(actor=actor, owner=view.subject, upload=upload, now=now)
    return _add(actor, draft_id, field, file, pages=pages, now=now)


def reuse_document(
    *, actor: Actor, draft_id: UUID, field: str, document_id: UUID, now: datetime
) -> DraftView:
    """Add a document the subject handed in before. Raises as above, ``DocumentNotFoundError``."""
    with transaction.atomic():
        row = locked_draft(actor, draft_id, now=now)
        earlier = (
            Document.objects.select_related("file")
            .filter(
                pk=document_id,
                subject_kind=row.subject_kind,
                subject_id=row.subject_id,
                removed_at__isnull=True,
                file__scan_state="clean",
            )
            .first()
        )
        if earlier is None:
            raise DocumentNotFoundError
        return _add_row(actor, row, field, _copy(earlier, row, field, actor, now), now=now)


@transaction.atomic
def remove_document(*, actor: Actor, draft_id: UUID, document_id: UUID, now: datetime) -> DraftView:
    """Take a file out of the draft; where nothing else holds it, the file store removes it.

    What was removed before stays removed.
    """
    row = locked_draft(actor, draft_id, now=now)
    view = draft_view(row, on=day_of(now))
    subject_at_hand(actor, "documents", now=now)
    document = Document.objects.filter(pk=document_id, draft=row, case__isnull=True).first()
    if document is None:
        raise DocumentNotFoundError
    if document.removed_at is None:
        document.removed_at = now
        document.save(update_fields=["removed_at"])
        remove_file(actor=actor, file_id=document.file_id, now=now)
        answers: dict[str, Answer] = dict(view.answers)
        left = [each for each in _listed(answers, document.field) if each != str(document.pk)]
        if left:
            answers[document.field] = left
        else:
            answers.pop(document.field, None)
        write_answers(row, view, answers, now=now)
        _audit("cases.remove_document", document, actor=actor, now=now)
    return draft_view(row, on=day_of(now))


def bring_for_case(
    *,
    actor: Actor,
    subject: SubjectRef,
    case_id: UUID,
    point: str,
    upload: UploadedFile[bytes],
    now: datetime,
) -> DocumentView:
    """Keep one file for a point of a correction of a case; its id goes into the answer.

    The caller has asked whether the case is the actor's. Raises the file store's refusals and
    ``TooManyPagesError``.
    """
    subject_at_hand(actor, "documents", now=now)
    pages = _pages(upload)
    demand_pages(pages, CORRECTION_PAGES_MAX)
    file = store_file(actor=actor, owner=subject, upload=upload, now=now)
    with transaction.atomic():
        row = _row(actor, subject, point, file, pages=pages, now=now)
        row.case_id = case_id
        hold_file(file.id)
        Document.objects.bulk_create([row], ignore_conflicts=True)
        kept = Document.objects.select_related("file").get(
            case_id=case_id, field=point, file_id=file.id, removed_at__isnull=True
        )
        if kept.pk == row.pk:
            _audit("cases.bring_document", kept, actor=actor, now=now)
    return document_view(kept)


def _add(
    actor: Actor, draft_id: UUID, field: str, file: FileView, *, pages: int | None, now: datetime
) -> DraftView:
    with transaction.atomic():
        row = locked_draft(actor, draft_id, now=now)
        subject = draft_view(row, on=day_of(now)).subject
        document = _row(actor, subject, field, file, pages=pages, now=now)
        document.draft = row
        return _add_row(actor, row, field, document, now=now)


def _add_row(
    actor: Actor, row: FormDraft, field: str, document: Document, *, now: datetime
) -> DraftView:
    """Write the document and its place in the answers, under the draft's lock."""
    view = draft_view(row, on=day_of(now))
    one = asked_field(view, applicant(view.subject, now=now), field)
    subject_at_hand(actor, one.scope, now=now)
    there = Document.objects.filter(
        draft=row, field=field, file_id=document.file_id, removed_at__isnull=True
    ).first()
    listed = _listed(view.answers, field)
    if there is None:
        demand_room(len(listed), one.files_max)
        demand_pages(document.page_count, one.pages_max)
        hold_file(document.file_id)  # another tab may be removing the last document of it
        document.save(force_insert=True)
        _audit("cases.bring_document", document, actor=actor, now=now)
        there = document
    if str(there.pk) not in listed:
        # Listed again where a form carried over had dropped the answer but not the file.
        write_answers(row, view, {**view.answers, field: [*listed, str(there.pk)]}, now=now)
    return draft_view(row, on=day_of(now))


def _row(
    actor: Actor,
    subject: SubjectRef,
    field: str,
    file: FileView,
    *,
    pages: int | None,
    now: datetime,
) -> Document:
    earlier = (
        Document.objects.filter(
            subject_kind=subject.kind,
            subject_id=subject.id,
            sha256=file.sha256,
            removed_at__isnull=True,
        )
        .order_by("created_at")
        .first()
    )
    return Document(
        subject_kind=subject.kind,
        subject_id=subject.id,
        file_id=file.id,
        sha256=file.sha256,
        name=file.name,
        content_type=file.content_type,
        size_bytes=file.size_bytes,
        page_count=pages,
        field=field,
        reused_from=earlier,
        brought_by=actor.label,
        created_at=now,
    )


def _copy(earlier: Document, row: FormDraft, field: str, actor: Actor, now: datetime) -> Document:
    return Document(
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        file=earlier.file,
        sha256=earlier.sha256,
        name=earlier.name,
        content_type=earlier.content_type,
        size_bytes=earlier.size_bytes,
        page_count=earlier.page_count,
        field=field,
        draft=row,
        reused_from=earlier.reused_from or earlier,
        brought_by=actor.label,
        created_at=now,
    )


def _listed(answers: dict[str, Answer], field: str) -> list[str]:
    value = answers.get(field)
    return list(value) if isinstance(value, list) else []


def _pages(upload: UploadedFile[bytes]) -> int | None:
    """Counted before anything is kept. What is too long to be taken is not read for it."""
    content = bytearray()
    for piece in upload.chunks():
        content += piece
        if len(content) > _PDF_BYTES_MAX:
            return None  # the file store refuses it
        if not content.startswith(b"%PDF-"):
            return 1 if content.startswith((b"\xff\xd8\xff", b"\x89PNG")) else None
    return page_count(bytes(content), "application/pdf")


def _audit(action: str, row: Document, *, actor: Actor, now: datetime) -> None:
    record_audit(
        actor=actor,
        action=action,
        subject=SubjectRef("firm" if row.subject_kind == "firm" else "person", row.subject_id),
        entity=f"cases.document:{row.pk}",
        detail={"field": row.field, "type": row.content_type, "bytes": row.size_bytes},
        at=now,
    )
