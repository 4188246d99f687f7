"""A row of the bank's statement was booked wrongly and reversed: its money did not come.

Two treasurers reverse an entry in the books (``ledger``); what rested on it follows here. A
claim that had ended with that money is open again, and so is the case it is about.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.cases.access import CaseNotFoundError
from denghuo.cases.actions.clocks import start_clock
from denghuo.cases.actions.repaying import take_claim
from denghuo.cases.actions.turns import Turn, announce, finish, move, take, tell, write_step
from denghuo.cases.logic.claims import ClaimSum, is_claim
from denghuo.cases.logic.clock import ACCEPT_DAYS
from denghuo.cases.logic.states import BEFORE_DECISION, Move, State
from denghuo.cases.models import Case, Step
from denghuo.cases.queries.cases import CaseView
from denghuo.cases.queries.claims import claim_sum
from denghuo.kernel.clock import day_of
from denghuo.kernel.money import Money
from denghuo.platform.public import SYSTEM


@transaction.atomic
def follow_reversal(*, case_id: UUID, entry_id: int, now: datetime) -> CaseView | None:
    """Bring a claim into step after an entry about it was reversed; None where it is no claim,
    or this was said before. Raises ``CaseNotFoundError``.

    Race: the reversal and the booking of another row at once. The row lock of the claim puts
    them in order; each reads the sums as the other left them.
    """
    row = Case.objects.filter(pk=case_id).first()
    if row is None:
        raise CaseNotFoundError
    if not is_claim(row.item) or row.about_id is None:
        return None
    turn = take_claim(row, now)
    if Step.objects.filter(case=row, kind="unbooked", reason_code=str(entry_id)).exists():
        return None
    money = claim_sum(turn.row)
    write_step(turn, "unbooked", note=f"分录 {entry_id}{_left(money)}", reason_code=str(entry_id))
    before = _closed_from(turn.row, Move.REPAY)
    if before is not None and money.left_fen:
        _reopen(turn, before)
    tell(
        turn,
        "unbooked",
        title="一笔退款的登记改了",
        body=f"之前告诉您收到的一笔退款登记错了，已经冲正{_left(money)}。您退过的钱没有丢，"
        f"有疑问请打 {turn.item.ask_office}。",
    )
    return finish(turn, "follow_reversal", entry=entry_id, left_fen=money.left_fen)


def _left(money: ClaimSum) -> str:
    return f"，还差 {Money(money.left_fen)}" if money.left_fen else ""


def _reopen(turn: Turn, before: State) -> None:
    row = turn.row
    _again(turn, before)
    if turn.state in BEFORE_DECISION:
        # Its limit ended with the claim. A new one runs: from a claim that was over nobody
        # could have been late.
        if row.accepted_at is None:
            start_clock(row, "accept", ACCEPT_DAYS, on=day_of(turn.now))
        else:
            start_clock(row, "decide", turn.item.sla.days, on=day_of(turn.now))
    assert row.about_id is not None  # noqa: S101  a claim is about a case
    origin = take(row.about_id, actor=SYSTEM, version=None, now=turn.now)
    if _closed_from(origin.row, Move.CLOSE) is State.RECOVER:
        _again(origin, State.RECOVER)
        finish(origin, "reopen_case")


def _again(turn: Turn, to: State) -> None:
    move(turn, Move.REOPEN, hands=frozenset({"system"}), back_to=to)
    turn.row.ended_at = turn.row.clear_on = None
    announce(turn, "case_reopened")


def _closed_from(row: Case, kind: Move) -> State | None:
    """Where a closed case stood before this move ended it; None where it ended otherwise or has
    not ended. What waited for papers waits for the office: the days to bring them are over."""
    if row.state != State.CLOSED:
        return None
    ends = Step.objects.filter(case=row, to_state=State.CLOSED).exclude(from_state=State.CLOSED)
    last = ends.order_by("-seq").first()
    if last is None or last.kind != kind:
        return None
    before = State(last.from_state)
    if before is State.INCOMPLETE:
        return State.ACCEPTED if row.accepted_at else State.SUBMITTED
    return before
