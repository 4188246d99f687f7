"""One policy, one row: verdict, amount, and which conditions failed or are unknown.

The bare decision without a word of explanation. ``explain.py`` adds the words; the sweep engines
must come to exactly this for every row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple, cast

from denghuo.kernel.money import round_half_up
from denghuo.policy.logic import ir
from denghuo.policy.logic.closures import AS_OF_KEY, Evaluate, Row, compile_expression
from denghuo.policy.logic.definition import PolicyDefinition, PolicyVersion, Segment
from denghuo.policy.logic.fact_values import KnownFact, WhyUnknown, usable
from denghuo.policy.logic.scope import Value
from denghuo.policy.logic.verdict import Verdict


class Outcome(NamedTuple):
    """What a row comes to. Bit i of a mask is condition i of ``version``.

    Without one deciding version (no rule, or the anchor day is unknown) ``version`` is None and
    both masks are 0. ``amount`` is None unless entitled, and when it needs a missing fact
    (then ``amount_unknown``).
    """

    verdict: Verdict
    version: PolicyVersion | None
    fail_mask: int
    unknown_mask: int
    amount: int | None
    amount_unknown: bool


@dataclass(frozen=True, slots=True)
class CompiledVersion:
    """A version's closures, in the order of its conditions."""

    version: PolicyVersion
    conditions: tuple[Evaluate, ...]
    amount: Evaluate | None
    divisor: int

    def amount_of(self, row: Row) -> int | None:
        """The amount rounded half up, or None when a fact it needs is missing."""
        if self.amount is None:
            return None
        unscaled = self.amount(row)
        return None if unscaled is None else round_half_up(unscaled, self.divisor)

    def decide(self, row: Row) -> Outcome:
        """Every condition is evaluated, so that both masks are whole."""
        fail_mask = unknown_mask = 0
        bit = 1
        for condition in self.conditions:
            value = condition(row)
            if value is None:
                unknown_mask |= bit
            elif not value:
                fail_mask |= bit
            bit <<= 1
        if fail_mask:
            return Outcome(Verdict.NOT, self.version, fail_mask, unknown_mask, None, False)
        if unknown_mask:
            return Outcome(Verdict.UNKNOWN, self.version, 0, unknown_mask, None, False)
        amount = self.amount_of(row)
        unknown = self.amount is not None and amount is None
        return Outcome(Verdict.ENTITLED, self.version, 0, 0, amount, unknown)


@lru_cache(maxsize=4096)
def compile_version(definition: PolicyDefinition, key: str) -> CompiledVersion:
    """A version's closures, made once per definition."""
    version = next(each for each in definition.versions if each.key == key)
    params = version.held()
    amount = version.amount
    return CompiledVersion(
        version,
        tuple(compile_expression(each.expr, params) for each in version.conditions),
        compile_expression(amount.expr, params) if amount else None,
        10**amount.expr.type.scale if amount else 1,
    )


@lru_cache(maxsize=2048)
def segments_of(definition: PolicyDefinition, known_on: date | None) -> tuple[Segment, ...]:
    """``definition.in_force``, kept."""
    return definition.in_force(known_on)


def row_of(
    definition: PolicyDefinition, facts: Mapping[str, KnownFact], as_of: date
) -> tuple[dict[str, Value | None], dict[str, WhyUnknown]]:
    """Every fact of the policy with its usable value or None, and why the Nones are."""
    row: dict[str, Value | None] = {AS_OF_KEY: as_of}
    why: dict[str, WhyUnknown] = {}
    for name, spec in definition.specs.items():
        reading = usable(spec, facts.get(name), as_of)
        row[name] = reading.value
        if reading.why is not None:
            why[name] = reading.why
    return row, why


def decide(definition: PolicyDefinition, row: Row, known_on: date | None = None) -> Outcome:
    """The outcome of a complete row (``row_of``), under the rules public on ``known_on``."""
    segments = segments_of(definition, known_on)
    anchor = row[definition.anchor]
    if anchor is not None:
        day = cast("date", anchor)
        for segment in segments:
            if day in segment:
                return compile_version(definition, segment.version.key).decide(row)
    if not segments:
        verdict = Verdict.NO_RULE
    elif anchor is None:
        verdict = _unanchored(definition, segments, row)
    else:
        verdict = _OUTSIDE[anchor_possible(definition, segments, row)]
    return Outcome(verdict, None, 0, 0, None, False)


# Outside every version, by whether the anchor day can exist at all.
_OUTSIDE = {False: Verdict.NOT, None: Verdict.UNKNOWN, True: Verdict.NO_RULE}


def anchor_possible(
    definition: PolicyDefinition, segments: tuple[Segment, ...], row: Row
) -> bool | None:
    """Whether what the anchor day presupposes holds (``anchor_needs``); True where nothing is."""
    if definition.anchor_needs is None:
        return True
    compiled = compile_version(definition, segments[0].version.key)
    names = [each.name for each in compiled.version.conditions]
    found = compiled.conditions[names.index(definition.anchor_needs)](row)
    return None if found is None else bool(found)


def _unanchored(definition: PolicyDefinition, segments: tuple[Segment, ...], row: Row) -> Verdict:
    """Not knowing which rule applies, only what is refused on every possible day is refused."""
    if anchor_possible(definition, segments, row) is False:
        return Verdict.NOT
    refused = refused_by_all(definition, segments, row)
    return Verdict.NOT if refused and definition.rules_every_day(segments) else Verdict.UNKNOWN


def refused_by_all(definition: PolicyDefinition, segments: tuple[Segment, ...], row: Row) -> bool:
    """Whether no version grants anything, whatever the anchor day."""
    keys = dict.fromkeys(segment.version.key for segment in segments)
    return bool(keys) and all(
        compile_version(definition, key).decide(row).verdict is Verdict.NOT for key in keys
    )


def missing_facts(node: ir.Expr, closures: Mapping[int, Evaluate], row: Row) -> tuple[str, ...]:
    """The unknown facts that keep an unknown node unknown, in order; none for a known node.

    Facts under a part that is already decided, or a branch that cannot be taken, do not count.
    ``closures`` holds the compiled form of every part by ``id`` of its node (``compile_parts``).
    """
    found: dict[str, None] = {}
    _collect(node, closures, row, found)
    return tuple(found)


def compile_parts(node: ir.Expr, version: PolicyVersion) -> dict[int, Evaluate]:
    """Closures of a node and of every part of it, by ``id`` (the version keeps the nodes alive)."""
    params = version.held()
    return {id(part): compile_expression(part, params) for part in ir.walk(node)}


def _collect(
    node: ir.Expr, closures: Mapping[int, Evaluate], row: Row, found: dict[str, None]
) -> None:
    if closures[id(node)](row) is not None:
        return
    match node:
        case ir.Fact(name=name):
            found[name] = None
        case ir.Case(branches=branches, otherwise=otherwise):
            for condition, value in branches:
                met = closures[id(condition)](row)
                if met is None:
                    _collect(condition, closures, row, found)
                if met is not False:
                    _collect(value, closures, row, found)
                if met:
                    return
            _collect(otherwise, closures, row, found)
        case _:
            for part in ir.children(node):
                _collect(part, closures, row, found)
