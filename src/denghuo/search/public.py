"""The door of the search room: put up a shelf, tell what changed, ask."""

from __future__ import annotations

from denghuo.search.actions.changing import note_changes
from denghuo.search.logic.answering import answer
from denghuo.search.logic.grams import normal
from denghuo.search.logic.understanding import TEXT_LENGTH_MAX, understand
from denghuo.search.logic.values import (
    NOTHING_ELSE,
    Alternatives,
    Entry,
    Found,
    Hit,
    Near,
    Point,
    Question,
    Shape,
    Sort,
    Word,
)
from denghuo.search.queries.registered import put_up_shelf
from denghuo.search.queries.standing import (
    Compared,
    ShelfNotReadyError,
    build_shelf,
    compare_shelf,
    forget_standing,
    shelf_now,
)

__all__ = [
    "NOTHING_ELSE",
    "TEXT_LENGTH_MAX",
    "Alternatives",
    "Compared",
    "Entry",
    "Found",
    "Hit",
    "Near",
    "Point",
    "Question",
    "Shape",
    "ShelfNotReadyError",
    "Sort",
    "Word",
    "answer",
    "build_shelf",
    "compare_shelf",
    "forget_standing",
    "normal",
    "note_changes",
    "put_up_shelf",
    "shelf_now",
    "understand",
]
