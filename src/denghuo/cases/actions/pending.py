"""A later decision between its first signature and its last.

Above the third-sign sum nobody changes a decision alone: who answers an appeal writes down what
they would decide, and a supervisor signs the same. More money after a check is proposed by an
officer and signed by a reviewer, above the sum by a supervisor too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction

from denghuo.cases.actions.reviewing import FactsChangedError, freeze, involved
from denghuo.cases.actions.turns import NoteNeededError, Turn, finish, move, signer, staff_of, take
from denghuo.cases.logic.reasons import Reason
from denghuo.cases.logic.signing import (
    RESULT_WORDS,
    Hands,
    Result,
    ResultDiffersError,
    SameHandError,
    demand_second_pair,
    is_final,
)
from denghuo.cases.logic.snapshots import Evidence, decision_digest
from denghuo.cases.logic.states import Move
from denghuo.cases.models import Decision, PendingDecision, Snapshot
from denghuo.cases.queries.cases import CaseView
from denghuo.cases.queries.snapshots import evidence_of
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import Actor

PendingKind = Literal["appeal", "audit"]


class ChangePendingError(RefusalError):
    """One change at a time: what waits for a signature is signed or sent back first."""

    code = "cases.change_pending"
    template = "已经有人提出改决定（{amount}），在等签字。请先签字，或者退回。"
    status = 409


class NothingPendingError(RefusalError):
    """Nobody has proposed a change that could be signed."""

    code = "cases.nothing_pending"
    template = "没有等签字的意见。请刷新看看是不是刚有人处理过。"
    status = 409


def pending_of(turn: Turn) -> PendingDecision | None:
    """The change that waits for a signature, locked with its case."""
    rows = PendingDecision.objects.filter(case=turn.row, state="open")
    return rows.select_related("snapshot").first()


def demand_nothing_pending(turn: Turn) -> None:
    """Raises ``ChangePendingError``."""
    pending = pending_of(turn)
    if pending is not None:
        raise ChangePendingError(amount=str(Money(pending.amount_fen)))


def keep_pending(
    turn: Turn,
    kind: PendingKind,
    evidence: Evidence,
    *,
    result: Result,
    amount_fen: int,
    reasons: Sequence[Reason] = (),
    proposed_by: str,
    checked_by: UUID | None = None,
    swept: bool = False,
    note: str,
) -> PendingDecision:
    """Write down what one would decide, with the facts it rests on."""
    return PendingDecision.objects.create(
        case=turn.row,
        kind=kind,
        result=result,
        amount_fen=amount_fen,
        snapshot=freeze(turn, evidence),
        reasons=[one.as_json() for one in reasons],
        note=note.strip()[:500],
        proposed_by=proposed_by,
        checked_by=checked_by,
        swept=swept,
        created_at=turn.now,
    )


def demand_same(
    pending: PendingDecision, evidence: Evidence, *, result: Result, amount_fen: int
) -> None:
    """Whoever signs last agrees or sends back, and signs what the first saw.

    Raises ``ResultDiffersError``, ``FactsChangedError``.
    """
    if (pending.result, pending.amount_fen) != (result, amount_fen):
        raise ResultDiffersError(proposed=f"{_word(pending)} {Money(pending.amount_fen)}")
    if not evidence.same_grounds(evidence_of(pending.snapshot)):
        raise FactsChangedError


def last_hand(turn: Turn, pending: PendingDecision | None, *, sum_fen: int) -> bool:
    """Whether this hand's signature decides, or waits for a supervisor's.

    Never a hand of the decision in force. Raises ``SameHandError``, ``RelatedHandError``,
    ``ThirdSignNeededError``.
    """
    who = signer(turn)
    demand_second_pair(who, involved(turn))
    limit = turn.item.third_sign_over_fen
    hands = Hands(
        opened_by=turn.row.opened_by_staff,
        verified_by=None,
        proposed_by=staff_of(pending.proposed_by) if pending else None,
        checked_by=pending.checked_by if pending else None,
    )
    return is_final(
        who, hands, amount_fen=sum_fen, limit_fen=limit, limit_shown=str(Money(limit or 0))
    )


def next_decision(
    turn: Turn,
    kind: PendingKind,
    snapshot: Snapshot,
    *,
    result: Result,
    amount_fen: int,
    reasons: Sequence[Reason | dict[str, object]] = (),
    proposed_by: str,
    checked_by: UUID | None,
    note: str,
) -> Decision:
    """The decision that takes the present one's place; that one stays as it is."""
    old, last = turn.row.decision, turn.actor.staff_id
    assert old is not None  # noqa: S101  the caller looked
    assert last is not None  # noqa: S101  a person signs
    first, second = (checked_by, last) if checked_by else (last, None)
    signers = [proposed_by, str(first), str(second or "")]
    said = [one.as_json() if isinstance(one, Reason) else one for one in reasons]
    return Decision.objects.create(
        case=turn.row,
        round=old.round + 1,
        kind=kind,
        result=result,
        amount_fen=amount_fen,
        snapshot=snapshot,
        reasons=said,
        reasons_count=len(said),
        note=note.strip()[:500],
        proposed_by=proposed_by,
        signed_by=first,
        second_by=second,
        signed_at=turn.now,
        digest=decision_digest(
            snapshot=snapshot.digest,
            result=result,
            amount_fen=amount_fen,
            signers=signers,
            signed_at=turn.now,
        ),
        created_at=turn.now,
    )


def end_pending(turn: Turn, pending: PendingDecision, state: Literal["signed", "returned"]) -> None:
    """It was signed, or it is void; the row stays."""
    pending.state, pending.ended_at = state, turn.now
    pending.save(update_fields=["state", "ended_at"])


@transaction.atomic
def return_change(
    *, actor: Actor, case_id: UUID, version: int, note: str, now: datetime
) -> CaseView:
    """Whoever should sign does not agree: the proposal is void, with words.

    Raises ``NoteNeededError``, ``NothingPendingError``, ``SameHandError``.
    """
    if not note.strip():
        raise NoteNeededError(field="note")
    turn = take(case_id, actor=actor, version=version, now=now, again=Move.RETURN_CHANGE)
    if turn.replayed:
        return turn.view
    pending = pending_of(turn)
    if pending is None:
        raise NothingPendingError
    move(turn, Move.RETURN_CHANGE, note=note)
    who = signer(turn)
    demand_second_pair(who, involved(turn))
    if who.staff_id in {staff_of(pending.proposed_by), pending.checked_by}:
        raise SameHandError(what="提过这个意见", do="退回")
    end_pending(turn, pending, "returned")
    return finish(turn, "return_change", pending=str(pending.pk))


def _word(pending: PendingDecision) -> str:
    return RESULT_WORDS["approved" if pending.result == "approved" else "refused"]
