"""How somebody likes to read: language, type size, theme. What they never chose is the device's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Elder mode's body type in CSS pixels: 18 is the least the national rule allows, 30 the most.
ELDER_SIZES: Final = (18, 22, 26, 30)
ELDER_FIRST: Final = 22
THEMES: Final = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a person chose. None was never chosen; an ``elder_size`` of 0 is elder mode off."""

    language: str | None = None
    elder_size: int | None = None
    theme: str | None = None

    def __post_init__(self) -> None:
        if self.elder_size not in (None, 0, *ELDER_SIZES):
            raise ValueError(f"no type size of ours: {self.elder_size}")
        if self.theme not in (None, *THEMES):
            raise ValueError(f"no theme of ours: {self.theme}")
