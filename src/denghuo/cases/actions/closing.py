"""The end of a case, the check after payment, and money asked back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.cases.actions.accepting import end_of_case
from denghuo.cases.actions.clocks import start_clock
from denghuo.cases.actions.numbering import next_numbers
from denghuo.cases.actions.pending import demand_nothing_pending
from denghuo.cases.actions.reviewing import involved
from denghuo.cases.actions.turns import (
    NoteNeededError,
    Turn,
    announce,
    demand_move,
    finish,
    move,
    name_of,
    signer,
    take,
    tell,
)
from denghuo.cases.actions.walking import walk
from denghuo.cases.logic.appeals import settle
from denghuo.cases.logic.claims import ClaimOpenError, is_claim
from denghuo.cases.logic.clock import ACCEPT_DAYS
from denghuo.cases.logic.pay_problems import GIVEN_UP
from denghuo.cases.logic.retention import clear_ended_on
from denghuo.cases.logic.signing import demand_second_pair
from denghuo.cases.logic.states import Move, State, hands_of
from denghuo.cases.models import Case, CaseFact, Step
from denghuo.cases.queries.cases import CaseView
from denghuo.cases.queries.claims import claim_sum
from denghuo.cases.queries.items import service_item
from denghuo.kernel.clock import day_of
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import SYSTEM, Actor


class MoneyOpenError(RefusalError):
    """A case with money still to pay, or on its way, is not at its end."""

    code = "cases.money_open"
    template = "还有 {amount} 没有付清，不能办结。"
    status = 409


class AppealOpenError(RefusalError):
    """A refused case ends when the days to appeal are over."""

    code = "cases.appeal_days_open"
    template = "复查期限到 {until}，之前不办结。"
    status = 409


class NothingPaidError(RefusalError):
    """There is nothing to check after payment."""

    code = "cases.nothing_paid"
    template = "这件事没有付过款，不用付款后核查。"
    status = 409


class RecoverAmountError(RefusalError):
    """At least a fen, at most what was paid."""

    code = "cases.recover_amount"
    template = "追回金额要大于 0，不超过已付的 {paid}。"


@transaction.atomic
def close_case(*, actor: Actor, case_id: UUID, version: int | None, now: datetime) -> CaseView:
    """Nothing more is expected. Raises ``MoneyOpenError``, ``AppealOpenError``,
    ``ClaimOpenError``."""
    turn = take(case_id, actor=actor, version=version, now=now, again=Move.CLOSE)
    if turn.replayed:
        return turn.view
    demand_move(turn, Move.CLOSE)
    demand_closable(turn)
    close(turn)
    return finish(turn, "close_case")


def close(turn: Turn) -> None:
    """Move to the end and say from when the papers may go."""
    move(turn, Move.CLOSE)
    end_of_case(turn)
    turn.row.clear_on = clear_ended_on(day_of(turn.now), turn.item.keep_years)
    if turn.row.pay_problem != GIVEN_UP:
        turn.row.pay_problem = ""
    tell(
        turn,
        "closed",
        title="这件事办结了",
        body="请您评价一下办得怎么样，您的话会有人看。",
    )
    announce(turn, "case_closed")


def demand_closable(turn: Turn) -> None:
    """Whether money or the days to appeal still stand open."""
    row = turn.row
    left = settle(row.amount_fen, ordered_fen=row.ordered_fen)
    on_the_way = row.ordered_fen - row.paid_fen
    if turn.item.pays and (left.next == "pay" or on_the_way) and row.pay_problem != GIVEN_UP:
        raise MoneyOpenError(amount=str(Money(left.pay_fen + on_the_way)))
    if is_claim(row.item) and (still := claim_sum(row).left_fen):
        raise ClaimOpenError(left=str(Money(still)))
    until = row.decision.appeal_until if row.decision else None
    if turn.state is State.REFUSED and until is not None and day_of(turn.now) <= until:
        raise AppealOpenError(until=until.isoformat())


@transaction.atomic
def open_audit(
    *, actor: Actor, case_id: UUID, version: int | None, note: str = "", now: datetime
) -> CaseView:
    """A check after payment begins; the subject is told. Raises ``NothingPaidError``."""
    turn = take(case_id, actor=actor, version=version, now=now, again=Move.OPEN_AUDIT)
    if turn.replayed:
        return turn.view
    if not turn.row.paid_fen:
        raise NothingPaidError
    move(turn, Move.OPEN_AUDIT, note=note)
    turn.row.clear_on = None
    tell(
        turn,
        "audit",
        title="付款后例行核查",
        body="我们在核对这笔钱发得对不对。要您说明的，会另外找您。",
    )
    return finish(turn, "open_audit")


@transaction.atomic
def confirm_audit(
    *, actor: Actor, case_id: UUID, version: int, note: str = "", now: datetime
) -> CaseView:
    """The payment was right. By somebody who had no hand in it.

    Raises ``SameHandError``, ``ChangePendingError``.
    """
    turn = take(case_id, actor=actor, version=version, now=now, again=Move.CONFIRM)
    if turn.replayed:
        return turn.view
    demand_second_pair(signer(turn), involved(turn))
    demand_nothing_pending(turn)
    move(turn, Move.CONFIRM, note=note)
    # The reviewer confirms; that nothing is left to do then is the house's to say.
    turn.hands |= hands_of(roles=(), applicant=False, system=True)
    close(turn)
    return finish(turn, "confirm_audit")


@transaction.atomic
def recover(
    *,
    actor: Actor,
    case_id: UUID,
    version: int,
    amount_fen: int,
    note: str,
    now: datetime,
) -> CaseView:
    """Too much was paid: a claw-back case asks for it. Nothing is ever debited by itself.

    By a supervisor who had no hand in the decision. Raises ``NoteNeededError``,
    ``RecoverAmountError``, ``SameHandError``, ``ChangePendingError``.
    """
    if not note.strip():
        raise NoteNeededError(field="note")
    turn = take(case_id, actor=actor, version=version, now=now)
    demand_move(turn, Move.RECOVER)
    demand_nothing_pending(turn)
    row = turn.row
    if not 0 < amount_fen <= row.paid_fen - row.recover_fen:
        raise RecoverAmountError(field="amount", paid=str(Money(row.paid_fen - row.recover_fen)))
    demand_second_pair(signer(turn), involved(turn))
    # What was granted in error is granted no longer; what was paid stays paid until it is back.
    row.recover_fen += amount_fen
    row.amount_fen = max(0, row.amount_fen - amount_fen)
    move(turn, Move.RECOVER, note=note)
    claim = open_claw_back(turn, amount_fen, note)
    tell(
        turn,
        "recover",
        title="有一笔款项请您退回",
        body=f"核查发现多发了 {Money(amount_fen)}。{note.strip()} 请看办件 {claim.number}，"
        "可以先说明情况。",
    )
    return finish(turn, "recover", claim=str(claim.pk))


def open_claw_back(turn: Turn, amount_fen: int, note: str) -> Case:
    """The case that asks the money back, in the hands of the same office."""
    origin = turn.row
    item = service_item(f"claw-back-{origin.subject_kind}")
    today = day_of(turn.now)
    rounds = Case.objects.filter(about=origin, item=item.code).count() + 1
    row = Case(
        number=next_numbers(item, today.year)[0],
        item=item.code,
        subject_kind=origin.subject_kind,
        subject_id=origin.subject_id,
        period=f"{origin.number}/{rounds}",
        channel="system",
        area=origin.area,
        home=origin.home,
        state=State.SUBMITTED,
        opened_by=turn.actor.label,
        asked_on=today,
        submitted_at=turn.now,
        created_at=turn.now,
        about=origin,
        version=1,
    )
    start_clock(row, "accept", ACCEPT_DAYS, on=today)
    row.save(force_insert=True)
    Step.objects.create(
        case=row,
        seq=1,
        kind=Move.SUBMIT,
        by=turn.actor.label,
        by_name=name_of(turn.actor),
        at=turn.now,
        from_state=State.DRAFT,
        to_state=State.SUBMITTED,
        note=note.strip()[:500],
    )
    CaseFact.objects.create(
        case=row,
        name="claw_back_fen",
        value=amount_fen,
        source="staff",
        source_ref=origin.number,
        observed_on=today,
        legal_basis=item.legal_basis.text,
        told_by=turn.actor.label,
        told_at=turn.now,
        verified=True,
    )
    return row


def close_what_is_done(*, now: datetime, limit: int = 500) -> int:
    """Paid cases, and refused ones whose days to appeal are over. Each in its own transaction."""

    def end(case_id: UUID) -> bool:
        close_case(actor=SYSTEM, case_id=case_id, version=None, now=now)
        return True

    paid = Case.objects.filter(state=State.PAID, paid_fen__gt=0)
    refused = Case.objects.filter(state=State.REFUSED, decision__appeal_until__lt=day_of(now))
    return walk("close.paid", paid, end, limit=limit, now=now) + walk(
        "close.refused", refused, end, limit=limit, now=now
    )
