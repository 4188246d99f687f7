"""Years and months from an address; the share of a period that has passed."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.kernel.period import Period
from denghuo.measures.logic.spans import (
    MonthOutOfRangeError,
    YearOutOfRangeError,
    days_gone,
    is_over,
    months_of,
    read_month,
    read_year,
    year_span,
    years,
)

pytestmark = pytest.mark.no_postgres
TODAY = date(2026, 11, 23)


def test_years_run_from_the_first_rows_to_next_years_plan() -> None:
    assert years(TODAY) == (2027, 2026, 2025, 2024)
    assert read_year("", TODAY) == 2026
    assert [read_year(str(year), TODAY) for year in years(TODAY)] == list(years(TODAY))


@pytest.mark.parametrize("text", ["2023", "2028", "1", "99999", "二〇二六", "20 6", "２０２６"])
def test_other_years_are_refused(text: str) -> None:
    with pytest.raises(YearOutOfRangeError) as refused:
        read_year(text, TODAY)
    assert refused.value.status == 404
    assert "2024 年到 2027 年" in refused.value.sentence


@pytest.mark.parametrize("text", ["0", "13", "x", "-1", "011", "１"])
def test_other_months_are_refused(text: str) -> None:
    with pytest.raises(MonthOutOfRangeError):
        read_month(text)


@given(st.integers(2024, 2100))
def test_the_months_of_a_year_are_the_year(year: int) -> None:
    months = months_of(year)
    assert len(months) == 12
    assert months[0].start == year_span(year).start
    assert months[-1].until == year_span(year).until
    assert all(one.until == after.start for one, after in itertools.pairwise(months))


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 400), st.integers(-50, 450))
def test_days_gone_grow_by_one_a_day_and_end(start: date, length: int, ahead: int) -> None:
    span = Period(start, start + timedelta(days=length))
    gone, whole = days_gone(span, start + timedelta(days=ahead))
    assert whole == length
    assert gone == max(0, min(length, ahead + 1))
    assert is_over(span, start + timedelta(days=ahead)) == (ahead >= length)
