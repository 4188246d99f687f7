"""Every condition of every version can hold, fail and be unknown, and decides alone when it should.

Records are generated from what a rule itself names: the worked cases, each literal and parameter
with its neighbours, each listed code, each fact left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from denghuo.policy.logic import ir
from denghuo.policy.logic.closures import AS_OF_KEY
from denghuo.policy.logic.decide import compile_version
from denghuo.policy.logic.definition import PolicyDefinition, PolicyVersion
from denghuo.policy.logic.explain import answer
from denghuo.policy.logic.fact_values import KnownFact
from denghuo.policy.logic.registry import FactKind, FactSpec
from denghuo.policy.logic.scope import Value
from denghuo.policy.logic.verdict import Verdict

Library = dict[str, PolicyDefinition]
Record = dict[str, Value | None]


def roots_of(version: PolicyVersion) -> list[ir.Expr]:
    roots = [condition.expr for condition in version.conditions]
    return roots + ([version.amount.expr] if version.amount else [])


def numbers_of(version: PolicyVersion, scale: int) -> set[int]:
    """Every number the version names, held at ``scale``, with its neighbours."""
    found = {0, 1}
    for root in roots_of(version):
        for node in ir.walk(root):
            if isinstance(node, ir.NumberLiteral):
                found.add(node.unscaled * 10**scale // 10**node.type.scale)
    for param in version.params.values():
        held = param.held
        if held.type.kind is ir.Kind.NUMBER and isinstance(held.value, int):
            found.add(held.value * 10**scale // 10**held.type.scale)
    return {number + step for number in found for step in (-1, 0, 1)}


def values_of(spec: FactSpec, version: PolicyVersion, as_of: date) -> list[Value | None]:
    """Values worth trying for a fact, unknown among them."""
    values: list[Value | None] = [None]
    match spec.kind:
        case FactKind.BOOL:
            values += [False, True]
        case FactKind.CODE:
            values += list(spec.values)
        case FactKind.DATE:
            months = [12, 36, 60]
            days = {as_of - timedelta(days=30 * each) for each in [0, *months]}
            values += sorted(days | {as_of - timedelta(days=30 * each + 60) for each in months})
        case _:
            low, high = spec.number_bounds
            tried = numbers_of(version, spec.scale) | {low, high}
            values += sorted(number for number in tried if low <= number <= high)
    return values


def records_of(definition: PolicyDefinition, version: PolicyVersion) -> Iterator[Record]:
    """The worked cases, then each with one fact changed at a time."""
    for case in definition.cases:
        base: Record = dict.fromkeys(definition.specs)
        base.update({name: case.given.get(name) for name in definition.specs})
        base[AS_OF_KEY] = case.as_of
        yield base
        if case.expect.verdict is not Verdict.ENTITLED:
            continue
        for name, spec in definition.specs.items():
            for value in values_of(spec, version, case.as_of):
                yield {**base, name: value}
        yield from pairs_of(definition, version, base, case.as_of)


def pairs_of(
    definition: PolicyDefinition, version: PolicyVersion, base: Record, as_of: date
) -> Iterator[Record]:
    """Two facts of one condition changed together, where one of them is a yes or no."""
    for condition in version.conditions:
        names = ir.facts_of(condition.expr)
        flags = [name for name in names if definition.specs[name].kind is FactKind.BOOL]
        for flag in flags:
            for name in names:
                for value in values_of(definition.specs[name], version, as_of):
                    for flipped in (False, True):
                        yield {**base, name: value, flag: flipped}


def policy_versions(library: Library) -> Iterator[tuple[PolicyDefinition, PolicyVersion]]:
    for definition in library.values():
        for version in definition.versions:
            yield definition, version


def test_every_condition_holds_fails_and_is_unknown(library: Library) -> None:
    for definition, version in policy_versions(library):
        compiled = compile_version(definition, version.key)
        seen: dict[str, set[bool | None]] = {each.name: set() for each in version.conditions}
        for record in records_of(definition, version):
            for condition, run in zip(version.conditions, compiled.conditions, strict=True):
                value = run(record)
                seen[condition.name].add(None if value is None else bool(value))
        for name, results in seen.items():
            assert results == {True, False, None}, (definition.id, version.key, name)


def test_every_condition_can_be_the_only_reason(library: Library) -> None:
    """Nobody is refused by two sentences that say one thing: each condition can fail alone."""
    for definition, version in policy_versions(library):
        compiled = compile_version(definition, version.key)
        alone = set()
        for record in records_of(definition, version):
            failed = [
                condition.name
                for condition, run in zip(version.conditions, compiled.conditions, strict=True)
                if run(record) is False
            ]
            if len(failed) == 1:
                alone.add(failed[0])
        assert alone == {each.name for each in version.conditions}, (definition.id, version.key)


def test_every_version_can_say_yes(library: Library) -> None:
    for definition, version in policy_versions(library):
        compiled = compile_version(definition, version.key)
        verdicts = {compiled.decide(record).verdict for record in records_of(definition, version)}
        assert Verdict.ENTITLED in verdicts, (definition.id, version.key)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_reason_for_a_yes_or_no_names_only_what_is_known(library: Library, language: str) -> None:
    """A decided sentence never fills a place with “not known yet”."""
    unknown = {"zh": "还不知道", "en": "not known yet"}[language]
    wrong = set()
    for definition in library.values():
        for case in definition.cases:
            for left_out in definition.specs:
                given = {name: value for name, value in case.given.items() if name != left_out}
                facts = {name: KnownFact(value) for name, value in given.items()}
                found = answer(definition, facts, case.as_of, language=language)
                for each in found.conditions:
                    if each.result is not None and unknown in each.sentence:
                        wrong.add((definition.id, each.name, each.sentence))
    assert not wrong
