"""Whole interviews played through: how many questions settle a library for somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.fact_values import KnownFact
from denghuo.policy.logic.questions import BaseRates, next_question


@dataclass(frozen=True, slots=True)
class Interview:
    """What was fetched and asked until nothing more could change, in order."""

    fetched: tuple[str, ...]
    asked: tuple[str, ...]


def interview(
    definitions: Sequence[PolicyDefinition],
    truth: Mapping[str, KnownFact],
    as_of: date,
    *,
    known: Mapping[str, KnownFact] | None = None,
    base_rates: BaseRates | None = None,
    telling: bool = False,
) -> Interview:
    """Play the questions against somebody whose facts are all in ``truth``, from ``known`` on.

    What ``truth`` does not hold counts as sought in vain.
    """
    facts = dict(known or {})
    unavailable: set[str] = set()
    fetched: list[str] = []
    asked: list[str] = []
    while True:
        question = next_question(
            definitions,
            facts,
            as_of,
            base_rates,
            unavailable=frozenset(unavailable),
            telling=telling,
        )
        if question is None:
            return Interview(tuple(fetched), tuple(asked))
        name = question.spec.name
        (fetched if question.how == "fetch" else asked).append(name)
        unavailable.add(name)
        if name in truth:
            facts[name] = truth[name]
