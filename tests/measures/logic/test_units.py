"""Figures are one integer each, read and said exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.kernel.counted import Counted
from denghuo.measures.logic.units import (
    UNITS,
    NotFigureError,
    figure_of,
    figure_text,
    large_text,
    rate_of,
    read_figure,
)

pytestmark = pytest.mark.no_postgres


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("67,100", "persons", 67_100),
        ("67100", "person_times", 67_100),
        ("0", "cases", 0),
        ("5.5%", "rate", 550),
        ("5.05", "rate", 505),
        ("100％", "rate", 10_000),
        ("1,180,000,000.00", "fen", 118_000_000_000),
        ("77600", "fen", 7_760_000),
    ],
)
def test_figures_are_read(text: str, unit: str, value: int) -> None:
    assert read_figure(text, UNITS[unit]) == value


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("", "persons"), ("-3", "persons"), ("3.5", "persons"), ("1e3", "persons"),
        ("６７", "persons"), ("6,71,00", "persons"), ("5.555%", "rate"), ("-1%", "rate"),
        ("%", "rate"), ("1.234", "fen"), ("一万", "fen"),
    ],
)  # fmt: skip
def test_what_is_no_figure_is_refused(text: str, unit: str) -> None:
    with pytest.raises(NotFigureError):
        read_figure(text, UNITS[unit])


@given(st.integers(0, 10**7), st.sampled_from(sorted(UNITS)))
def test_what_is_said_is_read_back(value: int, unit: str) -> None:
    assert read_figure(figure_text(value, UNITS[unit]), UNITS[unit]) == value


def test_persons_and_person_times_are_two_units_of_the_same_rows() -> None:
    counted = Counted(rows=9, subjects=4, amount_fen=500, met=3)
    assert figure_of(counted, UNITS["person_times"]) == 9
    assert figure_of(counted, UNITS["persons"]) == 4
    assert figure_of(counted, UNITS["fen"]) == 500
    assert figure_of(counted, UNITS["rate"]) == 3_333
    assert all(UNITS[UNITS[code].other].other == code for code in UNITS if UNITS[code].other)


def test_a_rate_of_nothing_is_no_rate() -> None:
    assert figure_of(Counted(), UNITS["rate"]) is None
    assert rate_of(0, 5) == 0
    assert rate_of(1, 2_0001) == 0
    assert rate_of(5, 5) == 10_000


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (7_760_000, ("77,600.00", "元")),
        (9_999_999, ("99,999.99", "元")),
        (999_999_999, ("999.99", "万元")),
        (118_000_000_000, ("11.80", "亿元")),
        (118_999_999_999, ("11.89", "亿元")),
        (33_400_000_000, ("33,400.00", "万元")),
    ],
)
def test_a_tile_is_short(fen: int, said: tuple[str, str]) -> None:
    assert large_text(fen, UNITS["fen"]) == said


@given(st.integers(0, 10**16))
def test_a_tile_never_shows_more_than_there_is(fen: int) -> None:
    shown, word = large_text(fen, UNITS["fen"])
    size = {"元": 1, "万元": 10**4, "亿元": 10**8}[word]
    hundredths = int(shown.replace(",", "").replace(".", ""))
    assert hundredths * size <= fen < (hundredths + 1) * size
