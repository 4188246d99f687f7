"""The words people have for works, read from the classification and the coded titles once."""

from __future__ import annotations

from functools import cache

from denghuo.employment.logic.occupations.asking import (
    OccupationWords,
    Suggestions,
    occupation_words,
)
from denghuo.employment.queries.occupations import coded_titles, occupation_table


@cache
def _words() -> OccupationWords:
    titles = [(one.title, one.code) for one in coded_titles()]
    return occupation_words(occupation_table(), titles)


def suggest_occupations(words: str) -> Suggestions:
    """What a person may mean by a work, best first. Raises ``OccupationsMissingError``."""
    return _words().suggest(words)


def occupation_names(codes: list[str]) -> dict[str, str]:
    """Code to name; codes nobody has are left out."""
    table = occupation_table().by_code
    return {code: table[code].name for code in codes if code in table}
