"""Answers for a subject from the facts held about them, by the rules that speak."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Protocol

from django.utils.translation import gettext_noop

from denghuo.kernel.clock import SHANGHAI, day_of
from denghuo.kernel.subject import SubjectRef
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.explain import Answer, answer
from denghuo.policy.logic.fact_values import FactValueError, KnownFact, read_value
from denghuo.policy.logic.registry import FactSpec
from denghuo.policy.logic.succession import OWN_WORDS
from denghuo.policy.logic.versions import LookBack, look_back
from denghuo.policy.models import ConditionRate
from denghuo.policy.queries.facts import known_facts_of
from denghuo.policy.queries.library import library, registry

# The registers' words for a fact, where the policies have another.
_REGISTER_NAMES = {"kind": "firm_kind"}
# And for a value. A society may be an association, a foundation or a service body, and a branch is
# what its parent is: the register's word alone does not say, so they stay unknown.
_REGISTER_VALUES = {
    ("firm_kind", "company"): "enterprise",
    ("firm_kind", "institution"): "public_institution",
}
_REGISTER_SOURCES = {
    "people_register": gettext_noop("人口登记"),
    "firm_register": gettext_noop("市场主体登记"),
    "self": gettext_noop("本人填报"),
}


class RegisterWord(Protocol):
    """One plain fact of another room's register: its word, value, source and instant."""

    @property
    def name(self) -> str: ...
    @property
    def value(self) -> str | date: ...
    @property
    def source(self) -> str: ...
    @property
    def as_of(self) -> datetime: ...


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

    ``beside`` are facts from another register (the people room's birth date).
    """
    merged = dict(beside or {})
    for subject in subjects:
        records = known_facts_of(subject, registry=registry(), known_on=known_on)
        merged = laid_over(merged, records)
    return merged


def laid_over(
    register: Mapping[str, KnownFact], records: Mapping[str, KnownFact]
) -> dict[str, KnownFact]:
    """What speaks where both do: the record held here, told later and with its own source. One's
    own word never speaks before an office's."""
    return {
        **register,
        **{
            name: fact
            for name, fact in records.items()
            if fact.source not in OWN_WORDS
            or name not in register
            or register[name].source in OWN_WORDS
        },
    }


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
    day = day_of(known_on) if known_on else None
    return [
        answer(definition, facts, as_of, known_on=day, language=language)
        for definition in library(known_on).values()
        if concerns(definition, asked)
    ]


def looks_back(
    subjects: Iterable[SubjectRef],
    *,
    known_before: date,
    as_of: date,
    beside_then: Mapping[str, KnownFact] | None = None,
    beside_now: Mapping[str, KnownFact] | None = None,
    language: str = "zh",
) -> list[LookBack]:
    """Every policy that concerns these subjects, as known at the end of a day and as known now.

    ``beside_then`` and ``beside_now``: what another register said by then and says now.
    """
    asked = tuple(subjects)
    moment = end_of(known_before)
    facts_then = facts_known(asked, known_on=moment, beside=beside_then)
    facts_now = facts_known(asked, beside=beside_now)
    texts_then = library(moment)
    return [
        look_back(
            texts_then.get(name),
            definition,
            facts_then,
            facts_now,
            as_of,
            known_before=known_before,
            language=language,
        )
        for name, definition in library().items()
        if concerns(definition, asked)
    ]


def base_rates() -> dict[tuple[str, str], float]:
    """How often each condition failed in the last finished sweep, by policy and condition.

    What ``next_question`` takes: a fact that often decides is asked first. Empty before the
    first sweep; then every condition counts the same.
    """
    rows = ConditionRate.objects.values_list("policy", "condition", "failed", "known")
    return {(policy, condition): failed / known for policy, condition, failed, known in rows}


def register_facts(
    subject: SubjectRef, words: Iterable[RegisterWord], *, known_on: datetime | None = None
) -> dict[str, KnownFact]:
    """What a register says of a subject, in the policies' own words, by name.

    What it learnt after ``known_on`` was not known then. A word or value that no policy reads
    is as good as not said.
    """
    found: dict[str, KnownFact] = {}
    for word in words:
        spec = registry().get(_REGISTER_NAMES.get(word.name, word.name))
        if spec is None or spec.subject != subject.kind:
            continue
        if known_on is not None and word.as_of > known_on:
            continue
        try:
            reading = read_value(spec, _value_of(spec, word.value))
        except FactValueError:
            continue
        source = _REGISTER_SOURCES.get(word.source, word.source)
        on = day_of(word.as_of)
        found[spec.name] = KnownFact(reading.value, source, on, reading.why)
    return found


def _value_of(spec: FactSpec, value: str | date) -> str | date:
    return _REGISTER_VALUES.get((spec.name, value), value) if isinstance(value, str) else value


def end_of(day: date) -> datetime:
    """The last instant of a civil day: what was known on it."""
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=SHANGHAI)
    return midnight - timedelta(microseconds=1)
