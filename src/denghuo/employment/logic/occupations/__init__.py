"""Occupations: a title as people write it, coded to the national classification of 2022.

``table`` holds the classification, ``titles`` takes from a title what is no work, ``grams`` cuts
it into features, ``training`` fits one linear model to titles somebody coded, ``coder`` codes with
it as deep as it is sure, ``examples`` says what a review teaches.
"""

from denghuo.employment.logic.occupations.coder import Coder, Coding, coding_of_review
from denghuo.employment.logic.occupations.examples import (
    Example,
    Review,
    examples_of_reviews,
    examples_of_table,
    remembered,
)
from denghuo.employment.logic.occupations.table import (
    Occupation,
    OccupationTable,
    read_examples,
    read_table,
)
from denghuo.employment.logic.occupations.titles import title_core
from denghuo.employment.logic.occupations.training import Fit, train

__all__ = [
    "Coder",
    "Coding",
    "Example",
    "Fit",
    "Occupation",
    "OccupationTable",
    "Review",
    "coding_of_review",
    "examples_of_reviews",
    "examples_of_table",
    "read_examples",
    "read_table",
    "remembered",
    "title_core",
    "train",
]
