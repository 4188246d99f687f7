"""Division codes: 12 digits, two for the province, two for the league, two for the banner,
three for the township, three for the village (GB/T 2260 and GB/T 10114)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from denghuo.kernel.refusal import RefusalError

Level = Literal["province", "league", "banner", "township", "village"]
LEVELS: tuple[Level, ...] = ("province", "league", "banner", "township", "village")
_SIGNIFICANT_DIGITS: dict[Level, int] = {
    "province": 2,
    "league": 4,
    "banner": 6,
    "township": 9,
    "village": 12,
}
CODE_LENGTH = 12
_CODE = re.compile(r"\d{12}|\d{6}|\d{9}|\d{2}|\d{4}")


class NotRegionCodeError(RefusalError):
    """The text is not a division code."""

    code = "kernel.not_region_code"
    template = "“{text}”不是行政区划代码。代码是 2、4、6、9 或 12 位数字。"


@dataclass(frozen=True, order=True, slots=True)
class Region:
    """One division by its full 12-digit code. ``Region.read("150102")`` fills the zeros."""

    code: str

    @classmethod
    def read(cls, text: str) -> Region:
        """Read a 2, 4, 6, 9 or 12-digit code. Raises ``NotRegionCodeError``."""
        if not (text.isascii() and _CODE.fullmatch(text)) or text.startswith("00"):
            raise NotRegionCodeError(text=text[:40])
        return cls(text.ljust(CODE_LENGTH, "0"))

    @property
    def level(self) -> Level:
        """The finest level whose digits are not all zero."""
        return _level_of(self.code)

    @property
    def prefix(self) -> str:
        """The significant digits: every code inside this division starts with them."""
        return self.code[: _SIGNIFICANT_DIGITS[self.level]]

    @property
    def parent(self) -> Region | None:
        """The division one level up, or None for a province."""
        at = LEVELS.index(self.level)
        if at == 0:
            return None
        return Region(self.code[: _SIGNIFICANT_DIGITS[LEVELS[at - 1]]].ljust(CODE_LENGTH, "0"))

    def contains(self, other: Region) -> bool:
        """True if ``other`` is this division or lies inside it."""
        return other.code.startswith(self.prefix)


@lru_cache(maxsize=2**15)  # the region has some twelve thousand divisions, asked for all day long
def _level_of(code: str) -> Level:
    for level in reversed(LEVELS[1:]):
        above = LEVELS[LEVELS.index(level) - 1]
        if code[_SIGNIFICANT_DIGITS[above] : _SIGNIFICANT_DIGITS[level]].strip("0"):
            return level
    return "province"
