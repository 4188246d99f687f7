"""The door of the measures room: what other floors may import."""

from __future__ import annotations

from denghuo.measures.actions.errands import count_new_errands
from denghuo.measures.actions.snapshots import freeze_measure
from denghuo.measures.actions.statistics import apply_statistics, preview_statistics
from denghuo.measures.logic.definition import MeasureDefinition, Target
from denghuo.measures.queries.errands import errand_sums
from denghuo.measures.queries.figures import Figure, Tile, tile
from denghuo.measures.queries.library import MeasureNotFoundError, measure, measures

__all__ = [
    "Figure",
    "MeasureDefinition",
    "MeasureNotFoundError",
    "Target",
    "Tile",
    "apply_statistics",
    "count_new_errands",
    "errand_sums",
    "freeze_measure",
    "measure",
    "measures",
    "preview_statistics",
    "tile",
]
