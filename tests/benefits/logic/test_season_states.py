"""The life of a season: every move that is not in the table is refused."""

from __future__ import annotations

import itertools

import pytest

from denghuo.benefits.logic.season_states import (
    STATE_WORDS,
    WORKING,
    SeasonHandError,
    SeasonMove,
    SeasonState,
    SeasonStepError,
    moves_of,
    next_season_state,
)

ALL = frozenset({"officer", "reviewer", "supervisor", "system"})
ROAD = [
    ("start", "officer", "sweeping"),
    ("swept", "system", "proposed"),
    ("draw", "reviewer", "sampling"),
    ("accept_sample", "reviewer", "opening"),
    ("opened", "system", "opened"),
    ("sign", "reviewer", "signing"),
    ("signed", "system", "signed"),
    ("announce", "officer", "announcing"),
    ("announced", "system", "announced"),
    ("pay", "officer", "paying"),
    ("ordered", "system", "paid_out"),
    ("close", "officer", "closed"),
]


def test_the_whole_road() -> None:
    state = SeasonState.DRAFT
    for move, hand, after in ROAD:
        state = next_season_state(state, SeasonMove(move), frozenset({hand}))
        assert state == after
    assert moves_of(state, ALL) == ()


def test_every_other_move_is_refused() -> None:
    known = {(state, move) for state in SeasonState for move in moves_of(state, ALL)}
    assert len(known) == 16 + len(SeasonState) - 4
    for state, move in itertools.product(SeasonState, SeasonMove):
        if (state, move) not in known:
            with pytest.raises(SeasonStepError):
                next_season_state(state, move, ALL)


def test_no_hand_takes_anothers_step() -> None:
    with pytest.raises(SeasonHandError, match="复核人员"):
        next_season_state(SeasonState.OPENED, SeasonMove.SIGN, frozenset({"officer"}))
    with pytest.raises(SeasonHandError):
        next_season_state(SeasonState.SWEEPING, SeasonMove.SWEPT, frozenset({"officer"}))
    for state in WORKING:
        assert set(moves_of(state, ALL - {"system"})) <= {SeasonMove.STOP}


def test_money_that_was_ordered_is_not_stopped_here() -> None:
    for state in ("paying", "paid_out", "closed", "stopped"):
        assert SeasonMove.STOP not in moves_of(SeasonState(state), ALL)


def test_every_state_has_its_word() -> None:
    assert set(STATE_WORDS) == set(SeasonState)
