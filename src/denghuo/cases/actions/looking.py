"""Reading a case is written down before it is shown, when the reader is not its subject."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.cases.access import CaseNotFoundError, keeps_books_of, speaks_for
from denghuo.cases.logic.claims import is_claim
from denghuo.cases.models import Case, Decision
from denghuo.cases.queries import case_file as files
from denghuo.cases.queries.cases import (
    CaseView,
    case_row,
    case_view,
    hands_of_actor,
    subject_of,
    subjects_of,
)
from denghuo.cases.queries.claims import ClaimView, claim_views, repaid_of
from denghuo.cases.queries.list_names import list_names
from denghuo.cases.queries.queue import QueueFilter, QueueRow, all_rows
from denghuo.kernel.clock import day_of
from denghuo.people.public import staff_views, subject_name
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
    # What this case itself asks back, where it is a claim; what came back of what it was paid.
    claim: ClaimView | None
    repaid_fen: int

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
        claim=claim_views([row], on=day_of(now))[0] if is_claim(row.item) else None,
        repaid_fen=repaid_of(row) if row.recover_fen else 0,
    )


@dataclass(frozen=True, slots=True)
class VoucherGrounds:
    """What a payment rests on, for whoever keeps the books: no facts, no papers, no words.

    ``signers``: the names under each decision, in its order.
    """

    case: CaseView
    name_masked: str
    decisions: tuple[files.DecisionView, ...]
    signers: tuple[tuple[str, ...], ...]
    payments: tuple[files.PaymentView, ...]
    account: files.AccountView | None


@transaction.atomic
def read_voucher_grounds(*, actor: Actor, case_id: UUID, now: datetime) -> VoucherGrounds:
    """A treasurer of the area looks at a case through its voucher; the subject can read of it.

    Raises ``CaseNotFoundError``.
    """
    row = Case.objects.filter(pk=case_id).first()
    if row is None or not keeps_books_of(actor, row.area):
        raise CaseNotFoundError
    view, subject = case_view(row, frozenset()), subject_of(row)
    record_look_up(
        actor=actor,
        subject=subject,
        what=("name", "case", "amount"),
        purpose=f"核对{view.item.names}的付款凭证",
        at=now,
    )
    hands = list(
        Decision.objects.filter(case=row).order_by("round").values_list("signed_by", "second_by")
    )
    staff = staff_views([one for pair in hands for one in pair if one is not None])
    return VoucherGrounds(
        case=view,
        name_masked=list_names([subject]).get(subject, ""),
        decisions=files.decisions_of(row),
        signers=tuple(
            tuple(staff[one].name for one in pair if one is not None and one in staff)
            for pair in hands
        ),
        payments=files.payments_of(row),
        account=files.account_of(row),
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
