"""A subject's own drafts and cases for programs: by pages, and what is new since a mark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from denghuo.cases.logic.changes import Dated, Mark, News, NotChangesMarkError, news
from denghuo.cases.models import Case, FormDraft, Step
from denghuo.cases.queries.case_story import DESK_ONLY
from denghuo.cases.queries.cases import CaseView, case_view
from denghuo.cases.queries.drafts import DraftNotFoundError, DraftView, draft_view
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import refs_of
from denghuo.platform.public import NotMarkError, newest_first, read_mark, write_mark


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One step of one case; ``seq`` is the case's version after it."""

    number: str
    item: str
    seq: int
    kind: str
    at: datetime
    state: str
    reason_code: str


@dataclass(frozen=True, slots=True)
class ChangesView:
    """Steps in the order in which they were taken; ``next`` is the mark to come back with."""

    changes: tuple[ChangeView, ...]
    next: str
    more: bool


def own_draft(subject: SubjectRef, draft_id: UUID, *, on: date) -> DraftView:
    """One draft of the subject, handed in or not. Raises ``DraftNotFoundError``."""
    row = FormDraft.objects.filter(
        pk=draft_id, subject_kind=subject.kind, subject_id=subject.id
    ).first()
    if row is None:
        raise DraftNotFoundError
    return draft_view(row, on=on)


def own_page(
    subject: SubjectRef, *, after: str, limit: int
) -> tuple[tuple[CaseView, ...], str | None]:
    """One page of the subject's cases, the newest first. Raises ``NotMarkError``."""
    rows, following = newest_first(_cases(subject), after=after, limit=limit)
    return tuple(case_view(row, frozenset({"applicant"})) for row in rows), following


def own_changes(subject: SubjectRef, *, since: str, limit: int, now: datetime) -> ChangesView:
    """What was done to the subject's cases since a mark; everything without one.

    Raises ``NotMarkError``.
    """
    try:
        mark = Mark.from_json(read_mark(since, field="since")) if since else Mark()
    except NotChangesMarkError:
        raise NotMarkError(field="since") from None
    found = _news(subject, mark, limit=limit, now=now)
    wanted = {(one.case, one.seq) for one in found.steps}
    rows = Step.objects.filter(case__in={one.case for one in found.steps}).select_related("case")
    steps = {(row.case_id, row.seq): row for row in rows if (row.case_id, row.seq) in wanted}
    return ChangesView(
        changes=tuple(
            _change(row)
            for one in found.steps
            # What only concerns the desk moves the mark and is not told.
            if (row := steps[one.case, one.seq]).kind not in DESK_ONLY
        ),
        next=write_mark(found.mark.as_json()),
        more=found.more,
    )


def _news(subject: SubjectRef, mark: Mark, *, limit: int, now: datetime) -> News:
    steps = Step.objects.filter(case__in=_cases(subject))
    if mark.since is not None:
        steps = steps.filter(at__gte=mark.since)
    dated = [Dated(*one) for one in steps.values_list("case_id", "seq", "at")]
    return news(dated, mark, limit=limit, now=now)


def _cases(subject: SubjectRef) -> QuerySet[Case]:
    return Case.objects.filter(
        subject_kind=subject.kind, subject_id__in=[ref.id for ref in refs_of(subject)]
    )


def _change(row: Step) -> ChangeView:
    return ChangeView(
        number=row.case.number,
        item=row.case.item,
        seq=row.seq,
        kind=row.kind,
        at=row.at,
        state=row.to_state,
        reason_code=row.reason_code,
    )
