"""One answer, explained: each condition with its sentence, facts and both sides; the amount with
its arithmetic; what is missing; what would change a refusal.

The verdict, masks and amount are exactly those of ``decide``: nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from denghuo.policy.logic import ir
from denghuo.policy.logic.arithmetic import amount_display, amount_lines, displays_of
from denghuo.policy.logic.closures import Evaluate, Row
from denghuo.policy.logic.comparisons import Atom, Comparison, compile_atoms
from denghuo.policy.logic.decide import (
    compile_parts,
    compile_version,
    decide,
    missing_facts,
    row_of,
    segments_of,
)
from denghuo.policy.logic.definition import (
    Amount,
    Condition,
    Pending,
    PolicyDefinition,
    PolicyVersion,
)
from denghuo.policy.logic.display import Display, display_of_fact
from denghuo.policy.logic.fact_values import KnownFact, WhyUnknown
from denghuo.policy.logic.near import NearMiss, near_misses
from denghuo.policy.logic.registry import FactSpec
from denghuo.policy.logic.scope import Value
from denghuo.policy.logic.sentences import Sentence, compile_sentence
from denghuo.policy.logic.verdict import Verdict


class FactUsed(NamedTuple):
    """A fact as it was used: value as held (None unknown, with ``why``), who says so, which day."""

    spec: FactSpec
    value: Value | None
    source: str
    observed_on: date | None
    why: WhyUnknown | None

    @property
    def name(self) -> str:
        return self.spec.name

    def shown(self, language: str = "zh") -> str:
        """The value in words."""
        return display_of_fact(self.spec).show(self.value, language)


class ConditionAnswer(NamedTuple):
    """One condition: True, False or None (not known yet), and why.

    ``missing`` names the facts that keep it unknown, in order; empty when it is decided.
    """

    condition: Condition
    result: bool | None
    sentence: str
    facts: tuple[FactUsed, ...]
    missing: tuple[str, ...]
    comparisons: tuple[Comparison, ...]

    @property
    def name(self) -> str:
        return self.condition.name

    @property
    def basis(self) -> str:
        return self.condition.basis


@dataclass(frozen=True, slots=True)
class Answer:
    """The explained answer to one policy for one subject on one day.

    ``missing``: while UNKNOWN, the facts (an unknown anchor first) that keep it open; when
    ENTITLED, those the amount still needs; empty once everything is decided. ``amount`` is a whole
    number of the version's unit. ``version`` is None without a rule or without the anchor day;
    where every version refuses all the same, ``conditions`` holds what they refuse, even while the
    verdict waits for the day because it may lie outside all of them.
    """

    definition: PolicyDefinition
    version: PolicyVersion | None
    as_of: date
    known_on: date | None
    verdict: Verdict
    conditions: tuple[ConditionAnswer, ...]
    facts: Mapping[str, FactUsed]
    missing: tuple[str, ...]
    fail_mask: int
    unknown_mask: int
    amount: int | None
    arithmetic: tuple[str, ...]
    near_misses: tuple[NearMiss, ...]
    language: str = "zh"

    @property
    def amount_unknown(self) -> bool:
        """Entitled to an amount that needs a fact nobody has given yet."""
        return (
            self.verdict is Verdict.ENTITLED
            and self.amount is None
            and self.version is not None
            and self.version.amount is not None
        )

    @property
    def amount_shown(self) -> str:
        """The amount in words, or nothing."""
        return "" if self.amount is None else self.show_amount(self.amount)

    def show_amount(self, amount: int) -> str:
        """Any amount of this policy in words, as a near miss leads to; or nothing."""
        if self.version is None or self.version.amount is None:
            return ""
        return amount_display(self.version.amount).show(amount, self.language)

    @property
    def amount_facts(self) -> tuple[str, ...]:
        """Names of the facts the amount is worked out from."""
        if self.version is None or self.version.amount is None:
            return ()
        return ir.facts_of(self.version.amount.expr)

    @property
    def pending(self) -> Pending | None:
        """Without a rule: what is awaited for this anchor day, where the policy says so."""
        if self.verdict is not Verdict.NO_RULE:
            return None
        name = self.definition.anchor_fact
        day = self.as_of if name is None else self.facts[name].value
        return self.definition.pending_on(day) if isinstance(day, date) else None

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the failed conditions."""
        return tuple(each.name for each in self.conditions if each.result is False)


def answer(
    definition: PolicyDefinition,
    facts: Mapping[str, KnownFact],
    as_of: date,
    *,
    known_on: date | None = None,
    language: str = "zh",
) -> Answer:
    """Answer one policy from the facts known, as asked for ``as_of``.

    Facts absent, out of bounds or older than their registered age are unknown. ``known_on`` answers
    by the rules public on that day. Decided answers are sound: no completion of the missing facts
    flips them (docs/decisions/0011-verdicts.md).
    """
    row, why = row_of(definition, facts, as_of)
    outcome = decide(definition, row, known_on)
    used = {
        name: fact_used(spec, row[name], facts.get(name), why.get(name))
        for name, spec in definition.specs.items()
    }
    version = outcome.version
    conditions: tuple[ConditionAnswer, ...] = ()
    missing: tuple[str, ...] = ()
    arithmetic: tuple[str, ...] = ()
    if version is None:
        if outcome.verdict is Verdict.UNKNOWN:
            missing = _missing_without_version(definition, row, known_on)
        if outcome.verdict is not Verdict.NO_RULE:
            conditions = _refused(definition, row, used, known_on, language)
    else:
        told = telling_of(definition, version.key)
        conditions = tuple(each.tell(row, used, language) for each in told.conditions)
        if outcome.verdict is Verdict.UNKNOWN:
            missing = tuple(dict.fromkeys(name for each in conditions for name in each.missing))
        elif outcome.amount_unknown:
            missing = amount_missing(definition, version.key, row)
        elif outcome.amount is not None:
            arithmetic = told.lines(row, outcome.amount, language)
    return Answer(
        definition=definition,
        version=version,
        as_of=as_of,
        known_on=known_on,
        verdict=outcome.verdict,
        conditions=conditions,
        facts=used,
        missing=missing,
        fail_mask=outcome.fail_mask,
        unknown_mask=outcome.unknown_mask,
        amount=outcome.amount,
        arithmetic=arithmetic,
        near_misses=near_misses(definition, row, outcome, known_on, language),
        language=language,
    )


def fact_used(
    spec: FactSpec, value: Value | None, known: KnownFact | None, why: WhyUnknown | None
) -> FactUsed:
    """A fact as a row uses it; who says so is the registry's office where nobody was named."""
    if known is None:
        return FactUsed(spec, value, spec.source, None, why)
    return FactUsed(spec, value, known.source or spec.source, known.observed_on, why)


@dataclass(frozen=True, slots=True)
class Told:
    """A condition with everything needed to explain it, compiled."""

    condition: Condition
    run: Evaluate
    names: tuple[str, ...]
    sentences: Mapping[bool | None, Sentence]
    parts: Mapping[int, Evaluate]
    atoms: tuple[Atom, ...]

    def tell(self, row: Row, used: Mapping[str, FactUsed], language: str) -> ConditionAnswer:
        """The condition of a row, explained."""
        result = self.run(row)
        return ConditionAnswer(
            self.condition,
            result,
            self.sentences[result].fill(row, language),
            tuple(used[name] for name in self.names),
            missing_facts(self.condition.expr, self.parts, row) if result is None else (),
            tuple(atom.compare(row) for atom in self.atoms),
        )


@dataclass(frozen=True, slots=True)
class Telling:
    """Everything that tells the answers of one version, compiled."""

    conditions: tuple[Told, ...]
    amount: Amount | None
    amount_parts: Mapping[int, Evaluate]
    amount_displays: Mapping[int, Display]

    def lines(self, row: Row, total: int, language: str) -> tuple[str, ...]:
        """The arithmetic of an amount."""
        if self.amount is None:
            return ()
        return amount_lines(
            self.amount, self.amount_displays, self.amount_parts, row, total, language=language
        )


@lru_cache(maxsize=4096)
def telling_of(definition: PolicyDefinition, key: str) -> Telling:
    """A version's sentences and sides, compiled once."""
    compiled = compile_version(definition, key)
    version = compiled.version
    told = tuple(
        _told(definition, version, condition, run)
        for condition, run in zip(version.conditions, compiled.conditions, strict=True)
    )
    amount = version.amount
    if amount is None:
        return Telling(told, None, {}, {})
    displays = displays_of(amount.expr, definition.specs, version)
    return Telling(told, amount, compile_parts(amount.expr, version), displays)


def _told(
    definition: PolicyDefinition, version: PolicyVersion, condition: Condition, run: Evaluate
) -> Told:
    says = condition.says
    return Told(
        condition,
        run,
        ir.facts_of(condition.expr),
        {
            result: compile_sentence(words, definition.specs, version)
            for result, words in ((True, says.passed), (False, says.failed), (None, says.unknown))
        },
        compile_parts(condition.expr, version),
        compile_atoms(condition.expr, definition.specs, version),
    )


def _missing_without_version(
    definition: PolicyDefinition, row: Row, known_on: date | None
) -> tuple[str, ...]:
    """The anchor day, then what the versions that could still grant are missing; with a day that
    no version rules, only what says whether there can be such a day."""
    segments = segments_of(definition, known_on)
    needs = definition.anchor_needs
    if row[definition.anchor] is not None:
        key = segments[0].version.key
        return () if needs is None else condition_missing(definition, key, needs, row)
    found = {definition.anchor: None}
    for segment in segments:
        version = segment.version
        outcome = compile_version(definition, version.key).decide(row)
        if outcome.verdict is Verdict.UNKNOWN:
            parts = telling_of(definition, version.key).conditions
            for each in parts:
                if each.run(row) is None:
                    found |= dict.fromkeys(missing_facts(each.condition.expr, each.parts, row))
    if needs is not None:
        # Even where all refuse, this one says so for good, without the day.
        found |= dict.fromkeys(condition_missing(definition, segments[0].version.key, needs, row))
    return tuple(found)


def _refused(
    definition: PolicyDefinition,
    row: Row,
    used: Mapping[str, FactUsed],
    known_on: date | None,
    language: str,
) -> tuple[ConditionAnswer, ...]:
    """Why nothing can be granted though no one version decides: the conditions that fail in all of
    them, or those of the newest where each fails for its own reason. On a day that no version
    rules, only what the day itself presupposes. Bits name no version here, so the masks stay
    empty."""
    failed: list[dict[str, ConditionAnswer]] = []
    for segment in segments_of(definition, known_on):
        told = telling_of(definition, segment.version.key).conditions
        answers = [each.tell(row, used, language) for each in told if each.run(row) is False]
        failed.append({each.name: each for each in answers})
    newest = failed[-1]
    if row[definition.anchor] is not None:
        return tuple(each for name, each in newest.items() if name == definition.anchor_needs)
    if not all(failed):
        return ()
    shared = [name for name in newest if all(name in each for each in failed)]
    return tuple(newest[name] for name in shared or newest)


def amount_missing(definition: PolicyDefinition, key: str, row: Row) -> tuple[str, ...]:
    """The unknown facts that the amount of a version still needs."""
    told = telling_of(definition, key)
    return () if told.amount is None else missing_facts(told.amount.expr, told.amount_parts, row)


def condition_missing(
    definition: PolicyDefinition, key: str, name: str, row: Row
) -> tuple[str, ...]:
    """The unknown facts that keep one condition of a version unknown."""
    told = next(
        each for each in telling_of(definition, key).conditions if each.condition.name == name
    )
    return missing_facts(told.condition.expr, told.parts, row)
