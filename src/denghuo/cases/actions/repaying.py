"""Money given back on a claim: booked from a row of the bank's statement, until it is whole."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from denghuo.cases.access import CaseNotFoundError, keeps_books_of
from denghuo.cases.actions.accepting import end_of_case
from denghuo.cases.actions.closing import close
from denghuo.cases.actions.paying import about_text, fund_code
from denghuo.cases.actions.turns import Turn, announce, finish, move, take, tell, write_step
from denghuo.cases.actions.walking import walk
from denghuo.cases.logic.claims import PREFIX, ClaimSum, NotAClaimError, demand_fits, is_claim
from denghuo.cases.logic.retention import clear_ended_on
from denghuo.cases.logic.states import BEFORE_DECISION, Move, State
from denghuo.cases.models import Case
from denghuo.cases.queries.cases import CaseView
from denghuo.cases.queries.claims import (
    ClaimView,
    about_case,
    claim_seen,
    claim_sum,
    claims_about,
)
from denghuo.cases.queries.items import service_item
from denghuo.kernel.clock import day_of
from denghuo.kernel.money import Money
from denghuo.ledger.public import PayState, pay_orders_about, record_repayment, repayment_booked
from denghuo.platform.public import SYSTEM, Actor, record_look_up

_ENDS_WHOLE = BEFORE_DECISION | {State.APPROVED, State.UPHELD, State.CHANGED}


@transaction.atomic
def record_claim_repayment(
    *,
    actor: Actor,
    case_id: UUID,
    amount_fen: int,
    bank_reference: str,
    paid_on: date,
    surplus: bool = False,
    now: datetime,
) -> CaseView:
    """A treasurer of the area books a row of the bank's statement: the fund has its money again.

    In parts or whole; whole, the claim ends, and the case that was paid too much with its last
    claim. With ``surplus`` the row may be more than is asked: the rest waits to go back
    (``give_back_surplus``). The same row again changes nothing. Raises
    ``CaseNotFoundError``, ``NotAClaimError``, ``RepaidTooMuchError``, ``RepaidAmountError`` and
    the ledger's ``BankReferenceError``, ``BankReferenceUsedError``, ``RepaidDayError``.

    Race: two treasurers book two rows at once, each of which alone fits. The row lock of the
    claim puts them in order; the second is measured against what the first left.
    """
    row = Case.objects.filter(pk=case_id).first()
    if row is None or not keeps_books_of(actor, row.area):
        raise CaseNotFoundError
    if not is_claim(row.item) or row.about_id is None:
        raise NotAClaimError
    turn = take_claim(row, now)
    turn.actor = actor
    assert turn.row.about is not None  # noqa: S101  looked at above, and it never changes
    fund = fund_of(turn.row.about)
    booked = repayment_booked(fund=fund, bank_reference=bank_reference)
    if booked is None:
        demand_fits(claim_sum(turn.row), amount_fen, surplus=surplus)
    entry = record_repayment(
        actor=actor,
        about=about_case(turn.row.pk),
        fund=fund,
        amount_fen=amount_fen,
        bank_reference=bank_reference,
        on=paid_on,
        now=now,
    )
    if booked is not None:
        return turn.view
    money = claim_sum(turn.row)
    rest = f"，还差 {Money(money.left_fen)}" if money.left_fen else "，退清了"
    if money.over_fen:
        rest = f"，多了 {Money(money.over_fen)}"
    write_step(turn, "repaid", note=f"{Money(amount_fen)}{rest}（分录 {entry.id}）")
    _tell(turn, amount_fen, money)
    _end_if_whole(turn)
    return finish(turn, "record_repayment", entry=entry.id, left_fen=money.left_fen)


@transaction.atomic
def read_claim(*, actor: Actor, number: str, now: datetime) -> ClaimView:
    """A treasurer opens a claim; its subject can read of it. Raises ``CaseNotFoundError``."""
    found = claim_seen(actor, number, on=day_of(now))
    record_look_up(
        actor=actor,
        subject=found.subject,
        what=("name", "case", "amount"),
        purpose="核对退回的款项",
        at=now,
    )
    return found


def end_whole_claims(*, now: datetime, limit: int = 500) -> int:
    """Claims of which all came back and that something else kept open then: an appeal, the way
    to another office, a decision that asks for less. Each in its own transaction."""

    def end(case_id: UUID) -> bool:
        with transaction.atomic():
            turn = take_claim(Case.objects.get(pk=case_id), now)
            if not _end_if_whole(turn):
                return False
            finish(turn, "end_claim")
            return True

    standing = Case.objects.filter(
        item__startswith=PREFIX, state__in=[State.APPROVED, State.UPHELD, State.CHANGED]
    )
    return walk("end_whole_claims", standing, end, limit=limit, now=now)


def take_claim(row: Case, now: datetime) -> Turn:
    """The claim's turn, with the case it is about locked first: a later decision on that case
    locks it and then its claims, and two who lock in opposite order would wait for ever."""
    assert row.about_id is not None  # noqa: S101  the callers look
    Case.objects.select_for_update(of=("self",)).filter(pk=row.about_id).first()
    return take(row.pk, actor=SYSTEM, version=None, now=now)


def _end_if_whole(turn: Turn) -> bool:
    """The claim ends with the last fen; so does the case it is about, after its last claim."""
    if turn.state not in _ENDS_WHOLE or not claim_sum(turn.row).whole:
        return False
    move(turn, Move.REPAY, hands=frozenset({"system"}))
    end_of_case(turn)
    turn.row.clear_on = clear_ended_on(day_of(turn.now), turn.item.keep_years)
    announce(turn, "case_closed")
    origin = turn.row.about
    assert origin is not None  # noqa: S101  a claim is about a case
    others = claims_about(origin).exclude(pk=turn.row.pk)
    if origin.state == State.RECOVER and not others.exclude(state__in=_over()).exists():
        _close_origin(origin.pk, turn.now)
    return True


def _close_origin(case_id: UUID, now: datetime) -> None:
    turn = take(case_id, actor=SYSTEM, version=None, now=now)
    if turn.state is not State.RECOVER:
        return
    close(turn)
    finish(turn, "close_case")


def _over() -> list[str]:
    return [str(one) for one in (State.WITHDRAWN, State.REFUSED, State.CLOSED)]


def _tell(turn: Turn, amount_fen: int, money: ClaimSum) -> None:
    if money.left_fen:
        title, rest = "收到您退回的一笔钱", f"还差 {Money(money.left_fen)}。"
    elif money.over_fen:
        title, rest = "收到您退回的一笔钱", f"多了 {Money(money.over_fen)}，我们会还给您。"
    else:
        title, rest = "钱退清了", "这件事办结了，不用再退。"
    tell(turn, "repaid", title=title, body=f"收到您退回的 {Money(amount_fen)}。{rest}")


def fund_of(origin: Case) -> str:
    """The fund that paid, by its order; offices may have changed since."""
    orders = [one for one in pay_orders_about(about_text(origin)) if one.state is PayState.PAID]
    if orders:
        return orders[-1].fund
    return fund_code(service_item(origin.item).fund, origin.area)
