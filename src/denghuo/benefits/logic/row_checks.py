"""What a row's word does to what is held: the same question before and while it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Effect = Literal["new", "changed", "renewed", "unchanged", "newer_held"]
EFFECTS: tuple[Effect, ...] = ("new", "changed", "renewed", "unchanged", "newer_held")
Strict = bool | int | str | None


@dataclass(frozen=True, slots=True)
class Word:
    """A value in the registry's strict form, who says it, and for which day."""

    value: Strict
    source: str
    observed_on: date | None


def effect_of(held: Word | None, told: Word) -> Effect:
    """``newer_held``: a later day was told of before, and an older file does not overwrite it.

    A word without a day (what somebody typed of themselves) gives way to an office's. The same
    value for a later day renews it: it may not be too old any more. The same office correcting
    itself for the same day is believed.
    """
    if held is None:
        return "new"
    if held.value == told.value and type(held.value) is type(told.value):
        same = (held.source, held.observed_on) == (told.source, told.observed_on)
        older = _is_later(held.observed_on, told.observed_on)
        return "unchanged" if same or older else "renewed"
    return "newer_held" if _is_later(held.observed_on, told.observed_on) else "changed"


def _is_later(one: date | None, other: date | None) -> bool:
    return one is not None and (other is None or one > other)


def is_written(effect: Effect) -> bool:
    """Whether the word becomes the current one."""
    return effect in ("new", "changed", "renewed")
