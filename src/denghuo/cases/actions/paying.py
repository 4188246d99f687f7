"""From granted to paid: the account, the order, what the bank did with it.

The ledger's orders are the truth about money; ``follow_orders`` brings the case into step with
them, so an event that comes twice, late, or out of order changes nothing twice. A returned
payment is never sent again by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.cases.access import CaseNotFoundError
from denghuo.cases.actions.turns import (
    Turn,
    announce,
    demand_applicant,
    demand_move,
    finish,
    move,
    take,
    tell,
    write_step,
)
from denghuo.cases.logic.appeals import settle
from denghuo.cases.logic.routing import fold
from denghuo.cases.logic.states import DECIDED, IN_WORK, Move, State
from denghuo.cases.models import Case, CasePayment, Objection, PayAccount
from denghuo.cases.queries.cases import CaseView, case_view
from denghuo.kernel.clock import day_of
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.ledger.public import (
    PayOrderDraft,
    PayOrderView,
    PayState,
    checked_draft,
    order_payments,
    pay_orders_about,
    reissue,
)
from denghuo.people.public import subject_name
from denghuo.platform.public import SYSTEM, Actor, publish

# How the ledger names a case.
ABOUT = "cases.Case:"
_BACK = frozenset({PayState.RETURNED, PayState.REISSUED, PayState.GIVEN_UP, PayState.CANCELLED})
_WAITS_FOR_MONEY = frozenset({State.PAYABLE, State.UPHELD, State.CHANGED})
# What stands in the way of a payment, in a code the desk has words for.
NO_ACCOUNT = "no_account"
CORRECTED = "account_corrected"
PROBLEM_WORDS = {
    NO_ACCOUNT: "等申请人确认收款账户",
    CORRECTED: "账户已改，等财务重新付款",
    "wrong_name": "户名不符，被银行退回",
    "closed_account": "账户已销户，被银行退回",
    "frozen_account": "账户被冻结，被银行退回",
    "no_such_account": "账号不存在，被银行退回",
    "bank_refused": "银行拒收",
    "cancelled": "付款单已撤销，等财务处理",
    "given_up": "退回后不再付款",
}


class NoticeOpenError(RefusalError):
    """Money waits for the notice to end."""

    code = "cases.notice_open"
    template = "公示到 {last}，公示结束后才能付款。"
    status = 409


class NoticeNeededError(RefusalError):
    """The item's list is shown to everybody first."""

    code = "cases.notice_needed"
    template = "这项业务付款前要公示 {days} 个工作日，请先公示。"
    status = 409


class ObjectionOpenError(RefusalError):
    """Somebody's objection has not been answered."""

    code = "cases.objection_open"
    template = "公示期间有人提出异议，还没有答复，不能付款。"
    status = 409


class ObjectionUpheldError(RefusalError):
    """The objection was right: the office looks again before anything is paid."""

    code = "cases.objection_upheld"
    template = "公示期间的异议属实，要先复查原决定，不能付款。"
    status = 409


class NothingToPayError(RefusalError):
    """No money is granted, or all of it is on its way."""

    code = "cases.nothing_to_pay"
    template = "没有要付的钱：没有批准金额，或者已经全部下单。"
    status = 409


class NotReturnedError(RefusalError):
    """Only what the bank gave back is sent again."""

    code = "cases.not_returned"
    template = "没有被银行退回的付款。"
    status = 409


@transaction.atomic
def confirm_account(
    *,
    actor: Actor,
    case_id: UUID,
    version: int,
    account_name: str,
    account_no: str,
    bank: str,
    now: datetime,
) -> CaseView:
    """The subject says where the money goes; the account is in the subject's own name.

    A case already payable is ordered at once. After a return nothing is sent by itself: a
    treasurer does (``pay_again``). Raises ``NoMandateError`` and the ledger's
    ``AccountNameError``, ``AccountNumberError``, ``PersonalAccountError``, ``BankTextError``.
    """
    turn = take(case_id, actor=actor, version=version, now=now, scope="money")
    demand_applicant(turn, "money")
    row = turn.row
    if turn.state not in IN_WORK | DECIDED or not turn.item.pays:
        raise NothingToPayError
    draft = checked_draft(
        PayOrderDraft(
            key=f"case:{row.pk}",
            about=about_text(row),
            payee=turn.subject,
            payee_name=subject_name(turn.subject),
            account_name=account_name,
            account_no=account_no,
            bank=bank,
            amount_fen=max(1, row.amount_fen),
            fund=fund_code(turn.item.fund, row.area),
            purpose=str(turn.item.names),
        )
    )
    PayAccount.objects.filter(case=row, replaced_at__isnull=True).update(replaced_at=now)
    PayAccount.objects.create(
        case=row,
        account_name=draft.account_name,
        account_no=draft.account_no,
        tail=draft.account_no[-4:],
        bank=draft.bank,
        confirmed_by=actor.label,
        confirmed_at=now,
        created_at=now,
    )
    write_step(turn, "account")
    if row.pay_problem and row.pay_problem != NO_ACCOUNT:
        row.pay_problem = CORRECTED
    elif turn.state is State.PAYABLE:
        order(turn)
    return finish(turn, "confirm_account")


@transaction.atomic
def make_payable(*, actor: Actor, case_id: UUID, version: int | None, now: datetime) -> CaseView:
    """After the decision and, where the item has one, the notice: the money is ordered.

    Where no account is confirmed yet the case waits for it. Raises ``NothingToPayError``,
    ``NoticeNeededError``, ``NoticeOpenError``, ``ObjectionOpenError``, ``ObjectionUpheldError``
    and what the ledger raises (a fund without enough).
    """
    turn = take(case_id, actor=actor, version=version, now=now, again=Move.MAKE_PAYABLE)
    if turn.replayed:
        return turn.view
    demand_move(turn, Move.MAKE_PAYABLE)
    demand_payable(turn)
    move(turn, Move.MAKE_PAYABLE)
    order(turn)
    announce(turn, "case_payable")
    return finish(turn, "make_payable")


def demand_payable(turn: Turn) -> None:
    """Whether money may go out: granted, shown, unopposed."""
    row = turn.row
    if not turn.item.pays or settle(row.amount_fen, ordered_fen=row.ordered_fen).next != "pay":
        raise NothingToPayError
    if not turn.item.notice.days:
        return
    if row.notice is None:
        raise NoticeNeededError(days=turn.item.notice.days)
    if day_of(turn.now) <= row.notice.last_on:
        raise NoticeOpenError(last=row.notice.last_on.isoformat())
    states = set(
        Objection.objects.filter(case=row, notice=row.notice).values_list("state", flat=True)
    )
    if "open" in states:
        raise ObjectionOpenError
    if "upheld" in states and (row.decision is None or row.decision.kind == "first"):
        raise ObjectionUpheldError


def order(turn: Turn) -> None:
    """Order what is granted and not ordered yet, if there is an account and no trouble.

    The order's key names the decision and how much was ordered before, so that asking twice
    finds the first order.
    """
    row = turn.row
    account = PayAccount.objects.filter(case=row, replaced_at__isnull=True).first()
    if account is None:
        row.pay_problem = NO_ACCOUNT
        tell(
            turn,
            "account_needed",
            title="请确认收款账户",
            body="钱准备好了，请在这件事的页面上确认收款账户。",
        )
        return
    left = settle(row.amount_fen, ordered_fen=row.ordered_fen).pay_fen
    if not left or row.decision is None:
        return
    key = f"case:{row.pk}:{row.decision.round}:{row.ordered_fen}"
    ordered = order_payments(
        actor=SYSTEM, drafts=[draft_of(turn, account, key, left)], now=turn.now
    )[0]
    keep_order(turn, ordered)
    row.pay_problem = ""
    write_step(turn, "order", note=f"{Money(left)}，付到尾号 {account.tail} 的账户")


def draft_of(turn: Turn, account: PayAccount, key: str, amount_fen: int) -> PayOrderDraft:
    """What the ledger is asked for."""
    return PayOrderDraft(
        key=key,
        about=about_text(turn.row),
        payee=turn.subject,
        payee_name=subject_name(turn.subject),
        account_name=account.account_name,
        account_no=account.account_no,
        bank=account.bank,
        amount_fen=amount_fen,
        fund=fund_code(turn.item.fund, turn.row.area),
        purpose=str(turn.item.names),
    )


def keep_order(turn: Turn, ordered: PayOrderView) -> None:
    """Our own row of an order, and the sum on its way."""
    row = turn.row
    assert row.decision is not None  # noqa: S101  nothing is ordered before it
    CasePayment.objects.create(
        case=row,
        key=ordered.key,
        decision=row.decision,
        amount_fen=ordered.amount_fen,
        order=ordered.id,
        changed_at=turn.now,
        created_at=turn.now,
    )
    row.ordered_fen += ordered.amount_fen


@transaction.atomic
def pay_again(*, actor: Actor, case_id: UUID, now: datetime) -> CaseView:
    """A treasurer sends a returned payment to the account the subject corrected.

    Raises ``NotReturnedError``, and what the ledger's ``reissue`` raises (not a treasurer of the
    area, the same account again).
    """
    row = Case.objects.select_for_update(of=("self",)).filter(pk=case_id).first()
    if row is None or actor.area is None or not actor.area.contains(Region.read(row.area)):
        raise CaseNotFoundError
    back = [one for one in pay_orders_about(about_text(row)) if one.state is PayState.RETURNED]
    account = PayAccount.objects.filter(case=row, replaced_at__isnull=True).first()
    if not back or account is None:
        raise NotReturnedError
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


@transaction.atomic
def follow_orders(*, case_id: UUID, now: datetime) -> CaseView | None:
    """Bring a case into step with its orders in the ledger. None when nothing had changed.

    Whatever the case's state: money moves on while a decision is looked at again.
    """
    turn = take(case_id, actor=SYSTEM, version=None, now=now)
    row = turn.row
    orders = pay_orders_about(about_text(row))
    changed = _news(turn, orders)
    row.ordered_fen = sum(one.amount_fen for one in orders if one.state not in _BACK)
    row.paid_fen = sum(one.amount_fen for one in orders if one.state is PayState.PAID)
    if not changed:
        return None
    _problem(row, orders)
    for one, was in changed:
        _one_order(turn, one, was)
    if turn.state in _WAITS_FOR_MONEY and 0 < row.paid_fen == row.amount_fen:
        move(turn, Move.PAY, note=str(Money(row.paid_fen)))
        tell(
            turn,
            "paid",
            title="钱到账了",
            body=f"{Money(row.paid_fen)} 已付到您确认的账户。",
        )
        announce(turn, "case_paid")
    return finish(turn, "follow_orders", changed=len(changed))


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


def about_text(row: Case) -> str:
    """How the ledger names the case."""
    return f"{ABOUT}{row.pk}"


def fund_code(fund: str, area: str) -> str:
    """The fund account of the league around an office: ``fund:unemployment:150100``."""
    return f"fund:{fund}:{fold(Region.read(area), 'league').code[:6]}"
