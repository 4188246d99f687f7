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
    if outcome.verdict is Verdict.NOT:
        return 0
    if outcome.verdict is Verdict.ENTITLED and not outcome.amount_unknown:
        return outcome.amount or 0
    return None
