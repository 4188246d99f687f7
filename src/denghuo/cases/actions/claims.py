"""Claws that let go: a claim for money back ends when a later decision grants that money again."""

from __future__ import annotations

from uuid import UUID

from denghuo.cases.actions.accepting import end_of_case
from denghuo.cases.actions.closing import open_claw_back
from denghuo.cases.actions.turns import Turn, finish, move, take, tell, write_step
from denghuo.cases.logic.appeals import claims_to_drop
from denghuo.cases.logic.retention import clear_ended_on
from denghuo.cases.logic.states import Move, State
from denghuo.cases.models import Case, CaseFact
from denghuo.cases.queries.claims import claim_sum
from denghuo.kernel.clock import day_of
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import SYSTEM

_OVER = (State.WITHDRAWN, State.REFUSED, State.CLOSED)


class ClaimAppealedError(RefusalError):
    """A claim that is being looked at again is answered first; nobody ends it from outside."""

    code = "cases.claim_appealed"
    template = "要退回款项的那件事（编号 {number}）正在复查，请先答复那一件，再改这里的决定。"
    status = 409


def ease_claims(turn: Turn, note: str) -> str:
    """After a decision that grants more: no more is asked back than was paid too much.

    Claims still open that ask for more end, the newest first; where a rest is owed, a new one
    asks for the rest. A claim that has run its course stays: its money may have come back, and a
    person sees to it. Returns a sentence for the subject, or nothing. The caller saves the row.
    Raises ``ClaimAppealedError``.
    """
    row = turn.row
    owed = max(0, row.ordered_fen - row.amount_fen)
    if row.recover_fen <= owed:
        return ""
    claims = _open_claims(row)
    drop = claims_to_drop([fen for _, fen in claims], asked_fen=row.recover_fen, owed_fen=owed)
    ended: list[str] = []
    back = 0
    for claim_id, fen in claims[:drop]:
        number, repaid = _end(claim_id, turn, note)
        ended.append(number)
        back += repaid
        row.recover_fen -= fen
    said = f"办件 {'、'.join(ended)} 要您退的钱不用退了。" if ended else ""
    if row.recover_fen < owed:
        rest = owed - row.recover_fen
        row.recover_fen = owed
        claim = open_claw_back(turn, rest, note)
        said += f"只要退 {Money(rest)}，见办件 {claim.number}。"
    elif row.recover_fen > owed or back:
        said += "已经退回来的，我们会还给您。"
    return said


def _open_claims(row: Case) -> list[tuple[UUID, int]]:
    """Claims about the case that still ask, the newest first, with their sums.

    Raises ``ClaimAppealedError``.
    """
    claims = Case.objects.filter(about=row, item__startswith="claw-back-").exclude(state__in=_OVER)
    found = []
    for claim in claims.order_by("-created_at", "-number"):
        if State.APPEALED in (claim.state, claim.kept_state):
            raise ClaimAppealedError(number=claim.number)
        if claim.state in (State.UPHELD, State.CHANGED):
            continue
        told = CaseFact.objects.filter(case=claim, name="claw_back_fen").order_by("-told_at")
        found.append((claim.pk, int(told[0].value or 0)))
    return found


def _end(claim_id: UUID, origin: Turn, note: str) -> tuple[str, int]:
    """End one claim; its subject reads why. Its number, and what had come back on it."""
    turn = take(claim_id, actor=SYSTEM, version=None, now=origin.now)
    move(turn, Move.DROP_CLAIM, note=note)
    end_of_case(turn)
    turn.row.clear_on = clear_ended_on(day_of(turn.now), turn.item.keep_years)
    tell(
        turn,
        "claim_dropped",
        title="这笔钱不用退了",
        body=f"原来那件事（编号 {origin.row.number}）的决定改了，这笔钱不用退。",
    )
    finish(turn, "drop_claim", origin=str(origin.row.pk))
    write_step(origin, "claim_dropped", note=turn.row.number)
    return turn.row.number, claim_sum(turn.row).repaid_fen
