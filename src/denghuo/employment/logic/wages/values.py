"""What a wage is, and the dated text that turns an hour or a day into a month."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from denghuo.kernel.period import Period

Basis = Literal["hour", "day", "week", "month", "year", "piece"]
Outcome = Literal["understood", "open", "by_piece", "not_understood"]
Why = Literal[
    "",
    "empty",
    "no_amount",
    "period_not_stated",
    "high_below_low",
    "out_of_range",
    "other_currency",
    "too_long",
]
Assumed = Literal["month", "year", "days_a_month", "hours_a_month", "first_of_several"]


@dataclass(frozen=True, slots=True)
class WageText:
    """How many days and hours a month is taken to have where a post does not say.

    ``days_a_month`` is exact (21.75). ``month_fen_min`` and ``month_fen_max`` bound what is
    believed at all: outside them a unit was forgotten or a digit doubled.
    """

    span: Period
    days_a_month: Fraction
    hours_a_day: Fraction
    weeks_a_month: Fraction
    one_day_off_days: Fraction
    month_fen_min: int
    month_fen_max: int
    source: str

    @property
    def hours_a_month(self) -> Fraction:
        """174 where a month has 21.75 days of 8 hours."""
        return self.days_a_month * self.hours_a_day


@dataclass(frozen=True, slots=True)
class Wage:
    """What a post says it pays.

    ``low_fen`` and ``high_fen`` are a month's; None where the post leaves that end open.
    ``basis`` is the period the post wrote in. ``piece_fen`` is pay for one piece, never turned
    into a month. ``base_fen`` is the fixed part where commission comes on top. ``pays_a_year``
    counts monthly pays (13薪). ``words`` is the part of the text the sum was read from.
    """

    outcome: Outcome
    low_fen: int | None = None
    high_fen: int | None = None
    basis: Basis | None = None
    base_fen: int | None = None
    piece_fen: int | None = None
    pays_a_year: int = 12
    commission: bool = False
    after_tax: bool = False
    about: bool = False
    assumed: tuple[Assumed, ...] = ()
    why: Why = ""
    words: str = ""

    @property
    def year_low_fen(self) -> int | None:
        """The lower end over a year, thirteenth pay and all."""
        return None if self.low_fen is None else self.low_fen * self.pays_a_year
