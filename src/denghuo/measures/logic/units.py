"""What a measure is counted in, and how a figure is said.

A figure is one integer: rows, distinct subjects, fen, or a rate in hundredths of a per cent.
Person-times and persons are two units, never one with two meanings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from denghuo.kernel.counted import Counted
from denghuo.kernel.money import Money, NotMoneyError, round_half_up
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.wording import gettext_noop as _

Basis = Literal["rows", "subjects", "amount", "rate"]
HUNDREDTHS = 100
RATE_WHOLE = 100 * HUNDREDTHS
_RATE = re.compile(r"(?P<whole>\d{1,6})(?:\.(?P<part>\d{1,2}))?\s*[%％]?")
_NUMBER = re.compile(r"\d{1,15}|\d{1,3}(?:,\d{3}){1,4}")
_YUAN_PER_WAN = 10_000


class NotFigureError(RefusalError):
    """The text is not a figure of this unit."""

    code = "measures.not_figure"
    template = "“{text}”读不成数，单位是“{unit}”。"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit by its code. ``other`` is the unit of the same rows counted the other way."""

    code: str
    word: str
    basis: Basis
    other: str = ""


UNITS = {
    unit.code: unit
    for unit in (
        Unit("persons", _("人"), "subjects", "person_times"),
        Unit("person_times", _("人次"), "rows", "persons"),
        Unit("firms", _("户"), "subjects", "firm_times"),
        Unit("firm_times", _("户次"), "rows", "firms"),
        Unit("cases", _("件"), "rows"),
        Unit("posts", _("个"), "rows"),
        Unit("fairs", _("场"), "rows"),
        Unit("teams", _("支"), "rows"),
        Unit("stations", _("个"), "rows"),
        Unit("messages", _("条"), "rows"),
        Unit("runs", _("次"), "rows"),
        Unit("fen", _("元"), "amount"),
        Unit("rate", "%", "rate"),
    )
}


def figure_of(counted: Counted, unit: Unit) -> int | None:
    """The figure in this unit. A rate of nothing is no rate: None."""
    if unit.basis == "rows":
        return counted.rows
    if unit.basis == "subjects":
        return counted.subjects
    if unit.basis == "amount":
        return counted.amount_fen
    return rate_of(counted.met, counted.rows)


def rate_of(part: int, whole: int) -> int | None:
    """``part`` of ``whole`` in hundredths of a per cent, rounded half up."""
    return round_half_up(part * RATE_WHOLE, whole) if whole else None


def read_figure(text: str, unit: Unit) -> int:
    """``67,100``, ``5.5%``, ``1180000000.00`` (yuan) as one integer. Raises ``NotFigureError``."""
    stripped = text.strip()
    if unit.basis == "amount":
        try:
            return Money.from_yuan_text(stripped).fen
        except NotMoneyError:
            raise NotFigureError(text=text[:40], unit=unit.word) from None
    pattern = _RATE if unit.basis == "rate" else _NUMBER
    found = pattern.fullmatch(stripped) if stripped.isascii() or "％" in stripped else None
    if not found:
        raise NotFigureError(text=text[:40], unit=unit.word)
    if unit.basis == "rate":
        return int(found["whole"]) * HUNDREDTHS + int((found["part"] or "").ljust(2, "0"))
    return int(stripped.replace(",", ""))


def figure_text(value: int, unit: Unit) -> str:
    """The figure without its unit: ``67,100``, ``5.5``, ``77,600.00``."""
    if unit.basis == "amount":
        return Money(value).yuan_text
    if unit.basis == "rate":
        whole, part = divmod(value, HUNDREDTHS)
        return f"{whole}.{part:02d}".rstrip("0").rstrip(".")
    return f"{value:,}"


def large_text(value: int, unit: Unit) -> tuple[str, str]:
    """The figure and its unit for a tile: from 100,000 yuan in 万元, from a milliard in 亿元; cut,
    not rounded up, so that a tile never shows more than there is."""
    if unit.basis != "amount":
        return figure_text(value, unit), unit.word
    yuan = value // 100
    for size, word in ((_YUAN_PER_WAN * _YUAN_PER_WAN, _("亿元")), (_YUAN_PER_WAN, _("万元"))):
        if yuan >= size * 10:
            hundredths = yuan * HUNDREDTHS // size
            whole, part = divmod(hundredths, HUNDREDTHS)
            return f"{whole:,}.{part:02d}", word
    return figure_text(value, unit), unit.word


def chart_value(value: int, unit: Unit) -> float:
    """The figure as a chart draws it: yuan, per cent, or the number itself."""
    return value / HUNDREDTHS if unit.basis in ("amount", "rate") else value
