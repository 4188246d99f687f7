"""Two clocks of a rule: the day it is in force, and the day it became known.

A rule published in July may apply from January. What was decided in March followed what was known
in March; ``retroactive_difference`` says who should now get something else, and how much.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from denghuo.policy.logic.decide import Outcome, decide, row_of, segments_of
from denghuo.policy.logic.definition import PolicyDefinition, PolicyVersion
from denghuo.policy.logic.explain import Answer, answer
from denghuo.policy.logic.fact_values import KnownFact
from denghuo.policy.logic.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Difference:
    """What one subject's outcome was and is. ``amount_change`` counts no entitlement as nothing;
    it is None while either side cannot be told (unknown, no rule, or an amount unknown)."""

    before: Outcome
    after: Outcome
    amount_change: int | None

    @property
    def turned(self) -> bool:
        """The verdict itself changed, not only the amount or the version."""
        return self.before.verdict is not self.after.verdict


@dataclass(frozen=True, slots=True)
class LookBack:
    """One subject's answer as it was known then and as it is known now.

    ``before`` is None where the policy itself was not there. ``by_rule``: today's rule would have
    answered then's facts otherwise; ``by_facts``: today's facts make today's rule answer
    otherwise. Both may be so. ``amount_change`` as in ``Difference``.
    """

    before: Answer | None
    after: Answer
    by_rule: bool
    by_facts: bool
    amount_change: int | None

    @property
    def changed(self) -> bool:
        """The verdict or the amount is not what it was."""
        return self.before is None or _result(self.before) != _result(self.after)


def look_back(
    then: PolicyDefinition | None,
    now: PolicyDefinition,
    facts_then: Mapping[str, KnownFact],
    facts_now: Mapping[str, KnownFact],
    as_of: date,
    *,
    known_before: date,
    language: str = "zh",
) -> LookBack:
    """What was known at the end of ``known_before`` against what is known now, for one subject
    and one day: the rule's text, its published versions, and the facts.

    ``then`` and ``now`` are the texts that spoke then and speak now.
    """
    after = answer(now, facts_now, as_of, language=language)
    rule_now = _result(answer(now, facts_then, as_of, language=language))
    before = (
        answer(then, facts_then, as_of, known_on=known_before, language=language) if then else None
    )
    was = _result(before) if before else (Verdict.NO_RULE, None, False)
    settled = [_settled_result(each) for each in (was, _result(after))]
    return LookBack(
        before,
        after,
        by_rule=rule_now != was,
        by_facts=rule_now != _result(after),
        amount_change=None if None in settled else (settled[1] or 0) - (settled[0] or 0),
    )


def _result(found: Answer) -> tuple[Verdict, int | None, bool]:
    return found.verdict, found.amount, found.amount_unknown


def _settled_result(result: tuple[Verdict, int | None, bool]) -> int | None:
    verdict, amount, lacking = result
    if verdict is Verdict.NOT:
        return 0
    return (amount or 0) if verdict is Verdict.ENTITLED and not lacking else None


def choose(
    definition: PolicyDefinition, anchor_day: date, known_on: date | None = None
) -> PolicyVersion | None:
    """The version in force for an anchor day, as known on a day; None where no rule is."""
    for segment in segments_of(definition, known_on):
        if anchor_day in segment:
            return segment.version
    return None


def as_known(definition: PolicyDefinition, day: date) -> PolicyDefinition:
    """The policy as it was public on a day: its versions published by then, nothing else."""
    known = tuple(
        version
        for version in definition.versions
        if version.known_from is None or version.known_from <= day
    )
    return replace(definition, versions=known)


def retroactive_difference(
    definition: PolicyDefinition,
    facts: Mapping[str, KnownFact],
    as_of: date,
    *,
    known_before: date,
    known_after: date | None = None,
) -> Difference | None:
    """The same subject, facts and day under the rules as known on two days, or None if both came
    to the same version, verdict and amount. ``known_after=None`` means everything known now."""
    row, _ = row_of(definition, facts, as_of)
    before = decide(definition, row, known_before)
    after = decide(definition, row, known_after)
    if before == after:
        return None
    return Difference(before, after, _change(before, after))


def _change(before: Outcome, after: Outcome) -> int | None:
    amounts = [_settled(before), _settled(after)]
    if amounts[0] is None or amounts[1] is None:
        return None
    return amounts[1] - amounts[0]


def _settled(outcome: Outcome) -> int | None:
    return _settled_result((outcome.verdict, outcome.amount, outcome.amount_unknown))
