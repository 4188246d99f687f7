"""Looking into a case, proposing, deciding: maker, checker, and a third above a sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from denghuo.cases.actions.accepting import begin_limit
from denghuo.cases.actions.clocks import end_clock
from denghuo.cases.actions.founding import demand_reason_for_shared
from denghuo.cases.actions.opening import ToldFact, tell_facts
from denghuo.cases.actions.outcomes import tell_decision
from denghuo.cases.actions.turns import (
    NoteNeededError,
    Turn,
    announce,
    demand_move,
    finish,
    hands_so_far,
    move,
    signer,
    staff_of,
    take,
)
from denghuo.cases.logic.appeals import last_day
from denghuo.cases.logic.reasons import (
    Reason,
    demand_as_ruled,
    demand_refusable,
    failed_conditions,
    not_handed_in,
)
from denghuo.cases.logic.reasons import judged as judged_reason
from denghuo.cases.logic.signing import (
    RESULT_WORDS,
    Result,
    ResultDiffersError,
    demand_checker,
    demand_maker,
    is_final,
)
from denghuo.cases.logic.snapshots import Evidence, FrozenFact, decision_digest
from denghuo.cases.logic.states import Move
from denghuo.cases.models import CaseFact, CorrectionItem, CorrectionRound, Decision, Snapshot
from denghuo.cases.queries.cases import CaseView
from denghuo.cases.queries.evidence import Found, gather, names_read
from denghuo.cases.queries.snapshots import evidence_of
from denghuo.kernel.clock import day_of
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import Actor, record_look_up


class FactsChangedError(RefusalError):
    """What the proposal rested on is not what is known now."""

    code = "cases.facts_changed"
    template = "提出意见以后，信息或规定有变化。请退回重审，按新的信息再提一次。"
    status = 409


@dataclass(frozen=True, slots=True)
class Judged:
    """A person's reason where no rule is in force: the condition, its basis, and the fact."""

    condition: str
    sentence: str
    basis: str
    fact_label: str
    fact_shown: str
    fact_source: str
    fact_on: date | None = None


@transaction.atomic
def start_review(*, actor: Actor, case_id: UUID, version: int, now: datetime) -> CaseView:
    """An officer begins, and becomes the owner if nobody was. Raises ``RelatedHandError``."""
    turn = take(case_id, actor=actor, version=version, now=now, again=Move.START_REVIEW)
    if turn.replayed:
        return turn.view
    move(turn, Move.START_REVIEW)
    demand_maker(signer(turn), hands_so_far(turn.row))
    if turn.row.owner_id is None:
        turn.row.owner_id, turn.row.owner_name = actor.staff_id, actor.name
    return finish(turn, "start_review")


@transaction.atomic
def verify(
    *,
    actor: Actor,
    case_id: UUID,
    version: int,
    facts: Sequence[ToldFact] = (),
    note: str = "",
    now: datetime,
) -> CaseView:
    """The officer has looked at every fact; ``facts`` are those seen in papers or asked for.

    The look at what other offices hold is written down with item, legal basis and purpose.
    Raises ``RelatedHandError``, ``SameHandError``.
    """
    turn = take(case_id, actor=actor, version=version, now=now, again=Move.VERIFY)
    if turn.replayed:
        return turn.view
    move(turn, Move.VERIFY, note=note)
    demand_maker(signer(turn), hands_so_far(turn.row))
    tell_facts(turn, facts, verified=True)
    turn.row.verified_by = actor.staff_id
    look(turn)
    return finish(turn, "verify", facts=len(facts))


@transaction.atomic
def propose(
    *,
    actor: Actor,
    case_id: UUID,
    version: int,
    result: Result,
    amount_fen: int | None = None,
    judged: Judged | None = None,
    note: str = "",
    now: datetime,
) -> CaseView:
    """The maker's proposal, with the facts and the rule's answer frozen beside it.

    The amount is the rule's; only where no rule is in force a person names it. Raises
    ``AgainstRuleError``, ``StillUnknownError``, ``AmountByRuleError``, ``AmountNeededError``,
    ``ReasonNeededError``, ``DisputedFactError``, ``RelatedHandError``, ``SameHandError``,
    ``SharedFirmError``.
    """
    turn = take(case_id, actor=actor, version=version, now=now)
    move(turn, Move.PROPOSE, note=note)
    demand_maker(signer(turn), hands_so_far(turn.row))
    found = gathered(turn)
    look(turn)
    granted, reasons = as_ruled(turn, found, result, amount_fen=amount_fen, judged=judged)
    if result == "approved":
        demand_reason_for_shared(turn, note)
    row = turn.row
    row.snapshot = freeze(turn, found.evidence)
    row.proposed_by, row.proposed_result, row.proposed_fen = actor.label, result, granted
    row.proposed_reasons = [one.as_json() for one in reasons]
    row.checked_by = None
    return finish(turn, "propose", result=result, snapshot=str(row.snapshot_id))


@transaction.atomic
def send_back(*, actor: Actor, case_id: UUID, version: int, note: str, now: datetime) -> CaseView:
    """The checker does not agree: back to the review, with words. Raises ``NoteNeededError``."""
    if not note.strip():
        raise NoteNeededError(field="note")
    turn = take(case_id, actor=actor, version=version, now=now)
    move(turn, Move.SEND_BACK, note=note)
    demand_checker(signer(turn), hands_so_far(turn.row))
    forget_proposal(turn)
    # A proposal of the house's own enters the review here, and its limit begins.
    if turn.row.accepted_at is None:
        begin_limit(turn)
    return finish(turn, "send_back")


@transaction.atomic
def decide(
    *,
    actor: Actor,
    case_id: UUID,
    version: int,
    result: Result,
    note: str = "",
    now: datetime,
) -> CaseView:
    """The checker signs what was proposed; above the item's sum a supervisor signs after.

    With the last signature facts, rule version and reasons are frozen, and the applicant is
    told, with the day until which an appeal is in time. Raises ``ResultDiffersError``,
    ``FactsChangedError``, ``SameHandError``, ``RelatedHandError``, ``ThirdSignNeededError``.

    Race: two sign at once, or one signs while the applicant withdraws. The row lock lets one
    through; the other names a version that has passed.
    """
    kind = Move.APPROVE if result == "approved" else Move.REFUSE
    turn = take(case_id, actor=actor, version=version, now=now, again=kind)
    if turn.replayed:
        return turn.view
    demand_move(turn, kind)
    row = turn.row
    amount = row.proposed_fen or 0
    limit = turn.item.third_sign_over_fen
    who = signer(turn)
    if row.proposed_result and row.proposed_result != result:
        raise ResultDiffersError(proposed=dict(RESULT_WORDS)[_result(row.proposed_result)])
    final = is_final(
        who,
        hands_so_far(row),
        amount_fen=amount,
        limit_fen=limit,
        limit_shown=str(Money(limit or 0)),
    )
    if not final:
        move(turn, Move.SIGN, note=note)
        row.checked_by = who.staff_id
        return finish(turn, "sign")
    assert row.snapshot is not None  # noqa: S101  a proposed case has one
    if not gathered(turn).evidence.same_grounds(evidence_of(row.snapshot)):
        raise FactsChangedError
    look(turn)
    write_decision(turn, result, amount, note=note)
    # Above the sum the last hand is a supervisor's; the table knows both.
    move(turn, kind, note=note)
    tell_decision(turn, result)
    announce(turn, "case_decided")
    return finish(turn, "decide", result=result, decision=str(row.decision_id))


def write_decision(turn: Turn, result: Result, amount_fen: int, *, note: str = "") -> Decision:
    """The first decision of a case, from its proposal."""
    row = turn.row
    assert row.snapshot is not None  # noqa: S101  the caller looked
    assert turn.actor.staff_id is not None  # noqa: S101  a person signs
    signed_by, second_by = turn.actor.staff_id, None
    if row.checked_by is not None:
        signed_by, second_by = row.checked_by, turn.actor.staff_id
    signers = [row.proposed_by, str(signed_by), str(second_by or "")]
    decision = Decision.objects.create(
        case=row,
        round=1,
        kind="first",
        result=result,
        amount_fen=amount_fen,
        snapshot=row.snapshot,
        reasons=row.proposed_reasons,
        reasons_count=len(row.proposed_reasons),
        note=note.strip()[:500],
        proposed_by=row.proposed_by,
        signed_by=signed_by,
        second_by=second_by,
        signed_at=turn.now,
        appeal_until=last_day(day_of(turn.now)),
        digest=decision_digest(
            snapshot=row.snapshot.digest,
            result=result,
            amount_fen=amount_fen,
            signers=signers,
            signed_at=turn.now,
        ),
        created_at=turn.now,
    )
    row.decision, row.amount_fen, row.decided_at = decision, amount_fen, turn.now
    row.decided_due_on = row.due_on
    end_clock(row)
    return decision


def gathered(turn: Turn) -> Found:
    """What is known now, as of the day that was asked about."""
    told = CaseFact.objects.filter(case=turn.row)
    return gather(turn.subject, turn.item, told, as_of=turn.row.asked_on)


def freeze(turn: Turn, evidence: Evidence) -> Snapshot:
    """Write down what a proposal rests on."""
    facts, answer, digest = evidence.texts
    return Snapshot.objects.create(
        case=turn.row,
        at=turn.now,
        as_of=evidence.as_of,
        policy=evidence.policy,
        policy_digest=evidence.policy_digest,
        rule_version=evidence.rule_version,
        verdict=evidence.verdict,
        amount_fen=evidence.amount_fen,
        facts=facts,
        answer=answer,
        digest=digest,
        created_at=turn.now,
    )


def look(turn: Turn) -> None:
    """Who looked at which facts, for which item, by which law: the subject can read it."""
    what = names_read(turn.item)
    if what:
        record_look_up(
            actor=turn.actor,
            subject=turn.subject,
            what=what,
            purpose=f"{turn.item.purpose}（{turn.item.names}，{turn.item.legal_basis.text}）",
            at=turn.now,
        )


def as_ruled(
    turn: Turn, found: Found, result: Result, *, amount_fen: int | None, judged: Judged | None
) -> tuple[int, tuple[Reason, ...]]:
    """The fen that the rule gives under this result, and why not, where it is a refusal.

    Raises ``AgainstRuleError``, ``StillUnknownError``, ``AmountByRuleError``,
    ``AmountNeededError``, ``ReasonNeededError``, ``DisputedFactError``.
    """
    reasons = _reasons(turn, found.evidence, judged) if result == "refused" else ()
    granted = demand_as_ruled(
        found.evidence,
        result,
        amount_fen=amount_fen,
        missing=found.missing,
        otherwise=[one for one in reasons if one.code == "not_handed_in"],
        shown=found.amount_shown,
    )
    if result == "refused":
        demand_refusable(reasons)
    return granted, reasons


def _reasons(turn: Turn, evidence: Evidence, judged: Judged | None) -> tuple[Reason, ...]:
    """Failed conditions, things asked for in vain, and a person's own where no rule is."""
    found = [*failed_conditions(evidence), *_never_came(turn)]
    if judged is not None and evidence.verdict == "no_rule":
        fact = FrozenFact(
            name="judged",
            label=judged.fact_label,
            value=judged.fact_shown,
            shown=judged.fact_shown,
            source=judged.fact_source,
            observed_on=judged.fact_on,
        )
        found.append(
            judged_reason(
                condition=judged.condition,
                sentence=judged.sentence,
                basis=judged.basis,
                fact=fact,
            )
        )
    return tuple(found)


def _never_came(turn: Turn) -> tuple[Reason, ...]:
    last = CorrectionRound.objects.filter(case=turn.row).order_by("-round").first()
    if last is None or last.answer_by > day_of(turn.now):
        return ()
    missing = CorrectionItem.objects.filter(round=last, answered_at__isnull=True)
    return not_handed_in(
        [one.words for one in missing],
        asked_on=day_of(last.asked_at),
        basis=turn.item.legal_basis.text,
    )


def forget_proposal(turn: Turn) -> None:
    """The proposal is void; its snapshot and step stay."""
    row = turn.row
    row.proposed_by, row.proposed_result, row.proposed_fen = "", "", None
    row.proposed_reasons, row.checked_by, row.verified_by = [], None, None


def involved(turn: Turn) -> set[UUID | None]:
    """Everybody who had a hand in the decision in force."""
    row = turn.row
    hands: set[UUID | None] = {staff_of(row.proposed_by), row.verified_by, row.checked_by}
    if row.decision is not None:
        hands |= {row.decision.signed_by, row.decision.second_by}
        hands.add(staff_of(row.decision.proposed_by))
    return hands - {None}


def _result(text: str) -> Result:
    return "approved" if text == "approved" else "refused"
