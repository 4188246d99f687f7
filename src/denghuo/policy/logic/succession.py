"""Which word on a fact stands when another comes: whose it is, and of which day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import NamedTuple

from denghuo.kernel.subject import SubjectKind

# What the subject said, not an office: theirs to change, and never above an office's word.
OWN_SOURCES: Mapping[SubjectKind, str] = {"person": "本人填报", "firm": "单位填报"}
OWN_WORDS = frozenset(OWN_SOURCES.values())


class Word(NamedTuple):
    """What one source says of one fact: the value as held, whose word, for which day.

    ``usable``: an evaluator could read it today (there, within bounds, not too old).
    """

    value: bool | int | str | None
    source: str
    observed_on: date | None
    usable: bool


class Fate(Enum):
    """What becomes of a word that comes while another is held."""

    CURRENT = "current"
    """It takes the held one's place."""
    SAME = "same"
    """It says what is held already."""
    OLDER = "older"
    """Its source has spoken since of a later day: it is history from the start."""
    OUTRANKED = "outranked"
    """The subject's own word, and an office has said it: that is disputed, not overwritten."""


def fate(word: Word, held: Word | None) -> Fate:
    """The fate of ``word`` beside what is held (None: nothing)."""
    if held is None:
        return Fate.CURRENT
    if word[:3] == held[:3]:
        return Fate.SAME
    if word.source in OWN_WORDS and held.source not in OWN_WORDS and held.usable:
        return Fate.OUTRANKED
    if word.source == held.source and _is_earlier(word.observed_on, held.observed_on):
        return Fate.OLDER
    return Fate.CURRENT


def _is_earlier(day: date | None, held: date | None) -> bool:
    """A word that names no day speaks of the day it came."""
    return day is not None and held is not None and day < held
