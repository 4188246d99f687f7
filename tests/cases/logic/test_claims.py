"""A claim's sums and whose turn it is."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.cases.logic.claims import (
    TURN_WORDS,
    ClaimSum,
    NoSurplusError,
    RepaidAmountError,
    RepaidTooMuchError,
    SurplusChangedError,
    Turn,
    demand_fits,
    demand_surplus,
    is_claim,
    whose_turn,
)
from denghuo.cases.logic.states import State

UNTIL = date(2025, 11, 1)
FEN = st.integers(0, 10**9)


@given(FEN, FEN)
def test_what_is_left_and_what_is_too_much_never_both(asked: int, repaid: int) -> None:
    known = ClaimSum(asked, repaid)
    assert known.left_fen * known.over_fen == 0
    assert asked - repaid == known.left_fen - known.over_fen
    assert known.whole == (0 < asked <= repaid)


@given(FEN, FEN, st.integers(-5, 10**9))
def test_what_fits_never_makes_too_much(asked: int, repaid: int, given_fen: int) -> None:
    known = ClaimSum(asked, repaid)
    try:
        demand_fits(known, given_fen)
    except RepaidAmountError:
        assert given_fen <= 0
    except RepaidTooMuchError:
        assert repaid + given_fen > asked
    else:
        assert repaid + given_fen <= asked


@given(FEN, FEN, st.integers(1, 10**9))
def test_with_a_word_for_it_more_fits_and_only_that_sum_goes_back(
    asked: int, repaid: int, given_fen: int
) -> None:
    demand_fits(ClaimSum(asked, repaid), given_fen, surplus=True)
    known = ClaimSum(asked, repaid)
    try:
        demand_surplus(known, given_fen)
    except NoSurplusError:
        assert repaid <= asked
    except SurplusChangedError:
        assert repaid - asked not in (given_fen, 0)
    else:
        assert repaid - asked == given_fen


@pytest.mark.parametrize(
    ("state", "day", "turn"),
    [
        (State.SUBMITTED, UNTIL, "subject_speaks"),
        (State.ACCEPTED, UNTIL, "officer"),
        (State.IN_REVIEW, UNTIL, "officer"),
        (State.PROPOSED, UNTIL, "reviewer"),
        (State.APPROVED, UNTIL, "subject_pays"),
        (State.APPROVED, date(2025, 11, 2), "late"),
        (State.UPHELD, date(2025, 11, 2), "late"),
        (State.APPEALED, UNTIL, "supervisor"),
        (State.TRANSFERRED, UNTIL, "takes_over"),
        (State.CLOSED, UNTIL, "over"),
        (State.WITHDRAWN, UNTIL, "over"),
    ],
)
def test_somebody_always_acts(state: State, day: date, turn: Turn) -> None:
    assert whose_turn(state, ClaimSum(100, 40), appeal_until=UNTIL, on=day) == turn


def test_every_state_has_words() -> None:
    for state in State:
        assert TURN_WORDS[whose_turn(state, ClaimSum(1, 0), appeal_until=None, on=UNTIL)]
    for money, turn in ((ClaimSum(0, 5), "treasurer"), (ClaimSum(0, -5, 5), "miscounted")):
        assert whose_turn(State.WITHDRAWN, money, appeal_until=None, on=UNTIL) == turn


def test_only_what_asks_money_back_is_a_claim() -> None:
    assert is_claim("claw-back-firm")
    assert not is_claim("startup-rent")
