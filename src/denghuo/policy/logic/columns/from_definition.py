"""From a loaded policy to the program that engines evaluate."""

from __future__ import annotations

from datetime import date

from denghuo.policy.logic.columns.program import RuleProgram, RuleVersion
from denghuo.policy.logic.definition import PolicyDefinition, Segment


def rule_program(definition: PolicyDefinition, *, known_on: date | None = None) -> RuleProgram:
    """The stretches of a policy in force, as far as was public on ``known_on`` (None: all).

    A version that a later one replaces in its middle stands twice, once on each side.
    """
    segments = definition.in_force(known_on)
    versions = tuple(
        RuleVersion(
            conditions=tuple(condition.expr for condition in segment.version.conditions),
            amount=segment.version.amount.expr if segment.version.amount else None,
            params={name: each.held.value for name, each in segment.version.params.items()},
            start=segment.start,
            until=segment.until,
            key=segment.version.key,
            gate=_gate(definition, segment),
        )
        for segment in segments
    )
    anchor = definition.anchor_fact
    if anchor is None or not versions:
        # with nothing in force no anchor day can matter
        return RuleProgram(definition.id, versions)
    return RuleProgram(definition.id, versions, anchor, definition.rules_every_day(segments))


def _gate(definition: PolicyDefinition, segment: Segment) -> int | None:
    if definition.anchor_needs is None:
        return None
    names = [condition.name for condition in segment.version.conditions]
    return names.index(definition.anchor_needs)
