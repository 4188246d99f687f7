"""Too little was paid: the difference is proposed by one, signed by another, and ordered.

A check after payment that finds more to be due needs no appeal of the subject's: the office
puts it right itself, with the hands a first decision of that sum needs.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.cases.actions.claims import ease_claims
from denghuo.cases.actions.closing import close
from denghuo.cases.actions.paying import demand_payable, order
from denghuo.cases.actions.pending import (
    NothingPendingError,
    demand_nothing_pending,
    demand_same,
    end_pending,
    keep_pending,
    last_hand,
    next_decision,
    pending_of,
)
from denghuo.cases.actions.reviewing import FactsChangedError, gathered, look
from denghuo.cases.actions.turns import (
    Turn,
    announce,
    demand_move,
    finish,
    move,
    signer,
    take,
    tell,
)
from denghuo.cases.logic.appeals import settle
from denghuo.cases.logic.reasons import demand_as_ruled
from denghuo.cases.logic.signing import Hands, demand_maker
from denghuo.cases.logic.snapshots import Evidence
from denghuo.cases.logic.states import Move, hands_of
from denghuo.cases.models import PendingDecision
from denghuo.cases.queries.cases import CaseView, subjects_of
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import Actor
from denghuo.policy.public import open_disputes

_DISPUTES_MAX = 1_000_000


class NothingToAddError(RefusalError):
    """By what is known now no more is due than was granted."""

    code = "cases.nothing_to_add"
    template = "按现在的信息应发 {due}，不比已批准的 {granted} 多，不用补发。"
    status = 409


@transaction.atomic
def propose_more(
    *,
    actor: Actor,
    case_id: UUID,
    version: int | None,
    amount_fen: int | None = None,
    swept: Evidence | None = None,
    note: str = "",
    now: datetime,
) -> CaseView:
    """An officer who checks a payment proposes what is due instead; the case is under audit.

    The sum is the whole that is due, by the rule where there is one. ``swept``: grounds from a
    season's own sweep, which rests on offices' tables. Raises ``NothingToAddError``,
    ``ChangePendingError``, ``RelatedHandError``, ``SameHandError`` and what ``propose`` raises.
    """
    turn = take(case_id, actor=actor, version=version, now=now, again=Move.PROPOSE_MORE)
    if turn.replayed:
        return turn.view
    move(turn, Move.PROPOSE_MORE, note=note)
    demand_maker(signer(turn), Hands(turn.row.opened_by_staff, None, None, None))
    demand_nothing_pending(turn)
    found = gathered(turn)
    evidence = swept or found.evidence
    due = demand_as_ruled(
        evidence,
        "approved",
        amount_fen=amount_fen,
        missing=() if swept else found.missing,
        otherwise=[],
        shown=str(Money(evidence.amount_fen or 0)) if swept else found.amount_shown,
    )
    if due <= turn.row.amount_fen:
        raise NothingToAddError(due=str(Money(due)), granted=str(Money(turn.row.amount_fen)))
    look(turn)
    keep_pending(
        turn,
        "audit",
        evidence,
        result="approved",
        amount_fen=due,
        proposed_by=actor.label,
        swept=swept is not None,
        note=note,
    )
    return finish(turn, "propose_more", due_fen=due)


@transaction.atomic
def grant_more(
    *, actor: Actor, case_id: UUID, version: int, note: str = "", now: datetime
) -> CaseView:
    """Sign what was proposed: a new decision beside the old one, and the difference is ordered.

    By a hand that had no part in the proposal nor in the decision in force; above the item's sum
    a supervisor signs after. Raises ``NothingPendingError``, ``SameHandError``,
    ``ThirdSignNeededError``, ``FactsChangedError``, ``ClaimAppealedError`` and what the ledger
    raises (a fund without enough).
    """
    turn = take(case_id, actor=actor, version=version, now=now, again=Move.GRANT_MORE)
    if turn.replayed:
        return turn.view
    pending = pending_of(turn)
    if pending is None or pending.kind != "audit":
        raise NothingPendingError
    demand_move(turn, Move.GRANT_MORE)
    _demand_grounds(turn, pending)
    look(turn)
    if not last_hand(turn, pending, sum_fen=pending.amount_fen):
        move(turn, Move.SIGN_MORE, note=note)
        pending.checked_by = actor.staff_id
        pending.save(update_fields=["checked_by"])
        return finish(turn, "sign_more")
    move(turn, Move.GRANT_MORE, note=note)
    row, before = turn.row, turn.row.amount_fen
    row.decision = next_decision(
        turn,
        "audit",
        pending.snapshot,
        result="approved",
        amount_fen=pending.amount_fen,
        proposed_by=pending.proposed_by,
        checked_by=pending.checked_by,
        note=note or pending.note,
    )
    row.amount_fen = pending.amount_fen
    end_pending(turn, pending, "signed")
    _settle(turn, added_fen=row.amount_fen - before)
    announce(turn, "case_decided")
    return finish(turn, "grant_more", decision=str(row.decision_id))


def _demand_grounds(turn: Turn, pending: PendingDecision) -> None:
    """What is signed is what was proposed. Raises ``FactsChangedError``."""
    if not pending.swept:
        evidence = gathered(turn).evidence
        demand_same(pending, evidence, result="approved", amount_fen=pending.amount_fen)
        return
    subjects = set(subjects_of(turn.row))
    if any(one.subject in subjects for one in open_disputes(limit=_DISPUTES_MAX)):
        raise FactsChangedError


def _settle(turn: Turn, *, added_fen: int) -> None:
    """First no more is asked back than is owed; what is then left to pay is ordered."""
    row = turn.row
    eased = ease_claims(turn, "")
    left = settle(row.amount_fen, ordered_fen=row.ordered_fen, asked_back_fen=row.recover_fen)
    house = hands_of(roles=(), applicant=False, system=True)
    money = f"再付给您 {Money(left.pay_fen)}。" if left.pay_fen else ""
    tell(
        turn,
        "granted_more",
        title="核查发现少发了，给您补上",
        body=f"应发 {Money(row.amount_fen)}，比原来多 {Money(added_fen)}。{money}{eased}"
        "不用您申请。",
    )
    if left.next == "pay":
        demand_payable(turn)
        move(turn, Move.MAKE_PAYABLE, hands=house)
        order(turn)
    elif row.ordered_fen == row.paid_fen:
        turn.hands |= house
        close(turn)
