"""The next question that matters most, over a whole library.

Never asked: what can no longer change any outcome. First fetched: what a register knows for free.
Then the fact whose conditions fail most often (rates from the last sweep), by the cost of asking.
Where nobody fetches and a person tells everything, the order is one a person can follow: what they
want and who they are, then each policy's conditions as its author wrote them, never the date of a
contract before whether there is one.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from denghuo.policy.logic import ir
from denghuo.policy.logic.attainable import TRIALS_MAX, Attainable, attainable
from denghuo.policy.logic.closures import Row
from denghuo.policy.logic.decide import (
    CompiledVersion,
    compile_version,
    decide,
    row_of,
    segments_of,
)
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.explain import amount_missing, condition_missing
from denghuo.policy.logic.fact_values import KnownFact
from denghuo.policy.logic.registry import Ask, FactSpec
from denghuo.policy.logic.scope import Value
from denghuo.policy.logic.thresholds import plan_of
from denghuo.policy.logic.verdict import Verdict

BaseRates = Mapping[tuple[str, str], float]
"""How often a condition fails, by (policy id, condition name)."""

DEFAULT_RATE = 0.5
RATE_MIN = 0.01
_COST = {Ask.FREE: 1.0, Ask.CHEAP: 1.0, Ask.DEAR: 3.0}
# To somebody who tells: own wishes and plain facts, then what stands in a register, then debts.
_EASE = {Ask.CHEAP: 2, Ask.FREE: 1, Ask.DEAR: 0}


@dataclass(frozen=True, slots=True)
class Question:
    """Fetch this fact, or ask for it; ``policies`` are those whose outcome it can change."""

    spec: FactSpec
    how: Literal["fetch", "ask"]
    policies: tuple[str, ...]
    score: float


def next_question(
    definitions: Sequence[PolicyDefinition],
    facts: Mapping[str, KnownFact],
    as_of: date,
    base_rates: BaseRates | None = None,
    *,
    unavailable: frozenset[str] = frozenset(),
    known_on: date | None = None,
    telling: bool = False,
) -> Question | None:
    """The best thing to learn next, or None when nothing that can be learnt changes any outcome.

    ``unavailable`` names facts already sought in vain; they are not sought again, and a question
    that would only help together with one of them is not asked either. ``telling``: the registers
    have said what they will, or nobody is signed in; a person is asked for the rest, in an order
    that makes sense to them. What is asked is the same set either way.
    """
    scores: dict[str, float] = {}
    policies: dict[str, list[str]] = {}
    specs: dict[str, FactSpec] = {}
    for definition in definitions:
        row, _ = row_of(definition, facts, as_of)
        closed = unavailable | {
            name for name, spec in definition.specs.items() if spec.ask is Ask.NEVER
        }
        wanted = _wanted(definition, row, closed, base_rates or {}, known_on)
        if telling:
            wanted = _first_told(definition, row, wanted, closed, known_on)
        for name, score in wanted.items():
            specs[name] = definition.specs[name]
            scores[name] = scores.get(name, 0.0) + score / _COST[specs[name].ask]
            policies.setdefault(name, []).append(definition.id)
    if not scores:
        return None
    if telling:
        best = max(scores, key=lambda name: (_EASE[specs[name].ask], scores[name]))
        return Question(specs[best], "ask", tuple(policies[best]), scores[best])
    free = [name for name in scores if specs[name].ask is Ask.FREE]
    # max keeps the first of equals: the order of the library and of its conditions.
    best = max(free or scores, key=lambda name: scores[name])
    how: Literal["fetch", "ask"] = "fetch" if free else "ask"
    return Question(specs[best], how, tuple(policies[best]), scores[best])


def _wanted(
    definition: PolicyDefinition,
    row: Row,
    closed: frozenset[str],
    base_rates: BaseRates,
    known_on: date | None,
) -> dict[str, float]:
    """The learnable facts that can change this policy's outcome, with what each is worth."""
    outcome = decide(definition, row, known_on)
    if outcome.version is not None:
        compiled = compile_version(definition, outcome.version.key)
        if outcome.verdict is Verdict.UNKNOWN:
            return _deciding(definition, compiled, row, closed, base_rates)
        if outcome.amount_unknown:
            return _completing(definition, compiled, row, closed)
        return {}
    if outcome.verdict is not Verdict.UNKNOWN:
        return {}
    return _without_version(definition, row, closed, base_rates, known_on)


def _without_version(
    definition: PolicyDefinition,
    row: Row,
    closed: frozenset[str],
    base_rates: BaseRates,
    known_on: date | None,
) -> dict[str, float]:
    """No version is chosen yet. Whether there is such a day at all comes before which day it is:
    nobody without a certificate is asked when it was issued."""
    segments = segments_of(definition, known_on)
    undated = row[definition.anchor] is None
    if definition.anchor_needs is not None:
        compiled = compile_version(definition, segments[0].version.key)
        found = _attainable(definition, compiled, row, closed).get(definition.anchor_needs)
        gate = {
            name: results
            for name, results in (found.tipped_by if found else {}).items()
            if False in results or (results and not undated)
        }
        if gate:
            rate = base_rates.get((definition.id, definition.anchor_needs), DEFAULT_RATE)
            return dict.fromkeys(gate, max(rate, RATE_MIN) / len(gate))
    if not undated:
        return {}
    if definition.anchor not in closed:
        return {definition.anchor: 1.0}
    return _refusing(definition, row, closed, known_on)


def _first_told(
    definition: PolicyDefinition,
    row: Row,
    wanted: dict[str, float],
    closed: frozenset[str],
    known_on: date | None,
) -> dict[str, float]:
    """Of what is wanted, the part a person is asked about first.

    An author writes the conditions from the gate inwards: a wish, whether there is a loan at all,
    then its figures. Without the anchor day the gate goes first too, where it can refuse.
    """
    version = decide(definition, row, known_on).version
    if version is not None:
        for condition in version.conditions:
            asked = {name for name in ir.facts_of(condition.expr) if name in wanted}
            if asked:
                return {name: score for name, score in wanted.items() if name in asked}
        return wanted
    if definition.anchor not in wanted:
        return wanted
    gates = _gates(definition, row, closed, known_on)
    return dict.fromkeys(gates, DEFAULT_RATE) if gates else wanted


def _gates(
    definition: PolicyDefinition, row: Row, closed: frozenset[str], known_on: date | None
) -> list[str]:
    """The facts whose answer could close every version's first condition at once, where that
    decides without the day."""
    segments = segments_of(definition, known_on)
    if not definition.rules_every_day(segments):
        return []
    shared: set[str] | None = None
    for key in dict.fromkeys(each.version.key for each in segments):
        compiled = compile_version(definition, key)
        first = compiled.version.conditions[0].name
        found = _attainable(definition, compiled, row, closed).get(first)
        refusing = found.facts_to(result=False) if found else set()
        shared = refusing if shared is None else shared & refusing
    return [name for name in definition.specs if name in (shared or ())]


def _deciding(
    definition: PolicyDefinition,
    compiled: CompiledVersion,
    row: Row,
    closed: frozenset[str],
    base_rates: BaseRates,
) -> dict[str, float]:
    """What each fact is worth: the failure rates of the conditions it can settle.

    A fact that can make a condition fail settles the policy. One that can only make it hold helps
    just where all the conditions can hold together.
    """
    found = _attainable(definition, compiled, row, closed)
    failing = {fact for each in found.values() for fact in each.facts_to(result=False)}
    holding = {fact for each in found.values() for fact in each.facts_to(result=True)} - failing
    mattering = _mattering(definition, compiled, row, holding | failing)
    if mattering is not None:
        failing, holding = failing & mattering, holding & mattering
    elif holding:
        holding = _needed_to_hold(definition, compiled, row, holding | failing) & holding
    wanted: dict[str, float] = {}
    for name, each in found.items():
        # A condition that never failed in the sweep is still worth more than nothing.
        rate = max(base_rates.get((definition.id, name), DEFAULT_RATE), RATE_MIN)
        for fact in each.tipped_by:
            if fact in failing or fact in holding:
                wanted[fact] = wanted.get(fact, 0.0) + rate / len(each.tipped_by)
    return wanted


def _trials(
    definition: PolicyDefinition, compiled: CompiledVersion, row: Row, unknown: set[str]
) -> dict[str, list[Value | None]]:
    """The values worth trying for each of these facts, over all conditions."""
    plans = plan_of(definition, compiled.version.key).conditions
    return {
        name: list(
            dict.fromkeys(
                value for plan in plans if name in plan.reads for value in plan.trials(spec, row)
            )
        )
        for name, spec in definition.specs.items()
        if name in unknown
    }


def _mattering(
    definition: PolicyDefinition, compiled: CompiledVersion, row: Row, unknown: set[str]
) -> set[str] | None:
    """The facts that decide the verdict for some values of the others, known or not.

    One condition's fact is idle where another condition settles every case first. None where the
    trials would be too many to tell.
    """
    values = {
        name: [None, *each] for name, each in _trials(definition, compiled, row, unknown).items()
    }
    if math.prod(len(each) for each in values.values()) > TRIALS_MAX:
        return None
    trial = dict(row)
    mattering: set[str] = set()
    for combination in itertools.product(*values.values()):
        told = dict(zip(values, combination, strict=True))
        trial.update(told)
        if compiled.decide(trial).verdict is Verdict.UNKNOWN:
            continue
        for name, value in told.items():
            if value is None or name in mattering:
                continue
            trial[name] = None
            if compiled.decide(trial).verdict is Verdict.UNKNOWN:
                mattering.add(name)
            trial[name] = value
        if len(mattering) == len(values):
            break
    return mattering


def _needed_to_hold(
    definition: PolicyDefinition, compiled: CompiledVersion, row: Row, unknown: set[str]
) -> set[str]:
    """The facts without which no trial makes every condition hold; all, where trials are many."""
    tried = _trials(definition, compiled, row, unknown)
    names, values = list(tried), list(tried.values())
    if math.prod(len(each) for each in values) > TRIALS_MAX:
        return unknown
    trial = dict(row)
    needed: set[str] = set()
    for combination in itertools.product(*values):
        trial.update(zip(names, combination, strict=True))
        if compiled.decide(trial).verdict is not Verdict.ENTITLED:
            continue
        for name, value in zip(names, combination, strict=True):
            trial[name] = None
            if compiled.decide(trial).verdict is not Verdict.ENTITLED:
                needed.add(name)
            trial[name] = value
    return needed


def _completing(
    definition: PolicyDefinition, compiled: CompiledVersion, row: Row, closed: frozenset[str]
) -> dict[str, float]:
    """The facts an amount still needs, unless it cannot be had without one that is closed."""
    version, run = compiled.version, compiled.amount
    plan = plan_of(definition, version.key).amount
    if plan is None or run is None:
        return {}
    missing = amount_missing(definition, version.key, row)
    learnable = tuple(name for name in missing if name not in closed)
    found = attainable(
        plan,
        lambda trial: True if run(trial) is not None else None,
        row,
        learnable,
        definition.specs,
    )
    return {name: DEFAULT_RATE for name, results in found.tipped_by.items() if results}


def _attainable(
    definition: PolicyDefinition, compiled: CompiledVersion, row: Row, closed: frozenset[str]
) -> dict[str, Attainable]:
    version = compiled.version
    plans = plan_of(definition, version.key).conditions
    found: dict[str, Attainable] = {}
    for condition, run, plan in zip(version.conditions, compiled.conditions, plans, strict=True):
        if run(row) is None:
            live = condition_missing(definition, version.key, condition.name, row)
            learnable = tuple(name for name in live if name not in closed)
            found[condition.name] = attainable(plan, run, row, learnable, definition.specs)
    return found


def _refusing(
    definition: PolicyDefinition, row: Row, closed: frozenset[str], known_on: date | None
) -> dict[str, float]:
    """Without the anchor day only a refusal by every version can be reached, and only where a
    version rules on every day."""
    segments = segments_of(definition, known_on)
    if not definition.rules_every_day(segments):
        return {}
    wanted: dict[str, float] = {}
    for key in dict.fromkeys(each.version.key for each in segments):
        compiled = compile_version(definition, key)
        if compiled.decide(row).verdict is Verdict.NOT:
            continue
        refusing = {
            fact
            for each in _attainable(definition, compiled, row, closed).values()
            for fact, results in each.tipped_by.items()
            if False in results
        }
        if not refusing:
            return {}
        wanted |= dict.fromkeys(sorted(refusing), DEFAULT_RATE)
    return wanted
