"""Why not: every refusal points to the failed condition, the fact used, its source, and the door.

A reason whose fact is disputed cannot stand alone: at least one other must carry the refusal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from denghuo.cases.logic.snapshots import Evidence, FrozenFact, Json, facts_by_name
from denghuo.kernel.refusal import RefusalError


class ReasonNeededError(RefusalError):
    """A refusal without a reason is none."""

    code = "cases.reason_needed"
    template = "不批准要写明理由：哪一条不符合、用的是哪条信息。"


class DisputedFactError(RefusalError):
    """The only ground is a fact the applicant says is wrong."""

    code = "cases.disputed_fact"
    template = "申请人说“{label}”不对，还没核实清楚。先答复这条异议，再作决定。"
    status = 409


class AgainstRuleError(RefusalError):
    """The rule answers otherwise; the facts are corrected first, not the result."""

    code = "cases.against_rule"
    template = "按规定和现有信息，结果应当是“{verdict}”。信息不对的，请先更正信息再重新核实。"
    status = 409


class StillUnknownError(RefusalError):
    """Something the rule needs is not known yet."""

    code = "cases.still_unknown"
    template = "还缺这些信息，不能作决定：{missing}。"
    status = 409


class AmountByRuleError(RefusalError):
    """The amount is the rule's, not typed."""

    code = "cases.amount_by_rule"
    template = "金额由规定算出，是 {amount}，不能另填。"


class AmountNeededError(RefusalError):
    """Where no rule is in force, whoever proposes says how much."""

    code = "cases.amount_needed"
    template = "这一年还没有规定可用，请填写金额，并写明依据。"


VERDICT_WORDS = {
    "entitled": "符合",
    "not": "不符合",
    "unknown": "还不能判断",
    "no_rule": "没有现行规定，由工作人员判断",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: the condition, in the rule's words, and the facts it was judged by."""

    code: str
    condition: str
    sentence: str
    basis: str
    facts: tuple[FrozenFact, ...]

    @property
    def disputed(self) -> bool:
        """Whether it rests on a fact the subject disputes."""
        return any(fact.disputed for fact in self.facts)

    def as_json(self) -> Json:
        """As a decision keeps it."""
        return {
            "code": self.code,
            "condition": self.condition,
            "sentence": self.sentence,
            "basis": self.basis,
            "facts": [fact.as_json() for fact in self.facts],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Reason:
        """Read one back."""
        return cls(
            code=str(data["code"]),
            condition=str(data["condition"]),
            sentence=str(data["sentence"]),
            basis=str(data["basis"]),
            facts=tuple(FrozenFact.from_json(one) for one in data["facts"]),
        )


def failed_conditions(evidence: Evidence) -> tuple[Reason, ...]:
    """A reason for each condition the rule's answer says is not met."""
    held = facts_by_name(evidence.facts)
    return tuple(
        Reason(
            code=f"condition:{one['name']}",
            condition=str(one["name"]),
            sentence=str(one["sentence"]),
            basis=str(one["basis"]),
            facts=tuple(held[fact["name"]] for fact in one["facts"] if fact["name"] in held),
        )
        for one in evidence.answer.get("conditions", ())
        if one["result"] is False
    )


def judged(*, condition: str, sentence: str, basis: str, fact: FrozenFact) -> Reason:
    """A reason a person gives where no rule is in force; it still names condition and fact.

    Raises ``ReasonNeededError`` when one of them is empty.
    """
    if not all(text.strip() for text in (condition, sentence, basis, fact.label, fact.source)):
        raise ReasonNeededError(field="reason")
    return Reason("judged", condition.strip(), sentence.strip(), basis.strip(), (fact,))


def not_handed_in(items: Iterable[str], *, asked_on: date, basis: str) -> tuple[Reason, ...]:
    """A reason for each thing that was asked for and did not come."""
    return tuple(
        Reason(
            code="not_handed_in",
            condition=words,
            sentence=f"要求补的“{words}”没有收到。",
            basis=basis,
            facts=(
                FrozenFact("correction", "补材料通知", words, words, "本单位发出的通知", asked_on),
            ),
        )
        for words in items
    )


def demand_refusable(reasons: Sequence[Reason]) -> None:
    """At least one reason, and one that does not rest on a disputed fact.

    Raises ``ReasonNeededError``, ``DisputedFactError``.
    """
    if not reasons or any(not reason.facts for reason in reasons):
        raise ReasonNeededError(field="reason")
    if all(reason.disputed for reason in reasons):
        label = next(fact.label for fact in reasons[0].facts if fact.disputed)
        raise DisputedFactError(label=label)


def demand_as_ruled(
    evidence: Evidence,
    result: str,
    *,
    amount_fen: int | None,
    missing: Sequence[str],
    otherwise: Sequence[Reason] = (),
    shown: str = "",
) -> int:
    """The proposal fits the rule's answer; returns the amount it grants in fen.

    ``otherwise`` are reasons outside the rule (things asked for that never came). Where no rule
    is in force a person judges, and names the amount. Raises ``AgainstRuleError``,
    ``StillUnknownError``, ``AmountByRuleError``, ``AmountNeededError``.
    """
    verdict = evidence.verdict
    if verdict == "no_rule":
        if result == "approved" and (amount_fen is None or amount_fen < 0):
            raise AmountNeededError(field="amount")
        return (amount_fen or 0) if result == "approved" else 0
    if result == "refused":
        if verdict == "entitled" and not otherwise:
            raise AgainstRuleError(verdict=VERDICT_WORDS[verdict])
        if verdict == "unknown" and not otherwise:
            raise StillUnknownError(missing="、".join(missing))
        return 0
    if verdict == "not":
        raise AgainstRuleError(verdict=VERDICT_WORDS[verdict])
    if verdict == "unknown" or missing:
        raise StillUnknownError(missing="、".join(missing))
    by_rule = evidence.amount_fen or 0
    if amount_fen is not None and amount_fen != by_rule:
        raise AmountByRuleError(amount=shown)
    return by_rule
