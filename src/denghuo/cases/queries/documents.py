"""Documents of a subject, a draft, a case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from denghuo.cases.access import works_on
from denghuo.cases.models import Document
from denghuo.cases.queries.cases import duties_of
from denghuo.cases.queries.drafts import subject_of
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import Actor

REUSE_MAX = 12
SHOWN_MAX = 200


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One document. ``scan_state``: clean, waiting (nobody can open it yet) or infected."""

    id: UUID
    subject: SubjectRef
    file_id: UUID
    sha256: str
    name: str
    content_type: str
    size_bytes: int
    page_count: int | None
    field: str
    case_id: UUID | None
    draft_id: UUID | None
    reused_from: UUID | None
    scan_state: str
    brought_at: datetime

    @property
    def kilobytes(self) -> int:
        """Size as it is shown, at least one."""
        return max(1, round(self.size_bytes / 1024))


def documents_named(identifiers: Iterable[str]) -> dict[str, DocumentView]:
    """Documents by id in text, as answers and cases keep them; removed ones are left out."""
    wanted = []
    for text in identifiers:
        try:
            wanted.append(UUID(str(text)))
        except ValueError:
            continue
    return {str(view.id): view for view in _views(_rows().filter(pk__in=wanted))}


def documents_of_case(case_id: UUID) -> list[DocumentView]:
    """Everything handed in with a case, oldest first."""
    return _views(_rows().filter(case_id=case_id).order_by("created_at", "id"))


def file_may_be_read(actor: Actor, file_id: UUID) -> bool:
    """Staff who work on a case may open what was handed in with it."""
    if actor.kind != "staff":
        return False
    rows = Document.objects.filter(
        file_id=file_id, case__isnull=False, removed_at__isnull=True
    ).select_related("case")
    duties = duties_of(actor)
    return any(
        works_on(actor, area=row.case.area, item=row.case.item, duties=duties)
        for row in rows
        if row.case is not None
    )


def file_is_held(file_id: UUID) -> bool:
    """A document that was not removed, of a draft or a case, rests on this file."""
    return Document.objects.filter(file_id=file_id, removed_at__isnull=True).exists()


def documents_of(subject: SubjectRef) -> list[DocumentView]:
    """The subject's documents, latest first, each of the same bytes once."""
    rows = _rows().filter(subject_kind=subject.kind, subject_id=subject.id).order_by("-created_at")
    seen: dict[str, DocumentView] = {}
    for view in _views(rows[:SHOWN_MAX]):
        seen.setdefault(view.sha256, view)
    return list(seen.values())


def reusable(subject: SubjectRef, *, but: Iterable[str]) -> list[DocumentView]:
    """What the subject may hand in again without bringing it: clean, and not chosen already."""
    chosen = {view.sha256 for view in documents_named(but).values()}
    found = [
        view
        for view in documents_of(subject)
        if view.scan_state == "clean" and view.sha256 not in chosen
    ]
    return found[:REUSE_MAX]


def _rows() -> QuerySet[Document]:
    return Document.objects.filter(removed_at__isnull=True).select_related("file")


def _views(rows: Iterable[Document]) -> list[DocumentView]:
    return [document_view(row) for row in rows]


def document_view(row: Document) -> DocumentView:
    """The frozen view of a row."""
    return DocumentView(
        id=row.pk,
        subject=subject_of(row.subject_kind, row.subject_id),
        file_id=row.file_id,
        sha256=row.sha256,
        name=row.name,
        content_type=row.content_type,
        size_bytes=row.size_bytes,
        page_count=row.page_count,
        field=row.field,
        case_id=row.case_id,
        draft_id=row.draft_id,
        reused_from=row.reused_from_id,
        scan_state=row.file.scan_state,
        brought_at=row.created_at,
    )
