"""One case told to its applicant: what was done, asked, decided, paid, and what they may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from denghuo.cases.logic.claims import ClaimSum, is_claim
from denghuo.cases.logic.pay_problems import ACCOUNT_WANTED
from denghuo.cases.logic.reasons import Reason
from denghuo.cases.logic.states import State
from denghuo.cases.models import (
    Appeal,
    Case,
    CasePayment,
    CorrectionItem,
    CorrectionRound,
    Decision,
    Objection,
    PayAccount,
    Rating,
    Step,
)
from denghuo.cases.queries.cases import CaseView
from denghuo.cases.queries.claims import claim_sum
from denghuo.cases.queries.documents import DocumentView, documents_named, documents_of_case
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import refs_of

# Turns of the desk that tell the applicant nothing.
DESK_ONLY = frozenset({"assign", "release", "urgent", "fact", "start_review"})


@dataclass(frozen=True, slots=True)
class StepView:
    """One line of the time line; staff are named, the applicant's own side is."""

    kind: str
    at: datetime
    by_name: str
    by_staff: bool
    reason_code: str
    note: str


@dataclass(frozen=True, slots=True)
class AskedView:
    """One thing the office asked for, and the answer."""

    id: UUID
    kind: str
    kind_text: str
    field: str
    words: str
    answer: str
    documents: tuple[DocumentView, ...]
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class RoundView:
    """One asking, with its day to answer by."""

    asked_at: datetime
    answer_by: date
    answered_at: datetime | None
    asked: tuple[AskedView, ...]


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One decision, with its reasons and the last day of the door to object."""

    round: int
    kind_text: str
    result: str
    amount_fen: int
    reasons: tuple[Reason, ...]
    note: str
    signed_at: datetime
    appeal_until: date | None


@dataclass(frozen=True, slots=True)
class PaymentView:
    """One order and what became of it."""

    state: str
    state_text: str
    amount_fen: int
    why: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class AccountView:
    """The account that was confirmed, never whole."""

    bank: str
    tail: str
    holder: str
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class AppealView:
    """An appeal: why, until when it is answered, the answer."""

    kind_text: str
    raised_at: datetime
    words: str
    due_on: date
    state: str
    state_text: str
    answer: str


@dataclass(frozen=True, slots=True)
class Story:
    """Everything the page of a case shows."""

    case: CaseView
    steps: tuple[StepView, ...]
    rounds: tuple[RoundView, ...]
    decisions: tuple[DecisionView, ...]
    payments: tuple[PaymentView, ...]
    account: AccountView | None
    appeals: tuple[AppealView, ...]
    objections_open: int
    rated: bool
    rating_answer: str
    notice_from: date | None
    notice_last: date | None
    documents: tuple[DocumentView, ...]
    claim: ClaimSum | None

    @property
    def open_round(self) -> RoundView | None:
        """What is asked of the applicant now."""
        return next((one for one in self.rounds if one.answered_at is None), None)

    @property
    def decision(self) -> DecisionView | None:
        """The one in force."""
        return self.decisions[-1] if self.decisions else None


def story_of(case: CaseView) -> Story:
    """The whole story of a case whose reader was already found to be allowed."""
    row = Case.objects.select_related("notice").get(pk=case.id)
    rating = Rating.objects.filter(case=row).first()
    account = PayAccount.objects.filter(case=row, replaced_at__isnull=True).first()
    return Story(
        case=case,
        steps=_steps(case.id),
        rounds=_rounds(case.id),
        decisions=_decisions(case.id),
        payments=_payments(case.id),
        account=AccountView(account.bank, account.tail, account.account_name, account.confirmed_at)
        if account
        else None,
        appeals=_appeals(case.id),
        objections_open=Objection.objects.filter(case=row, state="open").count(),
        rated=rating is not None,
        rating_answer=rating.answer if rating else "",
        notice_from=row.notice.from_on if row.notice else None,
        notice_last=row.notice.last_on if row.notice else None,
        documents=tuple(documents_of_case(case.id)),
        claim=claim_sum(row) if is_claim(row.item) else None,
    )


def appeal_doors(cases: Sequence[CaseView]) -> dict[UUID, date]:
    """Refused cases that may still be appealed against: the last day, by case."""
    refused = [one.id for one in cases if one.state == "refused"]
    rows = Decision.objects.filter(case__in=refused, appeal_until__isnull=False).order_by("round")
    return {row.case_id: until for row in rows if (until := row.appeal_until) is not None}


def waiting_for(subject: SubjectRef) -> int:
    """How many of the subject's cases wait for the subject: papers asked for, an account."""
    return Case.objects.filter(
        Q(state=State.INCOMPLETE) | Q(pay_problem__in=sorted(ACCOUNT_WANTED), in_work=True),
        subject_kind=subject.kind,
        subject_id__in=[ref.id for ref in refs_of(subject)],
    ).count()


def unrated(cases: Sequence[CaseView]) -> frozenset[UUID]:
    """Closed cases that nobody has rated."""
    closed = {one.id for one in cases if one.state == "closed"}
    rated = set(Rating.objects.filter(case__in=closed).values_list("case_id", flat=True))
    return frozenset(closed - rated)


def _steps(case_id: UUID) -> tuple[StepView, ...]:
    rows = Step.objects.filter(case=case_id).exclude(kind__in=DESK_ONLY).order_by("seq")
    return tuple(
        StepView(
            kind=row.kind,
            at=row.at,
            by_name=row.by_name,
            by_staff=row.by.startswith("staff:"),
            reason_code=row.reason_code,
            note=row.note,
        )
        for row in rows
    )


def _rounds(case_id: UUID) -> tuple[RoundView, ...]:
    rounds = list(CorrectionRound.objects.filter(case=case_id).order_by("round"))
    if not rounds:
        return ()
    items = list(CorrectionItem.objects.filter(round__in=rounds).order_by("position"))
    papers = documents_named(each for one in items for each in one.documents)
    return tuple(
        RoundView(
            asked_at=one.asked_at,
            answer_by=one.answer_by,
            answered_at=one.answered_at,
            asked=tuple(_asked(item, papers) for item in items if item.round_id == one.pk),
        )
        for one in rounds
    )


def _asked(row: CorrectionItem, papers: dict[str, DocumentView]) -> AskedView:
    return AskedView(
        id=row.pk,
        kind=row.kind,
        kind_text=row.get_kind_display(),
        field=row.field,
        words=row.words,
        answer=row.answer or "",
        documents=tuple(papers[each] for each in row.documents if each in papers),
        answered_at=row.answered_at,
    )


def _decisions(case_id: UUID) -> tuple[DecisionView, ...]:
    rows = Decision.objects.filter(case=case_id).order_by("round")
    return tuple(
        DecisionView(
            round=row.round,
            kind_text=row.get_kind_display(),
            result=row.result,
            amount_fen=row.amount_fen,
            reasons=tuple(Reason.from_json(one) for one in row.reasons),
            note=row.note,
            signed_at=row.signed_at,
            appeal_until=row.appeal_until,
        )
        for row in rows
    )


def _payments(case_id: UUID) -> tuple[PaymentView, ...]:
    rows = CasePayment.objects.filter(case=case_id).order_by("created_at")
    return tuple(
        PaymentView(
            state=row.state,
            state_text=row.get_state_display(),
            amount_fen=row.amount_fen,
            why=row.why_returned,
            changed_at=row.changed_at,
        )
        for row in rows
    )


def _appeals(case_id: UUID) -> tuple[AppealView, ...]:
    rows = Appeal.objects.filter(case=case_id).order_by("raised_at")
    return tuple(
        AppealView(
            kind_text=row.get_kind_display(),
            raised_at=row.raised_at,
            words=row.words,
            due_on=row.due_on,
            state=row.state,
            state_text=row.get_state_display(),
            answer=row.answer,
        )
        for row in rows
    )
