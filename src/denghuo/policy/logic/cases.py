"""Worked cases run against their rule: the examples a jurist wrote, checked by every build."""

from __future__ import annotations

from dataclasses import dataclass

from denghuo.policy.logic.definition import PolicyDefinition, WorkedCase
from denghuo.policy.logic.explain import Answer, answer
from denghuo.policy.logic.fact_values import KnownFact


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What a case came to; ``problems`` is empty when it came to what was expected."""

    case: WorkedCase
    answer: Answer
    problems: tuple[str, ...]


def run_cases(definition: PolicyDefinition) -> tuple[CaseResult, ...]:
    """Every worked case of a policy, in the order of its file."""
    return tuple(_run(definition, case) for case in definition.cases)


def _run(definition: PolicyDefinition, case: WorkedCase) -> CaseResult:
    facts = {name: KnownFact(value, source="案例") for name, value in case.given.items()}
    found = answer(definition, facts, case.as_of, known_on=case.known_on)
    expect = case.expect
    problems: list[str] = []
    if expect.verdict is not None and found.verdict is not expect.verdict:
        problems.append(f"应当{expect.verdict.word}，算出来是{found.verdict.word}")
    if expect.amount is not None and found.amount != expect.amount:
        problems.append(f"金额应当是 {expect.amount}，算出来是 {found.amount}")
    if expect.failed is not None and set(found.failed) != set(expect.failed):
        problems.append(
            f"没通过的条件应当是 {_listed(expect.failed)}，算出来是 {_listed(found.failed)}"
        )
    if expect.missing is not None and set(found.missing) != set(expect.missing):
        problems.append(
            f"缺的信息应当是 {_listed(expect.missing)}，算出来是 {_listed(found.missing)}"
        )
    return CaseResult(case, found, tuple(problems))


def _listed(names: tuple[str, ...]) -> str:
    return "、".join(names) or "无"
