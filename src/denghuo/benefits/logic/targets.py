"""What a column of another office's file may become: a registered fact, the key, a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Kind = Literal["bool", "int", "money", "decimal", "date", "code"]
SubjectKind = Literal["firm", "person"]
How = Literal[
    "uscc", "id_number", "text", "yes_no", "integer", "yuan", "wan_yuan", "fen",
    "number", "percent", "fraction", "date", "code",
]  # fmt: skip

# Not facts, but columns that a file of facts has all the same.
ENTITY = "@entity"
OBSERVED_ON = "@observed_on"
NAME = "@name"
DIVISION = "@division"

HOWS: Mapping[Kind, tuple[How, ...]] = {
    "bool": ("yes_no",),
    "int": ("integer",),
    "money": ("yuan", "wan_yuan", "fen"),
    "decimal": ("number", "percent", "fraction"),
    "date": ("date",),
    "code": ("code",),
}


@dataclass(frozen=True, slots=True)
class Target:
    """A fact as its declaration says it: the bounds as held (fen, unscaled decimals, days)."""

    name: str
    label: str
    kind: Kind
    subject: SubjectKind
    source: str = ""
    unit: str = ""
    scale: int = 0
    low: int | date | None = None
    high: int | date | None = None
    values: Mapping[str, str] = field(default_factory=dict)


def special_targets(subject: SubjectKind) -> tuple[str, ...]:
    """The targets that are no facts; a firm's name and division serve its registration."""
    return (ENTITY, OBSERVED_ON, NAME, DIVISION) if subject == "firm" else (ENTITY, OBSERVED_ON)


def hows_of(target: str, targets: Mapping[str, Target], subject: SubjectKind) -> tuple[How, ...]:
    """The ways in which a column may be read for this target; the first is the usual one."""
    if target == ENTITY:
        return ("uscc",) if subject == "firm" else ("id_number",)
    if target == OBSERVED_ON:
        return ("date",)
    if target in (NAME, DIVISION):
        return ("text",)
    return HOWS[targets[target].kind]
