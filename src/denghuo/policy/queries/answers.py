"""Answers for a subject from the facts held about them, by the rules that speak."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from denghuo.kernel.subject import SubjectRef
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.explain import Answer, answer
from denghuo.policy.logic.fact_values import KnownFact
from denghuo.policy.queries.facts import known_facts_of
from denghuo.policy.queries.library import library, registry

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def concerns(definition: PolicyDefinition, subjects: Iterable[SubjectRef]) -> bool:
    """Whether the policy can be asked for these subjects: its person, its firm, or both."""
    kinds = {subject.kind for subject in subjects}
    return (
        {"person", "firm"} <= kinds
        if definition.audience == "pair"
        else (definition.audience in kinds)
    )


def facts_known(
    subjects: Iterable[SubjectRef],
    *,
    known_on: datetime | None = None,
    beside: Mapping[str, KnownFact] | None = None,
) -> dict[str, KnownFact]:
    """The facts of a person, a firm or a pair in one mapping.

    ``beside`` are facts from another register (the people room's birth date); a record held
    here speaks before them, since it was told later and with its own source.
    """
    merged = dict(beside or {})
    for subject in subjects:
        merged |= known_facts_of(subject, registry=registry(), known_on=known_on)
    return merged


def answers_for(
    subjects: Iterable[SubjectRef],
    *,
    as_of: date,
    known_on: datetime | None = None,
    beside: Mapping[str, KnownFact] | None = None,
    language: str = "zh",
) -> list[Answer]:
    """The whole library answered for these subjects, in the library's order.

    ``as_of`` is the day asked about ("in force on"); ``known_on`` the instant whose facts and
    texts are used ("as known on"), now when None.
    """
    asked = tuple(subjects)
    facts = facts_known(asked, known_on=known_on, beside=beside)
    day = known_on.astimezone(_SHANGHAI).date() if known_on else None
    return [
        answer(definition, facts, as_of, known_on=day, language=language)
        for definition in library(known_on).values()
        if concerns(definition, asked)
    ]
