"""Nobody has to take money: what was granted may be declined until it is ordered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.cases.actions.accepting import end_of_case
from denghuo.cases.actions.turns import Turn, announce, demand_applicant, finish, move, take, tell
from denghuo.cases.logic.retention import clear_ended_on
from denghuo.cases.logic.states import Move
from denghuo.cases.queries.cases import CaseView
from denghuo.kernel.clock import day_of
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import Actor


class MoneyOrderedError(RefusalError):
    """An order stands with the bank; what has arrived is given back by another road."""

    code = "cases.money_ordered"
    template = "钱已经下单，现在停不下来。到账以后想退回，请打 {phone}，我们告诉您怎么退。"
    status = 409


class NothingGrantedError(RefusalError):
    """Only a grant can be declined."""

    code = "cases.nothing_granted"
    template = "这件事没有批准要付的钱，不用放弃。"
    status = 409


@transaction.atomic
def decline_grant(
    *, actor: Actor, case_id: UUID, version: int, note: str = "", now: datetime
) -> CaseView:
    """The subject does not want what was granted: the case ends and nothing is paid.

    Possible from the signature until the first order; its place is free again, so that the
    subject may ask anew. The decision stays as it is. Needs the right over money, as an account
    does. Raises ``MoneyOrderedError``, ``NothingGrantedError``, ``NoMandateError``.

    Race: the season's payment at the same instant. The row lock lets one through: either there
    is an order and this is refused, or the case is withdrawn and is not ordered.
    """
    turn = take(case_id, actor=actor, version=version, now=now, scope="money", again=Move.DECLINE)
    if turn.replayed:
        return turn.view
    demand_applicant(turn, "money")
    _demand_unordered(turn)
    row, given_up = turn.row, turn.row.amount_fen
    move(turn, Move.DECLINE, note=note)
    row.amount_fen, row.pay_problem = 0, ""
    end_of_case(turn)
    row.clear_on = clear_ended_on(day_of(now), turn.item.keep_years)
    tell(
        turn,
        "declined",
        title="记下了：这笔钱您不要",
        body=f"{Money(given_up)} 不会付给您，也不影响您别的事。改了主意，可以再申请。",
    )
    announce(turn, "case_declined")
    return finish(turn, "decline_grant", given_up_fen=given_up)


def _demand_unordered(turn: Turn) -> None:
    row = turn.row
    if row.ordered_fen or row.paid_fen:
        raise MoneyOrderedError(phone=turn.item.ask_office)
    if not row.amount_fen:
        raise NothingGrantedError
