"""Wording: words in a post that the law forbids, where they stand, and what to write instead.

``values`` holds what is found, ``text`` reads the dated rules, ``reading`` finds and rewrites.
"""

from denghuo.employment.logic.wording.reading import check_wording, reworded
from denghuo.employment.logic.wording.text import load_wording
from denghuo.employment.logic.wording.values import Finding, Grade, Kind, Law, Wording

__all__ = [
    "Finding",
    "Grade",
    "Kind",
    "Law",
    "Wording",
    "check_wording",
    "load_wording",
    "reworded",
]
