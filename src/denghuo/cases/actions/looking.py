"""Reading a case is written down before it is shown, when the reader is not its subject."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.cases.access import speaks_for
from denghuo.cases.queries import case_file as files
from denghuo.cases.queries.cases import (
    CaseView,
    case_row,
    case_view,
    hands_of_actor,
    subject_of,
    subjects_of,
)
from denghuo.cases.queries.queue import QueueFilter, QueueRow, all_rows
from denghuo.people.public import subject_name
from denghuo.platform.public import Actor, record_audit, record_look_up


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case with everything in it, for the desk."""

    case: CaseView
    name: str
    time_line: tuple[files.StepView, ...]
    rounds: tuple[files.RoundView, ...]
    pauses: tuple[files.PauseView, ...]
    decisions: tuple[files.DecisionView, ...]
    notice: files.NoticeView | None
    objections: tuple[files.ObjectionView, ...]
    appeals: tuple[files.AppealView, ...]
    payments: tuple[files.PaymentView, ...]
    account: files.AccountView | None
    rating: files.RatingView | None
    notes: tuple[files.NoteView, ...]

    @property
    def decision(self) -> files.DecisionView | None:
        """The decision in force."""
        return next((one for one in self.decisions if one.in_force), None)


@transaction.atomic
def read_case(*, actor: Actor, case_id: UUID, now: datetime) -> CaseFile:
    """The whole file. Staff's look is in the subject's "who looked" before they see it.

    Raises ``CaseNotFoundError``.
    """
    row = case_row(actor, case_id)
    view = case_view(row, hands_of_actor(actor, row))
    subject = subject_of(row)
    if actor.kind == "staff" and not speaks_for(actor, subjects_of(row), "read"):
        record_look_up(
            actor=actor,
            subject=subject,
            what=("name", "case", "facts"),
            purpose=f"办理{view.item.names}（{view.item.legal_basis.text}）",
            at=now,
        )
    return CaseFile(
        case=view,
        name=subject_name(subject),
        time_line=files.time_line(row),
        rounds=files.rounds_of(row),
        pauses=files.pauses_told(row),
        decisions=files.decisions_of(row),
        notice=files.notice_of(row),
        objections=files.objections_of(row),
        appeals=files.appeals_of(row),
        payments=files.payments_of(row),
        account=files.account_of(row),
        rating=files.rating_of(row),
        notes=files.notes_of(actor, row),
    )


def export_queue(*, actor: Actor, filters: QueueFilter, now: datetime) -> Iterator[QueueRow]:
    """Every case of a list, for a table; how many rows left is in the audit chain first."""
    rows = all_rows(actor, filters, on_now=now)
    with transaction.atomic():
        record_audit(
            actor=actor,
            action="cases.export_queue",
            detail={"rows": len(rows), "filter": filters.text_form},
            at=now,
        )
    return iter(rows)
