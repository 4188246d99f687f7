"""The place somebody's words name: one, several to choose from, or none."""

from __future__ import annotations

from collections.abc import Sequence

from denghuo.employment.logic.localities import SHORT_NAMES
from denghuo.places.public import DivisionView, search_divisions

OFFERED_MAX = 8


def places_named(words: str, levels: Sequence[str]) -> tuple[DivisionView, ...]:
    """Divisions in force that the words may mean, nearest first, at most eight.

    A name that is exactly the words is alone, if it is the only one of that name.
    """
    plain = " ".join(SHORT_NAMES.get(one, one) for one in words.split())
    found = [
        one
        for one in search_divisions(plain, limit=50)
        if one.level in levels and one.point is not None
    ]
    last = plain.split()[-1:] or [""]
    exact = [one for one in found if one.name == last[0] or one.full_name == plain]
    return tuple(exact if len(exact) == 1 else found[:OFFERED_MAX])
