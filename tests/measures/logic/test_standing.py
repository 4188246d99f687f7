"""One word for how an actual stands."""

from __future__ import annotations

from datetime import date

import pytest

from denghuo.kernel.period import Period
from denghuo.measures.logic.definition import Better, Target
from denghuo.measures.logic.standing import standing

pytestmark = pytest.mark.no_postgres
YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))
TARGET = Target(YEAR, "150000000000", 365, "assumed", "测试")


def word(
    figure: int | None,
    on: date,
    *,
    target: Target | None = TARGET,
    better: Better = "more",
    adds_up: bool = True,
) -> str:
    return standing(figure, target, on=on, better=better, adds_up=adds_up).stand


def test_what_adds_up_is_held_against_the_calendar() -> None:
    tenth = date(2026, 1, 10)  # ten days are over when it ends
    assert word(10, tenth) == "on_track"
    assert word(9, tenth) == "slower", "nine tenths is slow"
    assert word(8, tenth) == "behind"
    assert word(365, tenth) == "reached"
    assert word(0, tenth) == "behind"


def test_the_last_day_still_runs_and_the_next_is_too_late() -> None:
    assert word(364, date(2026, 12, 31)) == "slower"
    assert word(364, date(2027, 1, 1)) == "missed"
    assert word(365, date(2027, 1, 1)) == "reached"
    assert word(5, date(2025, 12, 31)) == "not_yet"


def test_a_level_is_held_against_the_target_itself() -> None:
    assert word(364, date(2026, 1, 10), adds_up=False) == "missed"
    assert word(365, date(2026, 1, 10), adds_up=False) == "reached"


def test_where_less_is_better() -> None:
    assert word(365, date(2026, 5, 1), better="less", adds_up=False) == "reached"
    assert word(366, date(2026, 5, 1), better="less", adds_up=False) == "missed"


def test_without_figure_or_target() -> None:
    assert word(None, date(2026, 5, 1)) == "no_figure"
    assert word(3, date(2026, 5, 1), target=None) == "no_target"


def test_the_shares_it_was_found_by_are_told() -> None:
    found = standing(73, TARGET, on=date(2026, 1, 10), better="more", adds_up=True)
    assert (found.reached, found.gone) == (2_000, 274)
