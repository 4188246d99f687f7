"""Resident identity number (公民身份号码), GB 11643-1999.

Checked by our own code: length, seventeen digits, a real date, the mod-11 check digit. The
area segment is a warning and never a refusal: county codes change, residence permits of
Hong Kong, Macao and Taiwan start with 81, 82, 83, and permanent-residence numbers with 9
(services facts: common libraries crash on, or deny, such numbers of real people).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from denghuo.kernel.masking import mask_id_number
from denghuo.kernel.refusal import RefusalError

LENGTH = 18
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_KNOWN_PROVINCES = frozenset(
    f"{number}"
    for block in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for number in range(block[0], block[1] + 1)
)
_OLDEST_YEAR = 1850


class NotIdNumberError(RefusalError):
    """The text is not an identity number; ``why`` says which part."""

    code = "kernel.not_id_number"
    template = "身份证号有误：{why}。请对照证件再看一遍。"


def check_character(seventeen: str) -> str:
    """The eighteenth character for seventeen ASCII digits (ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, seventeen, strict=True))
    return _CHECK_CHARACTERS[total % 11]


@dataclass(frozen=True, slots=True, repr=False)
class IdNumber:
    """A checked number, NFKC-normalised and upper-cased: the only form that is stored.

    ``repr`` and ``str`` show the masked form, so a log line or a traceback leaks nothing;
    the number itself is ``text``.
    """

    text: str

    @classmethod
    def read(cls, raw: str) -> IdNumber:
        """Normalise and check. Raises ``NotIdNumberError``."""
        text = unicodedata.normalize("NFKC", raw).strip().upper()
        if len(text) != LENGTH:
            raise NotIdNumberError(why=f"应为 18 位，现在是 {len(text)} 位")
        body, last = text[:17], text[17]
        if not (body.isascii() and body.isdigit()) or last not in _CHECK_CHARACTERS:
            raise NotIdNumberError(why="前 17 位应为数字，最后一位是数字或 X")
        try:
            born_on = date(int(body[6:10]), int(body[10:12]), int(body[12:14]))
        except ValueError:
            raise NotIdNumberError(why="出生日期不存在") from None
        if born_on.year < _OLDEST_YEAR:
            raise NotIdNumberError(why="出生年份太早")
        if check_character(body) != last:
            raise NotIdNumberError(why="最后一位校验不符，可能有一位抄错")
        return cls(text)

    @property
    def born_on(self) -> date:
        """Date of birth."""
        return date(int(self.text[6:10]), int(self.text[10:12]), int(self.text[12:14]))

    @property
    def sex(self) -> Literal["female", "male"]:
        """From the parity of the seventeenth digit."""
        return "male" if int(self.text[16]) % 2 else "female"

    @property
    def area_code(self) -> str:
        """The six-digit division where the number was first issued; may be long abolished."""
        return self.text[:6]

    @property
    def area_is_unusual(self) -> bool:
        """A warning for staff, never a refusal: the province part is none we know."""
        return self.text[:2] not in _KNOWN_PROVINCES

    @property
    def masked(self) -> str:
        """``150102********1234``."""
        return mask_id_number(self.text)

    def age_on(self, day: date) -> int:
        """Completed years on ``day``; a leap-day birthday counts from 1 March (civil code)."""
        had_birthday = (day.month, day.day) >= (self.born_on.month, self.born_on.day)
        return day.year - self.born_on.year - (0 if had_birthday else 1)

    def __repr__(self) -> str:
        return f"IdNumber({self.masked})"

    __str__ = __repr__
