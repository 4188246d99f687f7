"""A second look at a decision: once, within sixty days, by people who had no hand in it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import IntegrityError, transaction

from denghuo.cases.actions.claims import ease_claims
from denghuo.cases.actions.clocks import end_clock
from denghuo.cases.actions.closing import close, open_claw_back
from denghuo.cases.actions.opening import AlreadyOpenError
from denghuo.cases.actions.pending import (
    demand_nothing_pending,
    demand_same,
    end_pending,
    keep_pending,
    last_hand,
    next_decision,
    pending_of,
)
from denghuo.cases.actions.reviewing import (
    Judged,
    as_ruled,
    freeze,
    gathered,
    involved,
    look,
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
from denghuo.cases.logic.signing import Result, demand_second_pair
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

    Where the old or the new sum is above the item's third-sign sum, a change takes two: the
    first hand (a reviewer's or supervisor's) is kept as pending; a supervisor's after it decides
    the same or sends it back (``return_change``).

    A changed decision is a new one, on the facts as they are known now and the day first asked
    about; the old one stays. What it grants more is paid by a new order, and no more is asked
    back than is then owed; what a review of the office's own grants less is asked back by a
    case. Raises ``SameHandError``, ``WorseOnAppealError``, ``ThirdSignNeededError``,
    ``ResultDiffersError``, ``ChangePendingError`` (upheld while a change waits),
    ``ClaimAppealedError``, and what ``propose`` raises.
    """
    if not answer.strip():
        raise NoteNeededError(field="answer")
    turn = take(case_id, actor=actor, version=version, now=now)
    row = turn.row
    raised = Appeal.objects.filter(case=row, state="open").first()
    demand_second_pair(signer(turn), _asked(turn, raised))
    if raised is None or row.decision is None:
        move(turn, Move.UPHOLD)  # refused in the table's words: nothing was appealed
        raise NothingToAppealError
    if not changed:
        demand_nothing_pending(turn)
        raised.state = "upheld"
    else:
        outcome = _new_decision(
            turn, raised, result=result, amount_fen=amount_fen, judged=judged, answer=answer
        )
        if outcome is None:
            return finish(turn, "sign_change")
        raised.state, raised.outcome = "changed", outcome
        row.decision, row.amount_fen = outcome, outcome.amount_fen
    raised.answer, raised.decided_at = answer.strip()[:500], now
    raised.decided_by = actor.staff_id
    raised.save()
    end_clock(row)
    _follow(turn, changed=changed, note=answer)
    look(turn)
    announce(turn, "case_decided")
    return finish(turn, "decide_appeal", changed=changed, decision=str(row.decision_id))


def _asked(turn: Turn, raised: Appeal | None) -> set[UUID | None]:
    """Who had a hand in the decision; who asked for the second look, or stood at the counter for
    the applicant, does not give it either."""
    asked = {staff_of(raised.raised_by)} if raised else set()
    return involved(turn) | asked | {turn.row.opened_by_staff}


def _new_decision(
    turn: Turn,
    raised: Appeal,
    *,
    result: Result,
    amount_fen: int | None,
    judged: Judged | None,
    answer: str,
) -> Decision | None:
    """The changed decision; None while it waits for the second signature that its sum needs."""
    old = turn.row.decision
    assert old is not None  # noqa: S101  the caller looked
    found = gathered(turn)
    granted, reasons = as_ruled(turn, found, result, amount_fen=amount_fen, judged=judged)
    if raised.kind == "reconsider":
        # What stands now: a check after payment may have taken back a part of what was decided.
        demand_not_worse(turn.row.amount_fen, granted)
    pending = pending_of(turn)
    if pending is not None:
        demand_same(pending, found.evidence, result=result, amount_fen=granted)
    # What three signed for is not undone by one either, so the larger sum counts.
    if not last_hand(turn, pending, sum_fen=max(old.amount_fen, granted)):
        move(turn, Move.SIGN_CHANGE)
        keep_pending(
            turn,
            "appeal",
            found.evidence,
            result=result,
            amount_fen=granted,
            reasons=reasons,
            proposed_by=raised.raised_by,
            checked_by=turn.actor.staff_id,
            note=answer,
        )
        look(turn)
        return None
    if pending is not None:
        end_pending(turn, pending, "signed")
    return next_decision(
        turn,
        "appeal",
        pending.snapshot if pending else freeze(turn, found.evidence),
        result=result,
        amount_fen=granted,
        reasons=reasons,
        proposed_by=raised.raised_by,
        checked_by=pending.checked_by if pending else None,
        note=answer,
    )


def _follow(turn: Turn, *, changed: bool, note: str) -> None:
    """The move, the words to the subject, and what it means in money."""
    row = turn.row
    eased = ease_claims(turn, note) if changed else ""
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
        body=f"{word}。{note.strip()} {money}{eased}仍不服的，收到结果 15 天内可以向法院起诉。",
    )
    if left.next == "close" and row.ordered_fen == row.paid_fen:
        house = hands_of(roles=(), applicant=False, system=True)
        turn.hands = turn.hands | house
        close(turn)
