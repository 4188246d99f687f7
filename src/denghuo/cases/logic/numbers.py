"""The number a person reads over the phone: ``JN-2026-0000012-5``.

Prefix of the item, year, serial without gaps, and one check digit by Damm's table, which finds
every single wrong digit and every two neighbours changed about.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from denghuo.kernel.refusal import RefusalError

SERIAL_DIGITS = 7
SERIAL_MAX = 10**SERIAL_DIGITS - 1
_SHAPE = re.compile(r"([A-Z]{2})-?([0-9]{4})-?([0-9]{7})-?([0-9])")
# H. M. Damm, 2004: a totally anti-symmetric quasigroup of order ten.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


class NotCaseNumberError(RefusalError):
    """The text is no case number, or one digit of it is wrong."""

    code = "cases.not_case_number"
    template = "“{text}”不是办件编号。请对照回执再看一遍，可能有一个数字写错了。"


@dataclass(frozen=True, order=True, slots=True)
class CaseNumber:
    """One number, taken apart."""

    prefix: str
    year: int
    serial: int

    @classmethod
    def read(cls, text: str) -> CaseNumber:
        """Read what a person types: any width, any case, with or without dashes and blanks.

        Raises ``NotCaseNumberError``.
        """
        plain = unicodedata.normalize("NFKC", text).upper()
        plain = "".join(plain.split()).replace("—", "-").replace("–", "-")
        found = _SHAPE.fullmatch(plain)
        if not found:
            raise NotCaseNumberError(text=text[:30])
        number = cls(found[1], int(found[2]), int(found[3]))
        if check_digit(number) != int(found[4]) or number.serial == 0:
            raise NotCaseNumberError(text=text[:30])
        return number

    def __str__(self) -> str:
        return number_text(self.prefix, self.year, self.serial)


def number_text(prefix: str, year: int, serial: int) -> str:
    """The number as it is printed. Raises ``ValueError`` past the last serial of a year."""
    if not 1 <= serial <= SERIAL_MAX:
        raise ValueError(f"a year has at most {SERIAL_MAX} cases of an item, not {serial}")
    body = f"{year:04d}{serial:07d}"
    return f"{prefix}-{year:04d}-{serial:07d}-{_damm(prefix, body)}"


def check_digit(number: CaseNumber) -> int:
    """Damm's digit over the letters (A=10 … Z=35), the year and the serial."""
    return _damm(number.prefix, f"{number.year:04d}{number.serial:07d}")


def _damm(prefix: str, digits: str) -> int:
    interim = 0
    for digit in "".join(str(ord(letter) - ord("A") + 10) for letter in prefix) + digits:
        interim = _DAMM[interim][ord(digit) - 48]
    return interim
