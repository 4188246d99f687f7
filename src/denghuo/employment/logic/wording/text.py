"""The dated rules of wording, read from the library and compiled once."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from denghuo.employment.logic.dated import DatedTextError, VersionShape, read_versions
from denghuo.employment.logic.wording.values import (
    Checked,
    Exemption,
    Grade,
    Kind,
    Law,
    Phrase,
    Rule,
    Wording,
)
from denghuo.kernel.words import Shape, WordsShape

_Pattern = Annotated[str, Field(min_length=1, max_length=1_000)]


class LawShape(Shape):
    """A clause and how it was checked."""

    title: str
    clause: str
    checked: Checked


class PhraseShape(Shape):
    """A pattern and its replacement."""

    find: _Pattern
    instead: str = ""


class RuleShape(Shape):
    """One rule as written."""

    id: str
    kind: Kind
    grade: Grade
    laws: list[str] = Field(min_length=1)
    suggestion: WordsShape
    find: list[PhraseShape] = Field(min_length=1)
    unless_before: _Pattern | None = None
    unless_after: _Pattern | None = None
    needs: _Pattern | None = None


class ExemptionShape(Shape):
    """One exception as written."""

    id: str
    rules: list[str] = Field(min_length=1)
    words: str = ""
    when: _Pattern
    age_max: int | None = None
    grade: Grade
    laws: list[str] = Field(min_length=1)
    note: WordsShape


class WordingShape(VersionShape):
    """A whole version."""

    laws: dict[str, LawShape]
    rules: list[RuleShape] = Field(min_length=1)
    exceptions: list[ExemptionShape]


def load_wording(text: str) -> tuple[Wording, ...]:
    """All versions, oldest first.

    Raises ``DatedTextError`` for a law nobody listed, a rule nobody wrote, a pattern that does
    not compile or that finds the empty text.
    """
    versions = []
    for span, one in read_versions(text, WordingShape):
        laws = {key: Law(law.title, law.clause, law.checked) for key, law in one.laws.items()}
        rules = tuple(_rule(each, laws) for each in one.rules)
        known = {rule.id for rule in rules}
        for each in one.exceptions:
            if unknown := set(each.rules) - known:
                raise DatedTextError(f"exception {each.id}: no rule {sorted(unknown)}")
        exemptions = tuple(_exemption(each, laws) for each in one.exceptions)
        versions.append(Wording(span, one.source, rules, exemptions))
    return tuple(versions)


def _compiled(pattern: str, owner: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise DatedTextError(f"{owner}: {pattern}: {error}") from error


def _maybe(pattern: str | None, owner: str) -> re.Pattern[str] | None:
    return _compiled(pattern, owner) if pattern else None


def _laws(keys: list[str], laws: dict[str, Law], owner: str) -> tuple[Law, ...]:
    missing = [key for key in keys if key not in laws]
    if missing:
        raise DatedTextError(f"{owner}: no law {missing}")
    return tuple(laws[key] for key in keys)


def _rule(shape: RuleShape, laws: dict[str, Law]) -> Rule:
    phrases = tuple(Phrase(_compiled(each.find, shape.id), each.instead) for each in shape.find)
    if any(phrase.find.search("") for phrase in phrases):
        raise DatedTextError(f"{shape.id}: a pattern finds the empty text")
    return Rule(
        shape.id,
        shape.kind,
        shape.grade,
        _laws(shape.laws, laws, shape.id),
        shape.suggestion.words,
        phrases,
        _maybe(shape.unless_before, shape.id),
        _maybe(shape.unless_after, shape.id),
        _maybe(shape.needs, shape.id),
    )


def _exemption(shape: ExemptionShape, laws: dict[str, Law]) -> Exemption:
    return Exemption(
        shape.id,
        frozenset(shape.rules),
        shape.words,
        _compiled(shape.when, shape.id),
        shape.age_max,
        shape.grade,
        _laws(shape.laws, laws, shape.id),
        shape.note.words,
    )
