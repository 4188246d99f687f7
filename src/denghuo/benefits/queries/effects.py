"""Rows of a table as facts of registered subjects, and what they do to what is held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from denghuo.benefits.engines.checking import DAY_COLUMN, ENTITY_COLUMN
from denghuo.benefits.logic.row_checks import Effect, Strict, Word, effect_of
from denghuo.benefits.queries.imports import ImportView
from denghuo.benefits.queries.targets import strict_value
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import RegisteredSubject
from denghuo.policy.public import OWN_WORDS, CurrentFact, current_facts, registry

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class ToldFact:
    """One fact a row tells of a registered subject, in the registry's strict form."""

    subject: SubjectRef
    name: str
    value: Strict
    source: str
    observed_on: date | None

    @property
    def word(self) -> Word:
        """For comparing."""
        return Word(self.value, self.source, self.observed_on)


def facts_of_rows(
    view: ImportView,
    rows: Sequence[Mapping[str, Any]],
    known: Mapping[str, RegisteredSubject],
) -> list[ToldFact]:
    """The facts of the registered subjects among the rows; a blank cell tells nothing."""
    specs = registry()
    names = [each.target for each in view.mapping.facts if each.target in specs]
    return [
        ToldFact(
            known[row[ENTITY_COLUMN]].ref,
            name,
            strict_value(specs[name], row[name]),
            view.office,
            row.get(DAY_COLUMN) or view.observed_on,
        )
        for row in rows
        if row[ENTITY_COLUMN] in known
        for name in names
        if row[name] is not None
    ]


def held_for(facts: Sequence[ToldFact]) -> dict[tuple[Any, str], CurrentFact]:
    """What is held of the same subjects and facts."""
    return current_facts({each.subject.id for each in facts}, {each.name for each in facts})


def effects_of(facts: Sequence[ToldFact]) -> Iterator[Effect]:
    """What each would do, were it written now."""
    for start in range(0, len(facts), _CHUNK):
        chunk = facts[start : start + _CHUNK]
        held = held_for(chunk)
        for each in chunk:
            yield effect_beside(each, held.get((each.subject.id, each.name)))


def effect_beside(told: ToldFact, held: CurrentFact | None) -> Effect:
    """What one would do beside what is held."""
    if held is None:
        return effect_of(None, told.word)
    own = held.source in OWN_WORDS
    return effect_of(Word(held.value, held.source, held.observed_on, own=own), told.word)
