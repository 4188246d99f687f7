"""What became of the orders: the case follows the ledger, whose orders are the truth about money.

``follow_orders`` brings a case into step with them, so an event that comes twice, late, or out
of order changes nothing twice. A returned payment is never sent again by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.cases.access import CaseNotFoundError
from denghuo.cases.actions.giving_back import follow_given_back
from denghuo.cases.actions.paying import (
    NotReturnedError,
    about_text,
    order,
)
from denghuo.cases.actions.turns import Turn, announce, finish, move, take, tell, write_step
from denghuo.cases.logic.appeals import settle
from denghuo.cases.logic.claims import is_claim
from denghuo.cases.logic.pay_problems import CORRECTED, NO_ACCOUNT
from denghuo.cases.logic.states import Move, State
from denghuo.cases.models import Case, CasePayment, PayAccount
from denghuo.cases.queries.cases import CaseView, case_view
from denghuo.kernel.money import Money
from denghuo.kernel.region import Region
from denghuo.ledger.public import PayOrderView, PayState, pay_orders_about, reissue
from denghuo.platform.public import SYSTEM, Actor, publish

_BACK = frozenset({PayState.RETURNED, PayState.REISSUED, PayState.GIVEN_UP, PayState.CANCELLED})
_WAITS_FOR_MONEY = frozenset({State.PAYABLE, State.UPHELD, State.CHANGED})


@transaction.atomic
def pay_again(*, actor: Actor, case_id: UUID, now: datetime) -> CaseView:
    """A treasurer sends a returned payment to the account the subject corrected, or orders anew
    what was cancelled or given up.

    Raises ``NotReturnedError``, and what the ledger's ``reissue`` raises (not a treasurer of the
    area, the same account again).
    """
    row = Case.objects.select_for_update(of=("self",)).filter(pk=case_id).first()
    if row is None or actor.area is None or not actor.area.contains(Region.read(row.area)):
        raise CaseNotFoundError
    orders = pay_orders_about(about_text(row))
    back = [one for one in orders if one.state is PayState.RETURNED]
    account = PayAccount.objects.filter(case=row, replaced_at__isnull=True).first()
    if account is None:
        raise NotReturnedError
    if not back:
        return _order_anew(actor, case_id, orders, now)
    for one in back:
        reissue(
            actor=actor,
            order_id=one.id,
            account_name=account.account_name,
            account_no=account.account_no,
            bank=account.bank,
            now=now,
        )
    follow_orders(case_id=case_id, now=now)
    row.refresh_from_db()
    return case_view(row, frozenset())


def _order_anew(
    actor: Actor, case_id: UUID, orders: Sequence[PayOrderView], now: datetime
) -> CaseView:
    """A person's word, for an order that ended without the money being paid or sent back."""
    follow_orders(case_id=case_id, now=now)
    turn = take(case_id, actor=SYSTEM, version=None, now=now)
    stopped = [one for one in orders if one.state in {PayState.GIVEN_UP, PayState.CANCELLED}]
    left = settle(turn.row.amount_fen, ordered_fen=turn.row.ordered_fen)
    if not stopped or turn.state is not State.PAYABLE or left.next != "pay":
        raise NotReturnedError
    within = actor.area is not None and actor.area.contains(Region.read(stopped[-1].area))
    if not within or "treasurer" not in actor.roles:
        raise CaseNotFoundError
    order(turn)
    turn.actor = actor
    return finish(turn, "pay_again")


@transaction.atomic
def follow_orders(*, case_id: UUID, now: datetime) -> CaseView | None:
    """Bring a case into step with its orders in the ledger. None when nothing had changed.

    Whatever the case's state: money moves on while a decision is looked at again.
    """
    turn = take(case_id, actor=SYSTEM, version=None, now=now)
    row = turn.row
    orders = pay_orders_about(about_text(row))
    if is_claim(row.item):
        return follow_given_back(turn, orders)
    changed = _news(turn, orders)
    row.ordered_fen = sum(one.amount_fen for one in orders if one.state not in _BACK)
    row.paid_fen = sum(one.amount_fen for one in orders if one.state is PayState.PAID)
    if not changed:
        return None
    _problem(row, orders)
    for one, was in changed:
        _one_order(turn, one, was)
    settle_paid(turn)
    return finish(turn, "follow_orders", changed=len(changed))


def settle_paid(turn: Turn) -> None:
    """A case that waits for money and has all of it is paid. The caller saves the row."""
    row = turn.row
    if turn.state not in _WAITS_FOR_MONEY or not 0 < row.paid_fen == row.amount_fen:
        return
    move(turn, Move.PAY, note=str(Money(row.paid_fen)), hands=frozenset({"system"}))
    tell(
        turn,
        "paid",
        title="钱到账了",
        body=f"{Money(row.paid_fen)} 已付到您确认的账户。",
    )
    announce(turn, "case_paid")


def _news(turn: Turn, orders: Sequence[PayOrderView]) -> list[tuple[PayOrderView, str]]:
    """Orders that stand otherwise than we wrote down, each with what we had."""
    known = {one.order: one for one in CasePayment.objects.filter(case=turn.row)}
    found = []
    for one in orders:
        state = _ours(one.state)
        held = known.get(one.id)
        if held is None:
            assert turn.row.decision is not None  # noqa: S101  orders come after it
            CasePayment.objects.create(
                case=turn.row,
                key=one.key,
                decision=turn.row.decision,
                amount_fen=one.amount_fen,
                order=one.id,
                state=state,
                reissues=known.get(one.reissue_of) if one.reissue_of else None,
                changed_at=turn.now,
                created_at=turn.now,
            )
            found.append((one, ""))
        elif held.state != state:
            was, held.state, held.changed_at = held.state, state, turn.now
            held.why_returned = str(one.reason or one.state) if state == "returned" else ""
            held.save(update_fields=["state", "changed_at", "why_returned"])
            found.append((one, was))
    return found


def _one_order(turn: Turn, one: PayOrderView, was: str) -> None:
    if not was:
        write_step(turn, "order", note=f"{Money(one.amount_fen)}，付到 {one.account_masked}")
    elif _ours(one.state) == "returned":
        why = one.reason_name or one.state_name
        if turn.state is State.PAYABLE:
            move(turn, Move.PAY_RETURNED, note=why, reason_code=str(one.reason or one.state))
        else:
            write_step(turn, "pay_returned", note=why, reason_code=str(one.reason or one.state))
        tell(
            turn,
            "pay_returned",
            title="付款被银行退回了",
            body=f"原因是{why}。钱没有丢，请在这件事的页面上核对收款账户。",
        )
        publish("cases.payment_returned", {"case": str(turn.row.pk), "order": str(one.id)},
                key=f"cases.payment_returned:{one.id}")  # fmt: skip


def _problem(row: Case, orders: Sequence[PayOrderView]) -> None:
    """The first trouble that is still open; a corrected account stays said until it is used."""
    open_ones = [one for one in orders if one.state is PayState.RETURNED]
    if open_ones:
        if row.pay_problem != CORRECTED:
            row.pay_problem = str(open_ones[0].reason or "bank_refused")
        return
    ended = [one for one in orders if one.state in {PayState.GIVEN_UP, PayState.CANCELLED}]
    if ended and row.ordered_fen < row.amount_fen:
        row.pay_problem = str(ended[-1].state)
    elif row.pay_problem != NO_ACCOUNT:
        row.pay_problem = ""


def _ours(state: PayState) -> str:
    if state is PayState.PAID:
        return "paid"
    return "returned" if state in _BACK else "ordered"
