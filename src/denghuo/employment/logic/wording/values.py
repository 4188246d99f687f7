"""What the rules of wording are made of, and what is found by them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from denghuo.kernel.period import Period
from denghuo.kernel.words import Words

Grade = Literal["forbidden", "caution", "lawful"]
Checked = Literal["text", "facts", "memory"]
Kind = Literal[
    "sex",
    "marriage",
    "age",
    "minors",
    "ethnicity",
    "religion",
    "origin",
    "health",
    "disability",
    "party",
    "looks",
]


@dataclass(frozen=True, slots=True)
class Law:
    """A clause, and whether somebody has read it or only remembers it."""

    title: str
    clause: str
    checked: Checked

    def __str__(self) -> str:
        return f"{self.title}{self.clause}"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A way to say it, and what to write in its place (a template of the match)."""

    find: re.Pattern[str]
    instead: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its phrases, what makes them harmless, what must stand elsewhere in the post."""

    id: str
    kind: Kind
    grade: Grade
    laws: tuple[Law, ...]
    suggestion: Words
    phrases: tuple[Phrase, ...]
    unless_before: re.Pattern[str] | None
    unless_after: re.Pattern[str] | None
    needs: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Exemption:
    """Work for which a law allows the wording, or asks a person to look."""

    id: str
    rules: frozenset[str]
    words: str
    when: re.Pattern[str]
    age_max: int | None
    grade: Grade
    laws: tuple[Law, ...]
    note: Words


@dataclass(frozen=True, slots=True)
class Wording:
    """The dated rules."""

    span: Period
    source: str
    rules: tuple[Rule, ...]
    exemptions: tuple[Exemption, ...]


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """Words found. ``start`` and ``end`` are places in the text as it was written.

    ``exemption`` names the rule that allows it or asks for a look, with ``laws`` and
    ``suggestion`` then taken from there. ``instead`` is what to write in its place.
    """

    start: int
    end: int
    rule: str
    kind: Kind
    grade: Grade
    words: str
    instead: str
    laws: tuple[Law, ...]
    suggestion: Words
    exemption: str = ""
