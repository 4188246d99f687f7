"""A second look at a decision: once, within sixty days, by people who had no hand in it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import IntegrityError, transaction

from denghuo.cases.actions.clocks import end_clock
from denghuo.cases.actions.closing import close, open_claw_back
from denghuo.cases.actions.opening import AlreadyOpenError
from denghuo.cases.actions.reviewing import (
    Judged,
    freeze,
    gathered,
    involved,
    look,
    reasons_for,
)
from denghuo.cases.actions.turns import (
    NoteNeededError,
    Turn,
    announce,
    demand_applicant,
    demand_turn_at_desk,
    finish,
    move,
    signer,
    staff_of,
    take,
    tell,
)
from denghuo.cases.logic.appeals import (
    NothingToAppealError,
    SecondAppealError,
    answer_due,
    demand_in_time,
    demand_not_worse,
    settle,
)
from denghuo.cases.logic.clock import amber_from
from denghuo.cases.logic.reasons import demand_as_ruled, demand_refusable
from denghuo.cases.logic.signing import Result, demand_second_pair
from denghuo.cases.logic.snapshots import decision_digest
from denghuo.cases.logic.states import Move, State, hands_of
from denghuo.cases.models import Appeal, Decision
from denghuo.cases.queries.cases import CaseView, live_case
from denghuo.kernel.clock import day_of
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import Actor, work_calendar

AppealKind = Literal["reconsider", "review"]


class MoneyOnItsWayError(RefusalError):
    """Whether there is something to ask back shows when the bank has answered."""

    code = "cases.money_on_its_way"
    template = "有一笔付款还在路上。先等银行的结果，或请财务撤销付款单，再改决定。"
    status = 409


@transaction.atomic
def appeal(
    *,
    actor: Actor,
    case_id: UUID,
    version: int,
    words: str,
    kind: AppealKind = "reconsider",
    now: datetime,
) -> CaseView:
    """Ask for a second look; ``review`` when the office does so of its own accord.

    The decision stays as it is, and a payment on its way goes on. Raises
    ``NothingToAppealError``, ``AppealTooLateError``, ``SecondAppealError``, ``NoteNeededError``,
    ``NoMandateError``.
    """
    if not words.strip():
        raise NoteNeededError(field="words")
    turn = take(case_id, actor=actor, version=version, now=now)
    row = turn.row
    if kind == "reconsider":
        demand_applicant(turn, "apply")
    else:
        # The office's own review knows no sixty days: it is no second door for the applicant.
        demand_turn_at_desk(turn)
    if row.decision is None:
        raise NothingToAppealError
    _demand_first(turn, kind)
    if kind == "reconsider":
        demand_in_time(row.decision.appeal_until, on=day_of(now))
    raised = _raise(turn, words, kind)
    move(turn, Move.APPEAL)
    row.due_kind, row.due_on, row.due_provisional = "appeal", raised.due_on, False
    row.amber_on = amber_from(raised.due_on, work_calendar())
    row.ended_at, row.clear_on = None, None
    tell(
        turn,
        "appealed",
        title="您的复查申请收到了",
        body=f"由没有参与原决定的人来看，{raised.due_on:%Y-%m-%d} 前答复您。",
    )
    return finish(turn, "appeal", kind=kind, appeal=str(raised.pk))


def _demand_first(turn: Turn, kind: AppealKind) -> None:
    """One appeal of the applicant's per case, one of any kind per decision; and no second case
    for the same thing meanwhile."""
    row = turn.row
    before = Appeal.objects.filter(case=row)
    if before.filter(against=row.decision).exists() or (
        kind == "reconsider" and before.filter(kind="reconsider").exists()
    ):
        raise SecondAppealError
    if not row.holds_place:
        other = live_case(turn.subject, row.item, row.period)
        if other is not None and other.pk != row.pk:
            raise AlreadyOpenError(number=other.number, state=State(other.state).word)


def _raise(turn: Turn, words: str, kind: AppealKind) -> Appeal:
    row = turn.row
    assert row.decision is not None  # noqa: S101  the caller looked
    try:
        with transaction.atomic():
            return Appeal.objects.create(
                case=row,
                against=row.decision,
                kind=kind,
                raised_by=turn.actor.label,
                raised_at=turn.now,
                words=words.strip()[:4000],
                from_state=row.state,
                due_on=answer_due(day_of(turn.now)),
                created_at=turn.now,
            )
    except IntegrityError:
        raise SecondAppealError from None


@transaction.atomic
def decide_appeal(
    *,
    actor: Actor,
    case_id: UUID,
    version: int,
    changed: bool,
    answer: str,
    result: Result = "approved",
    amount_fen: int | None = None,
    judged: Judged | None = None,
    now: datetime,
) -> CaseView:
    """A supervisor without a hand in the decision upholds or changes it.

    A changed decision is a new one, on the facts as they are known now and the day first asked
    about; the old one stays. What it grants more is paid by a new order; what a review of the
    office's own grants less is asked back by a case. Raises ``SameHandError``,
    ``WorseOnAppealError``, and what ``propose`` raises.
    """
    if not answer.strip():
        raise NoteNeededError(field="answer")
    turn = take(case_id, actor=actor, version=version, now=now)
    row = turn.row
    raised = Appeal.objects.filter(case=row, state="open").first()
    # Who asked for the second look, or stood at the counter for the applicant, does not give it.
    asked = {staff_of(raised.raised_by)} if raised else set()
    demand_second_pair(signer(turn), involved(turn) | asked | {row.opened_by_staff})
    if raised is None or row.decision is None:
        move(turn, Move.UPHOLD)  # refused in the table's words: nothing was appealed
        raise NothingToAppealError
    if changed:
        outcome = _new_decision(
            turn, raised, result=result, amount_fen=amount_fen, judged=judged, answer=answer
        )
        raised.state, raised.outcome = "changed", outcome
        row.decision, row.amount_fen = outcome, outcome.amount_fen
    else:
        raised.state = "upheld"
    raised.answer, raised.decided_at = answer.strip()[:500], now
    raised.decided_by = actor.staff_id
    raised.save()
    end_clock(row)
    _follow(turn, changed=changed, note=answer)
    look(turn)
    announce(turn, "case_decided")
    return finish(turn, "decide_appeal", changed=changed, decision=str(row.decision_id))


def _new_decision(
    turn: Turn,
    raised: Appeal,
    *,
    result: Result,
    amount_fen: int | None,
    judged: Judged | None,
    answer: str,
) -> Decision:
    row = turn.row
    old = row.decision
    assert old is not None  # noqa: S101  the caller looked
    assert turn.actor.staff_id is not None  # noqa: S101  a person signs
    found = gathered(turn)
    reasons = reasons_for(turn, found.evidence, judged) if result == "refused" else ()
    granted = demand_as_ruled(
        found.evidence,
        result,
        amount_fen=amount_fen,
        missing=found.missing,
        otherwise=[one for one in reasons if one.code == "not_handed_in"],
        shown=found.amount_shown,
    )
    if result == "refused":
        demand_refusable(reasons)
    if raised.kind == "reconsider":
        demand_not_worse(old.amount_fen, granted)
    snapshot = freeze(turn, found.evidence)
    signers = [turn.actor.label, str(turn.actor.staff_id), ""]
    return Decision.objects.create(
        case=row,
        round=old.round + 1,
        kind="appeal",
        result=result,
        amount_fen=granted,
        snapshot=snapshot,
        reasons=[one.as_json() for one in reasons],
        reasons_count=len(reasons),
        note=answer.strip()[:500],
        proposed_by=raised.raised_by,
        signed_by=turn.actor.staff_id,
        signed_at=turn.now,
        digest=decision_digest(
            snapshot=snapshot.digest,
            result=result,
            amount_fen=granted,
            signers=signers,
            signed_at=turn.now,
        ),
        created_at=turn.now,
    )


def _follow(turn: Turn, *, changed: bool, note: str) -> None:
    """The move, the words to the subject, and what it means in money."""
    row = turn.row
    left = settle(row.amount_fen, ordered_fen=row.ordered_fen, asked_back_fen=row.recover_fen)
    if left.next == "recover":
        if row.ordered_fen != row.paid_fen:
            raise MoneyOnItsWayError
        row.recover_fen += left.recover_fen
    move(turn, Move.CHANGE if changed else Move.UPHOLD, note=note)
    claim = None
    if left.next == "recover":
        move(turn, Move.RECOVER, note=note)
        claim = open_claw_back(turn, left.recover_fen, note)
    money = {
        "pay": f"还要付给您 {Money(left.pay_fen)}。" if turn.item.pays else "",
        "recover": f"多发的 {Money(left.recover_fen)} 请退回，见办件 {claim and claim.number}。",
        "close": "",
    }[left.next]
    word = "原决定改了" if changed else "维持原决定"
    tell(
        turn,
        "appeal_decided",
        title="复查有结果了",
        body=f"{word}。{note.strip()} {money}仍不服的，收到结果 15 天内可以向法院起诉。",
    )
    if left.next == "close" and row.ordered_fen == row.paid_fen:
        house = hands_of(roles=(), applicant=False, system=True)
        turn.hands = turn.hands | house
        close(turn)
