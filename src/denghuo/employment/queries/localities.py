"""The table of place names, through the door of the places room."""

from __future__ import annotations

from collections.abc import Iterator

from denghuo.employment.logic.localities import PlaceTable, place_table
from denghuo.kernel.region import Level
from denghuo.places.public import divisions_of_level, history_of

LEVELS_WITH_HISTORY: tuple[Level, ...] = ("league", "banner")
LEVELS_NAMED: tuple[Level, ...] = ("province", *LEVELS_WITH_HISTORY, "township")


def region_places() -> PlaceTable:
    """Names in force and former names. Read it once for a feed: it asks for every history."""
    named = [(view.code, view.name) for level in LEVELS_NAMED for view in divisions_of_level(level)]
    return place_table(named, _former_names())


def _former_names() -> Iterator[tuple[str, str]]:
    for level in LEVELS_WITH_HISTORY:
        for view in divisions_of_level(level):
            for change in history_of(view.code):
                if change.old is not None and change.old.name != view.name:
                    yield change.old.name, view.code
