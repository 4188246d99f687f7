"""Everything that belongs to one case, as the desk reads it.

The applicant's pages tell the same case in ``case_story``, without staff's remarks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from denghuo.cases.access import works_on
from denghuo.cases.logic.reasons import Reason
from denghuo.cases.logic.snapshots import FrozenFact, read_facts
from denghuo.cases.logic.states import State
from denghuo.cases.logic.step_words import STEP_WORDS
from denghuo.cases.models import (
    Appeal,
    Case,
    CaseNote,
    CasePayment,
    ClockPause,
    CorrectionItem,
    CorrectionRound,
    Decision,
    Objection,
    PayAccount,
    PublicNotice,
    Rating,
    Step,
)
from denghuo.cases.queries.cases import duties_of
from denghuo.platform.public import Actor


@dataclass(frozen=True, slots=True)
class StepView:
    """One line of the time line."""

    seq: int
    kind: str
    word: str
    by_name: str
    at: datetime
    to_state: State | None
    reason_code: str
    note: str


@dataclass(frozen=True, slots=True)
class AskedView:
    """One thing asked for, and whether it came."""

    id: UUID
    field: str
    kind: str
    kind_text: str
    words: str
    answer: str
    documents: tuple[str, ...]
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class RoundView:
    """One asking."""

    round: int
    asked_at: datetime
    answer_by: date
    answered_at: datetime | None
    items: tuple[AskedView, ...]


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One decision with what it rests on."""

    id: UUID
    round: int
    kind_text: str
    result: str
    result_text: str
    amount_fen: int
    reasons: tuple[Reason, ...]
    facts: tuple[FrozenFact, ...]
    policy: str
    rule_version: str
    as_of: date
    note: str
    signed_at: datetime
    appeal_until: date | None
    in_force: bool


@dataclass(frozen=True, slots=True)
class AppealView:
    """A second look."""

    kind: str
    kind_text: str
    state: str
    state_text: str
    words: str
    raised_at: datetime
    due_on: date
    answer: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """An objection. Who raised it stands only in the staff's file."""

    id: UUID
    words: str
    state: str
    state_text: str
    raised_at: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A public notice."""

    id: UUID
    title: str
    from_on: date
    last_on: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class PaymentView:
    """One order of the case."""

    order: UUID
    amount_fen: int
    state: str
    state_text: str
    why_returned: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class AccountView:
    """The confirmed account, masked."""

    account_name: str
    tail: str
    bank: str
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class RatingView:
    """How it was."""

    level: int
    level_text: str
    words: str
    follow_up_due_on: date | None
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoteView:
    """A remark of staff."""

    words: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PauseView:
    """Days not counted."""

    why_text: str
    from_on: date
    until_on: date | None


def time_line(row: Case) -> tuple[StepView, ...]:
    """What was done, oldest first."""
    return tuple(
        StepView(
            seq=step.seq,
            kind=step.kind,
            word=STEP_WORDS.get(step.kind, step.kind),
            by_name=step.by_name,
            at=step.at,
            to_state=State(step.to_state) if step.to_state else None,
            reason_code=step.reason_code,
            note=step.note,
        )
        for step in Step.objects.filter(case=row).order_by("seq")
    )


def rounds_of(row: Case) -> tuple[RoundView, ...]:
    """What was asked for, each time."""
    items: dict[UUID, list[AskedView]] = {}
    for one in CorrectionItem.objects.filter(round__case=row).order_by("position"):
        items.setdefault(one.round_id, []).append(
            AskedView(
                id=one.pk,
                field=one.field,
                kind=one.kind,
                kind_text=one.get_kind_display(),
                words=one.words,
                answer=one.answer or "",
                documents=tuple(one.documents),
                answered_at=one.answered_at,
            )
        )
    return tuple(
        RoundView(
            one.round,
            one.asked_at,
            one.answer_by,
            one.answered_at,
            tuple(items.get(one.pk, ())),
        )
        for one in CorrectionRound.objects.filter(case=row).order_by("round")
    )


def decisions_of(row: Case) -> tuple[DecisionView, ...]:
    """The decisions, the one in force last."""
    rows = Decision.objects.filter(case=row).select_related("snapshot").order_by("round")
    return tuple(
        DecisionView(
            id=one.pk,
            round=one.round,
            kind_text=one.get_kind_display(),
            result=one.result,
            result_text=one.get_result_display(),
            amount_fen=one.amount_fen,
            reasons=tuple(Reason.from_json(reason) for reason in one.reasons),
            facts=read_facts(one.snapshot.facts),
            policy=one.snapshot.policy,
            rule_version=one.snapshot.rule_version,
            as_of=one.snapshot.as_of,
            note=one.note,
            signed_at=one.signed_at,
            appeal_until=one.appeal_until,
            in_force=one.pk == row.decision_id,
        )
        for one in rows
    )


def appeals_of(row: Case) -> tuple[AppealView, ...]:
    """Second looks, oldest first."""
    return tuple(
        AppealView(
            kind=one.kind,
            kind_text=one.get_kind_display(),
            state=one.state,
            state_text=one.get_state_display(),
            words=one.words,
            raised_at=one.raised_at,
            due_on=one.due_on,
            answer=one.answer,
            decided_at=one.decided_at,
        )
        for one in Appeal.objects.filter(case=row).order_by("raised_at")
    )


def objections_of(row: Case) -> tuple[ObjectionView, ...]:
    """What others said while the notice lasted, oldest first."""
    return tuple(
        ObjectionView(
            id=one.pk,
            words=one.words,
            state=one.state,
            state_text=one.get_state_display(),
            raised_at=one.created_at,
            answer=one.answer,
            answered_at=one.answered_at,
        )
        for one in Objection.objects.filter(case=row).order_by("created_at")
    )


def notice_of(row: Case) -> NoticeView | None:
    """The notice the case stands or stood in."""
    found = PublicNotice.objects.filter(pk=row.notice_id).first() if row.notice_id else None
    if found is None:
        return None
    return NoticeView(found.pk, found.title, found.from_on, found.last_on, found.provisional)


def payments_of(row: Case) -> tuple[PaymentView, ...]:
    """Its orders, oldest first."""
    return tuple(
        PaymentView(
            order=one.order,
            amount_fen=one.amount_fen,
            state=one.state,
            state_text=one.get_state_display(),
            why_returned=one.why_returned,
            changed_at=one.changed_at,
        )
        for one in CasePayment.objects.filter(case=row).order_by("created_at")
    )


def account_of(row: Case) -> AccountView | None:
    """The confirmed account, of whose number only the end is shown."""
    one = PayAccount.objects.filter(case=row, replaced_at__isnull=True).first()
    if one is None:
        return None
    return AccountView(one.account_name, one.tail, one.bank, one.confirmed_at)


def rating_of(row: Case) -> RatingView | None:
    """How the applicant found it."""
    one = Rating.objects.filter(case=row).first()
    if one is None:
        return None
    return RatingView(
        one.level,
        one.get_level_display(),
        one.words,
        one.follow_up_due_on,
        one.answer,
        one.answered_at,
    )


def notes_of(actor: Actor, row: Case) -> tuple[NoteView, ...]:
    """Staff's remarks, for staff of the case."""
    if not works_on(actor, area=row.area, item=row.item, duties=duties_of(actor)):
        return ()
    return tuple(
        NoteView(one.words, one.by_name, one.created_at)
        for one in CaseNote.objects.filter(case=row).order_by("created_at")
    )


def pauses_told(row: Case) -> tuple[PauseView, ...]:
    """When the clock stood."""
    return tuple(
        PauseView(one.get_why_display(), one.from_on, one.until_on)
        for one in ClockPause.objects.filter(case=row).order_by("from_on")
    )
