"""The door of the measures room: what other floors may import."""

from __future__ import annotations

from denghuo.measures.actions.errands import count_new_errands
from denghuo.measures.logic.definition import MeasureDefinition, Target
from denghuo.measures.queries.figures import Figure, Tile, tile
from denghuo.measures.queries.library import measures

__all__ = [
    "Figure",
    "MeasureDefinition",
    "Target",
    "Tile",
    "count_new_errands",
    "measures",
    "tile",
]
