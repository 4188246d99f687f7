"""From granted to ordered: the account, the notice's end, the order.

What becomes of the order is followed in ``following``.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

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
from denghuo.cases.logic.pay_problems import ACCOUNT_WANTED, CORRECTED, NO_ACCOUNT, SENT_BACK
from denghuo.cases.logic.routing import fold
from denghuo.cases.logic.states import DECIDED, IN_WORK, Move, State
from denghuo.cases.models import Case, CasePayment, Objection, PayAccount
from denghuo.cases.queries.cases import CaseView
from denghuo.kernel.clock import day_of
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.ledger.public import (
    PayOrderDraft,
    PayOrderView,
    checked_draft,
    order_payments,
)
from denghuo.people.public import subject_name
from denghuo.platform.public import SYSTEM, Actor

# How the ledger names a case.
ABOUT = "cases.Case:"


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
    if row.pay_problem in SENT_BACK:
        row.pay_problem = CORRECTED
    elif turn.state is State.PAYABLE:
        order(turn)
    elif row.pay_problem in ACCOUNT_WANTED:
        row.pay_problem = ""
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

    The order's key names the decision and how many orders there were before: one that was
    cancelled keeps its key, and what is ordered instead is another.
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
    before = CasePayment.objects.filter(case=row).count()
    key = f"case:{row.pk}:{row.decision.round}:{before}"
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


def about_text(row: Case) -> str:
    """How the ledger names the case."""
    return f"{ABOUT}{row.pk}"


def fund_code(fund: str, area: str) -> str:
    """The fund account of the league around an office: ``fund:unemployment:150100``."""
    return f"fund:{fund}:{fold(Region.read(area), 'league').code[:6]}"
