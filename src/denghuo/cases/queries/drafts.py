"""Drafts as their owners see them: under the form that is in force now."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from denghuo.cases.logic.forms import Answer, FormVersion, NoFormError, form_numbered
from denghuo.cases.logic.forms_diff import rebase
from denghuo.cases.logic.items import ServiceItem
from denghuo.cases.models import FormDraft
from denghuo.cases.queries.items import items, service_item
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectKind, SubjectRef


class DraftNotFoundError(RefusalError):
    """No such draft, or somebody else's."""

    code = "cases.draft_not_found"
    template = "没有找到这份草稿，或者它不是您的。"
    status = 404


@dataclass(frozen=True, slots=True)
class DraftView:
    """One draft. ``asked_again`` and ``dropped`` say what a newer form did to it.

    ``case_id`` is set once it was handed in; then there are no answers any more.
    """

    id: UUID
    item: ServiceItem
    subject: SubjectRef
    channel: str
    form: FormVersion
    answers: dict[str, Answer]
    passed: frozenset[str]
    asked_again: tuple[str, ...]
    dropped: tuple[str, ...]
    touched_at: datetime
    case_id: UUID | None


def read_answers(row: FormDraft) -> dict[str, Answer]:
    """The answers as they were given."""
    found: dict[str, Answer] = json.loads(row.answers) if row.answers else {}
    return found


def form_for(item: ServiceItem, day: date) -> FormVersion:
    """The form in force. Raises ``NoFormError``."""
    form = item.form_on(day)
    if form is None:
        raise NoFormError
    return form


def draft_view(row: FormDraft, *, on: date) -> DraftView:
    """The draft carried over to the form in force on a day. Raises ``NoFormError``."""
    item = service_item(row.item)
    form = form_for(item, on)
    answers = read_answers(row)
    again: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    if row.form_version != form.version:
        answers, again, dropped = _carried(item, row.form_version, form, answers)
    return DraftView(
        id=row.pk,
        item=item,
        subject=subject_of(row.subject_kind, row.subject_id),
        channel=row.channel,
        form=form,
        answers=answers,
        passed=frozenset(row.passed),
        asked_again=again,
        dropped=dropped,
        touched_at=row.touched_at,
        case_id=row.case_id,
    )


def open_draft(subject: SubjectRef, item: str, *, on: date) -> DraftView | None:
    """The subject's draft of an item, if one is begun."""
    row = FormDraft.objects.filter(
        subject_kind=subject.kind, subject_id=subject.id, item=item, case__isnull=True
    ).first()
    return draft_view(row, on=on) if row else None


def drafts_of(subject: SubjectRef, *, on: date) -> list[DraftView]:
    """Everything the subject has begun, latest first; what has no form any more is left out."""
    rows = FormDraft.objects.filter(
        subject_kind=subject.kind,
        subject_id=subject.id,
        case__isnull=True,
        item__in=_with_form(on),
    ).order_by("-touched_at")
    return [draft_view(row, on=on) for row in rows]


def subject_of(kind: str, identifier: UUID) -> SubjectRef:
    """The reference of two columns."""
    named: SubjectKind = "firm" if kind == "firm" else "person"
    return SubjectRef(named, identifier)


def _with_form(on: date) -> Iterable[str]:
    return [item.code for item in items().values() if item.form_on(on) is not None]


def _carried(
    item: ServiceItem, version: int, form: FormVersion, answers: dict[str, Answer]
) -> tuple[dict[str, Answer], tuple[str, ...], tuple[str, ...]]:
    try:
        old = form_numbered(item.forms, version)
    except NoFormError:
        # The old text is gone from the file: nothing says what its answers meant.
        return {}, tuple(one.name for one in form.fields if one.name in answers), tuple(answers)
    found = rebase(answers, old, form)
    return found.answers, found.asked_again, found.dropped
