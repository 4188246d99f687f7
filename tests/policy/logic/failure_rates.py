"""How often each condition fails in a population, so that the best question is asked first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from denghuo.policy.logic.decide import decide, row_of
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.fact_values import KnownFact


def failure_rates(
    definitions: Sequence[PolicyDefinition],
    population: Iterable[Mapping[str, KnownFact]],
    as_of: date,
) -> dict[tuple[str, str], float]:
    """How often each condition fails among those for whom it is known."""
    failed: dict[tuple[str, str], int] = {}
    known: dict[tuple[str, str], int] = {}
    for facts in population:
        for definition in definitions:
            row, _ = row_of(definition, facts, as_of)
            outcome = decide(definition, row)
            if outcome.version is None:
                continue
            for index, condition in enumerate(outcome.version.conditions):
                if outcome.unknown_mask >> index & 1:
                    continue
                key = (definition.id, condition.name)
                known[key] = known.get(key, 0) + 1
                failed[key] = failed.get(key, 0) + (outcome.fail_mask >> index & 1)
    return {key: failed[key] / count for key, count in known.items()}
