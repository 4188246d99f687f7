"""What a row's word does to what is held: the same question before and while it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from denghuo.benefits.logic.targets import SubjectKind
from denghuo.kernel.masking import mask_id_number, mask_middle

Effect = Literal["new", "changed", "renewed", "unchanged", "newer_held"]
EFFECTS: tuple[Effect, ...] = ("new", "changed", "renewed", "unchanged", "newer_held")
Strict = bool | int | str | None
_PERSONAL = re.compile(r"(?<![0-9A-Za-z])(\d{17}[\dXx]|\d{15}|1\d{10})(?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Word:
    """A value in the registry's strict form, who says it, and for which day; ``own`` is the
    subject's own word, not an office's."""

    value: Strict
    source: str
    observed_on: date | None
    own: bool = False


def effect_of(held: Word | None, told: Word) -> Effect:
    """``newer_held``: a later day was told of before, and an older file does not overwrite it.

    What subjects typed of themselves gives way to an office's word. The same value for a later
    day renews it: it may not be too old any more. The same office correcting itself for the same
    day is believed.
    """
    if held is None:
        return "new"
    later_held = not held.own and _is_later(held.observed_on, told.observed_on)
    if held.value == told.value and type(held.value) is type(told.value):
        same = (held.source, held.observed_on) == (told.source, told.observed_on)
        return "unchanged" if same or later_held else "renewed"
    return "newer_held" if later_held else "changed"


def _is_later(one: date | None, other: date | None) -> bool:
    return one is not None and (other is None or one > other)


def is_written(effect: Effect) -> bool:
    """Whether the word becomes the current one."""
    return effect in ("new", "changed", "renewed")


def masked_cell(text: str | None, *, is_key: bool, subject: SubjectKind) -> str:
    """A cell as it may stand in a list of errors: enough to find it again, no identity number.

    A firm's code is public and stays; whatever looks like an identity number or a phone does not.
    """
    shown = (text or "")[:40]
    if is_key and subject == "firm":
        return shown
    if is_key:
        return mask_id_number(shown)
    return _PERSONAL.sub(lambda found: mask_middle(found[0], keep_start=3, keep_end=4), shown)
