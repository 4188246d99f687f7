"""The second door: exact lists, live lists, assignment. Imports the compiler of the kernels."""

from __future__ import annotations

from denghuo.matching.engines.assignment import (
    Assignment,
    assign_best_total,
    assign_largest,
    assign_stable,
    choices_of,
    compare,
    spread,
)
from denghuo.matching.engines.lists import Lists, Ranked
from denghuo.matching.engines.live import LiveLists
from denghuo.matching.logic.assignment import Choices, Exposure, Figures, exposure

__all__ = [
    "Assignment",
    "Choices",
    "Exposure",
    "Figures",
    "Lists",
    "LiveLists",
    "Ranked",
    "assign_best_total",
    "assign_largest",
    "assign_stable",
    "choices_of",
    "compare",
    "exposure",
    "spread",
]
