"""What the model learns from: names in the classification, coded titles, and reviews by staff."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from denghuo.employment.logic.occupations.table import OccupationTable
from denghuo.employment.logic.occupations.titles import title_core

WEIGHT_ALIAS = 0.3
WEIGHT_REVIEW = 2.0


@dataclass(frozen=True, slots=True)
class Example:
    """A title and its code. The weight says how much it counts beside a coded title (1)."""

    title: str
    code: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Review:
    """What a member of staff decided about one title."""

    title: str
    code: str
    at: datetime


def examples_of_table(table: OccupationTable) -> list[Example]:
    """Every name and other name of every 细类."""
    return [
        Example(alias, one.code, WEIGHT_ALIAS)
        for one in table.by_code.values()
        if one.fine
        for alias in one.aliases
    ]


def _newest(reviews: Iterable[Review]) -> list[Review]:
    """Of each title as written the newest review."""
    held: dict[str, Review] = {}
    for review in sorted(reviews, key=lambda one: (one.at, one.code)):
        held[review.title] = review
    return list(held.values())


def examples_of_reviews(reviews: Iterable[Review], table: OccupationTable) -> list[Example]:
    """Reviews as examples; a later one of the same title takes the earlier one's place.

    Raises ``UnknownOccupationError`` for a code the table lacks.
    """
    return [
        Example(one.title, table.find(one.code).code, WEIGHT_REVIEW) for one in _newest(reviews)
    ]


def remembered(reviews: Iterable[Review]) -> dict[str, str]:
    """The work in a title to the code staff gave it, where they gave but one.

    So a decision holds from the next post on, before the model is trained again.
    """
    codes: dict[str, set[str]] = {}
    for one in _newest(reviews):
        codes.setdefault(title_core(one.title), set()).add(one.code)
    return {core: next(iter(held)) for core, held in codes.items() if len(held) == 1}
