"""The dated text of a month's days and hours, read from the library."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import Field

from denghuo.employment.logic.dated import VersionShape, read_versions
from denghuo.employment.logic.wages.values import WageText
from denghuo.kernel.money import FEN_PER_YUAN

Exact = Annotated[str, Field(pattern=r"^\d{1,2}(\.\d{1,3})?$")]
Yuan = Annotated[int, Field(ge=1, le=100_000_000)]


class WageShape(VersionShape):
    """Figures as exact decimals in quotes: 21.75 is 87/4, not a float near it."""

    days_a_month: Exact
    hours_a_day: Exact
    weeks_a_month: Exact
    one_day_off_days: Exact
    month_yuan_min: Yuan
    month_yuan_max: Yuan


def load_wage_texts(text: str) -> tuple[WageText, ...]:
    """All versions, oldest first. Raises ``DatedTextError``."""
    return tuple(
        WageText(
            span=span,
            days_a_month=Fraction(one.days_a_month),
            hours_a_day=Fraction(one.hours_a_day),
            weeks_a_month=Fraction(one.weeks_a_month),
            one_day_off_days=Fraction(one.one_day_off_days),
            month_fen_min=one.month_yuan_min * FEN_PER_YUAN,
            month_fen_max=one.month_yuan_max * FEN_PER_YUAN,
            source=one.source,
        )
        for span, one in read_versions(text, WageShape)
    )
