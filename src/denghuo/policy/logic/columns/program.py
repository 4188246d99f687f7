"""What a sweep evaluates: a policy reduced to typed expressions, values and dates.

Every engine reads this one form, so no engine can read a policy file its own way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from denghuo.policy.logic import ir
from denghuo.policy.logic.scope import Value

MAX_CONDITIONS = 32  # the masks of the result files are 32 bits wide


NO_VERSION = 255
"""In a version column: no single version decided (none in force, or the anchor is unknown)."""

AMOUNT_UNKNOWN = -1
"""In an amount column: entitled, but the amount needs a fact that is missing."""


class UnfitRuleError(ValueError):
    """A rule that no engine can evaluate exactly. The definition's checks should have refused it;
    this is the last guard before money is computed."""


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One dated text of a rule, in force for anchors in ``[start, until)``; ``key`` names it.

    ``gate``: the place of the condition without which there is no anchor day; the same expression
    in every version, and free of parameters.
    """

    conditions: tuple[ir.Expr, ...]
    amount: ir.Expr | None = None
    params: Mapping[str, Value] = field(default_factory=dict)
    start: date | None = None
    until: date | None = None
    key: str = ""
    gate: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.conditions) <= MAX_CONDITIONS:
            raise UnfitRuleError(f"{len(self.conditions)} conditions; 1 to {MAX_CONDITIONS} fit")
        for condition in self.conditions:
            if condition.type.kind is not ir.Kind.BOOL:
                raise UnfitRuleError("a condition must be true, false or unknown")
        if self.amount is not None:
            low = self.amount.type.low
            if self.amount.type.kind is not ir.Kind.NUMBER or low is None or low < 0:
                raise UnfitRuleError("an amount must be a number that is never negative")

    @property
    def facts(self) -> tuple[str, ...]:
        """Names of the facts this version reads, in order of first appearance."""
        return tuple(fact_types([self]))


@dataclass(frozen=True, slots=True)
class RuleProgram:
    """A policy ready for any engine. ``anchor`` names the date fact that picks the version for
    each row; None means the day the sweep is asked for picks one version for all rows.
    ``every_day``: some version rules on each day the anchor may have, so that what all versions
    refuse is refused without knowing the day."""

    policy: str
    versions: tuple[RuleVersion, ...]
    anchor: str | None = None
    every_day: bool = False

    def version_on(self, day: date) -> int | None:
        """Index of the version in force on a day, or None."""
        for index, version in enumerate(self.versions):
            after_start = version.start is None or version.start <= day
            before_end = version.until is None or day < version.until
            if after_start and before_end:
                return index
        return None


def fact_types(versions: Sequence[RuleVersion]) -> dict[str, ir.Type]:
    """Each fact that the versions read, with its type, in order of first appearance."""
    found: dict[str, ir.Type] = {}
    for version in versions:
        roots = (
            version.conditions if version.amount is None else (*version.conditions, version.amount)
        )
        for root in roots:
            for node in ir.walk(root):
                if (
                    isinstance(node, ir.Fact)
                    and found.setdefault(node.name, node.type) != node.type
                ):
                    raise UnfitRuleError(f"fact {node.name} is used with two types")
    return found


def program_fact_types(programs: Sequence[RuleProgram]) -> dict[str, ir.Type]:
    """Each fact that a set of programs reads, anchors included."""
    found = fact_types([version for program in programs for version in program.versions])
    for program in programs:
        if program.anchor is not None and found.setdefault(program.anchor, ir.DATE) != ir.DATE:
            raise UnfitRuleError(f"the anchor {program.anchor} is not a date")
    return found
