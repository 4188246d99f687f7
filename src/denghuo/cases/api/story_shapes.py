"""The story of a case as JSON: what was done, asked, decided, paid."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from denghuo.cases.api.shapes import CaseOut, DocumentOut, case_out, document_out
from denghuo.cases.logic.reasons import Reason
from denghuo.cases.logic.step_words import STEP_WORDS
from denghuo.cases.queries.case_story import DecisionView, RoundView, StepView, Story
from denghuo.kernel.json_shapes import Told


class StepOut(Told):
    """One line of the time line; staff are named, one's own side is not."""

    kind: str
    text: str
    at: datetime
    by_staff: bool
    by_name: str
    reason_code: str
    note: str


class AskedForOut(Told):
    """One thing the office asked for, and the answer."""

    id: UUID
    kind: str
    field: str
    words: str
    answer: str
    documents: list[UUID]
    answered_at: datetime | None


class CorrectionOut(Told):
    """One asking, with the last day to answer."""

    asked_at: datetime
    answer_by: date
    answered_at: datetime | None
    asked: list[AskedForOut]


class ReasonOut(Told):
    """A reason of a decision: the condition, in the rule's words, and its basis."""

    code: str
    sentence: str
    basis: str
    facts: list[str]


class DecisionOut(Told):
    """One decision; ``appeal_until`` is the last day of the door to object."""

    round: int
    kind: str
    result: str
    amount_fen: int
    reasons: list[ReasonOut]
    note: str
    signed_at: datetime
    appeal_until: date | None


class PaymentOut(Told):
    """One payment order and what became of it."""

    state: str
    state_text: str
    amount_fen: int
    why: str
    changed_at: datetime


class AccountOut(Told):
    """The account that was confirmed, never whole."""

    bank: str
    tail: str
    holder: str
    confirmed_at: datetime


class AppealOut(Told):
    """An appeal and its answer."""

    kind: str
    raised_at: datetime
    words: str
    due_on: date
    state: str
    answer: str


class StoryOut(Told):
    """A case with everything its applicant may know."""

    case: CaseOut
    steps: list[StepOut]
    corrections: list[CorrectionOut]
    decisions: list[DecisionOut]
    payments: list[PaymentOut]
    account: AccountOut | None
    appeals: list[AppealOut]
    objections_open: int
    notice_from: date | None
    notice_last: date | None
    rated: bool
    rating_answer: str
    documents: list[DocumentOut]


def story_out(story: Story) -> StoryOut:
    """The whole story of a case."""
    return StoryOut(
        case=case_out(story.case),
        steps=[_step(one) for one in story.steps],
        corrections=[_correction(one) for one in story.rounds],
        decisions=[_decision(one) for one in story.decisions],
        payments=[
            PaymentOut(
                state=one.state,
                state_text=one.state_text,
                amount_fen=one.amount_fen,
                why=one.why,
                changed_at=one.changed_at,
            )
            for one in story.payments
        ],
        account=AccountOut(
            bank=story.account.bank,
            tail=story.account.tail,
            holder=story.account.holder,
            confirmed_at=story.account.confirmed_at,
        )
        if story.account
        else None,
        appeals=[
            AppealOut(
                kind=one.kind_text,
                raised_at=one.raised_at,
                words=one.words,
                due_on=one.due_on,
                state=one.state,
                answer=one.answer,
            )
            for one in story.appeals
        ],
        objections_open=story.objections_open,
        notice_from=story.notice_from,
        notice_last=story.notice_last,
        rated=story.rated,
        rating_answer=story.rating_answer,
        documents=[document_out(one) for one in story.documents],
    )


def _step(one: StepView) -> StepOut:
    return StepOut(
        kind=one.kind,
        text=STEP_WORDS.get(one.kind, one.kind),
        at=one.at,
        by_staff=one.by_staff,
        by_name=one.by_name if one.by_staff else "",
        reason_code=one.reason_code,
        note=one.note,
    )


def _decision(one: DecisionView) -> DecisionOut:
    return DecisionOut(
        round=one.round,
        kind=one.kind_text,
        result=one.result,
        amount_fen=one.amount_fen,
        reasons=[_reason(each) for each in one.reasons],
        note=one.note,
        signed_at=one.signed_at,
        appeal_until=one.appeal_until,
    )


def _correction(one: RoundView) -> CorrectionOut:
    return CorrectionOut(
        asked_at=one.asked_at,
        answer_by=one.answer_by,
        answered_at=one.answered_at,
        asked=[
            AskedForOut(
                id=each.id,
                kind=each.kind,
                field=each.field,
                words=each.words,
                answer=each.answer,
                documents=[paper.id for paper in each.documents],
                answered_at=each.answered_at,
            )
            for each in one.asked
        ],
    )


def _reason(one: Reason) -> ReasonOut:
    return ReasonOut(
        code=one.code,
        sentence=one.sentence,
        basis=one.basis,
        facts=[fact.name for fact in one.facts],
    )
