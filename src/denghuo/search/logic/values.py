"""What stands on a shelf, what is asked of it, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

# A number that is not known; smaller than any that is, so that "at least" never holds of it.
UNKNOWN = -(1 << 62)
KEY_LENGTH_MAX = 36
MANY_VALUES_MAX = 63
# What is read of a long text; what stands further down is rarely what somebody looks for.
BODY_LENGTH_MAX = 300
Sort = Literal["fit", "near", "new", "high"]


@dataclass(frozen=True, slots=True)
class Point:
    """WGS-84, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be found.

    ``names`` are words that stand for it beside its title (work, place, who). ``one`` holds
    choices with one value, ``many`` those with several. ``numbers`` holds what is compared;
    ``open_from`` and ``open_until`` (seconds, half-open) are looked at on every question.
    """

    key: str
    title: str
    names: tuple[str, ...] = ()
    body: str = ""
    one: Mapping[str, str] = field(default_factory=dict)
    many: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, int | None] = field(default_factory=dict)
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of a shelf. ``newest`` and ``highest`` name the numbers two orders go by."""

    one: tuple[str, ...]
    many: tuple[str, ...]
    numbers: tuple[str, ...]
    newest: str
    highest: str

    @property
    def columns(self) -> tuple[str, ...]:
        """All numbers that are kept, the period among them."""
        return tuple(dict.fromkeys((*self.numbers, "open_from", "open_until")))


@dataclass(frozen=True, slots=True)
class Near:
    """A place, and how far from it (None: only the order goes by it)."""

    point: Point
    metres_max: int | None = None


@dataclass(frozen=True, slots=True)
class Alternatives:
    """What a word stands for besides itself: other words, and values of choices (by prefix)."""

    words: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()


NOTHING_ELSE = Alternatives()


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is looked for. ``typed`` differs from ``text`` where it was understood."""

    text: str
    typed: str
    also: Alternatives = NOTHING_ELSE


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for.

    ``choices`` are values by prefix (a league's code finds its banners), any of them;
    ``at_least`` is a least number; ``counted`` names the choices whose values are counted,
    ``steps`` the least numbers for which is said how many there would be.
    """

    now: datetime
    words: tuple[Word, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    at_least: Mapping[str, int] = field(default_factory=dict)
    near: Near | None = None
    sort: Sort = "fit"
    offset: int = 0
    limit: int = 20
    counted: tuple[str, ...] = ()
    steps: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry found: its key, its points, and how far it is (None where unknown)."""

    key: str
    score: int
    metres: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """An answer. ``total`` and all counts are exact.

    ``counts`` leaves a choice's own filter aside, so one sees what the other values would give.
    ``partly`` says that no entry has all words and these have some.
    """

    total: int
    hits: tuple[Hit, ...]
    counts: Mapping[str, Mapping[str, int]]
    steps: Mapping[str, Mapping[int, int]]
    partly: bool = False
