"""Money: exact, half up, refused when it is not an amount."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.kernel.money import Money, NotMoneyError, round_half_up

FEN = st.integers(-(10**15), 10**15)


@given(FEN, st.integers(1, 10**9))
def test_rounding_is_half_away_from_zero(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    rounded = round_half_up(numerator, denominator)
    assert abs(exact - rounded) <= Fraction(1, 2)
    if abs(exact - rounded) == Fraction(1, 2):
        assert abs(rounded) > abs(exact)


@given(FEN, st.integers(0, 10_000))
def test_rounding_agrees_with_decimal(fen: int, basis_points: int) -> None:
    expected = (Decimal(fen) * basis_points / 10_000).quantize(Decimal(1), ROUND_HALF_UP)
    assert Money(fen).times(basis_points, 10_000).fen == int(expected)


def test_a_negative_denominator_changes_both_signs() -> None:
    assert round_half_up(5, -2) == round_half_up(-5, 2) == -3


@given(st.integers(-(10**14), 10**14))
def test_text_reads_back(fen: int) -> None:
    assert Money.from_yuan_text(Money(fen).yuan_text) == Money(fen)


@pytest.mark.parametrize(
    "text", ["", "abc", "1.234", "１２", "1,23", "--1", "1e3", "12 34", "∞", "9" * 16, "1.", ".5"]
)
def test_text_that_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(NotMoneyError) as refused:
        Money.from_yuan_text(text)
    assert "不是金额" in refused.value.sentence


def test_worked_sums_of_the_refund() -> None:
    assert Money.from_yuan_text("186,400").times(60, 100).yuan_text == "111,840.00"
    assert Money.from_yuan_text("9300").times(60, 100).yuan_text == "5,580.00"
    assert str(Money(1) + Money(2) - Money(5)) == "-0.02 元"
    assert -Money(3) < Money(0)
