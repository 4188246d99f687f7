"""Money is an integer number of fen (分); there is no other money in this house."""

from __future__ import annotations

import re
from dataclasses import dataclass

from denghuo.kernel.refusal import RefusalError

FEN_PER_YUAN = 100
_YUAN_TEXT = re.compile(
    r"(?P<sign>-?)(?P<yuan>\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.(?P<fen>\d{1,2}))?"
)


class NotMoneyError(RefusalError):
    """The text is not an amount in yuan with at most two decimals."""

    code = "kernel.not_money"
    template = "“{text}”不是金额。请写成 1234.50 这样，最多两位小数。"


def round_half_up(numerator: int, denominator: int) -> int:
    """Divide exactly and round half away from zero, the way fen are rounded in law texts.

    Raises ``ZeroDivisionError`` for a zero denominator.
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((-2 * numerator + denominator) // (2 * denominator))


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount in fen. ``Money(11_184_000)`` is 111,840.00 yuan."""

    fen: int

    @classmethod
    def from_yuan_text(cls, text: str) -> Money:
        """Read ``111,840.00`` or ``111840`` (yuan). Raises ``NotMoneyError``."""
        found = _YUAN_TEXT.fullmatch(text.strip()) if text.isascii() else None
        if not found:
            raise NotMoneyError(text=text[:40])
        yuan = int(found["yuan"].replace(",", ""))
        fen = int((found["fen"] or "").ljust(2, "0"))
        amount = yuan * FEN_PER_YUAN + fen
        return cls(-amount if found["sign"] else amount)

    def __add__(self, other: Money) -> Money:
        return Money(self.fen + other.fen)

    def __sub__(self, other: Money) -> Money:
        return Money(self.fen - other.fen)

    def __neg__(self) -> Money:
        return Money(-self.fen)

    def times(self, numerator: int, denominator: int = 1) -> Money:
        """Multiply by a fraction, rounding half up to whole fen."""
        return Money(round_half_up(self.fen * numerator, denominator))

    @property
    def yuan_text(self) -> str:
        """``111,840.00``, always two decimals, thousands apart."""
        sign = "-" if self.fen < 0 else ""
        yuan, fen = divmod(abs(self.fen), FEN_PER_YUAN)
        return f"{sign}{yuan:,}.{fen:02d}"

    def __str__(self) -> str:
        return f"{self.yuan_text} 元"
