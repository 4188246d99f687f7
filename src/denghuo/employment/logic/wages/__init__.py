"""Wages: what a post says it pays, as fen a month.

``values`` holds what a wage is, ``amounts`` finds sums and their periods in a text, ``reading``
chooses among them and turns them into months, ``writing`` writes a wage as one line.
"""

from denghuo.employment.logic.wages.reading import read_wage
from denghuo.employment.logic.wages.text import load_wage_texts
from denghuo.employment.logic.wages.values import Basis, Outcome, Wage, WageText, Why
from denghuo.employment.logic.wages.writing import wage_line, why_sentence

__all__ = [
    "Basis",
    "Outcome",
    "Wage",
    "WageText",
    "Why",
    "load_wage_texts",
    "read_wage",
    "wage_line",
    "why_sentence",
]
