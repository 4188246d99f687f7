"""The table of moves, and what it promises whatever is done."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.cases.logic.states import (
    BEFORE_DECISION,
    DECIDED,
    IN_WORK,
    MOVE_WORDS,
    STATE_WORDS,
    TERMINAL,
    TRANSITIONS,
    Hand,
    HandNotAllowedError,
    Move,
    MoveNotPossibleError,
    State,
    hands_of,
    holds_place,
    moves_from,
    next_state,
)

pytestmark = pytest.mark.no_postgres
ALL_HANDS: frozenset[Hand] = frozenset({"applicant", "officer", "reviewer", "supervisor", "system"})
# The drawing of the service facts, §3.3, arrow by arrow.
DRAWN = {
    ("draft", "submitted"), ("submitted", "accepted"), ("submitted", "incomplete"),
    ("incomplete", "accepted"), ("accepted", "in_review"), ("in_review", "verified"),
    ("verified", "proposed"), ("proposed", "approved"), ("proposed", "refused"),
    ("approved", "public_notice"), ("public_notice", "payable"), ("payable", "paid"),
    ("paid", "closed"), ("approved", "appealed"), ("refused", "appealed"),
    ("appealed", "upheld"), ("appealed", "changed"), ("paid", "audit"), ("audit", "confirmed"),
    ("audit", "recover"),
}  # fmt: skip


def test_every_arrow_of_the_drawing_is_there() -> None:
    ours = {(str(here), str(to.to)) for (here, _), to in TRANSITIONS.items() if to.to}
    assert DRAWN - ours == set()


def test_every_live_state_can_be_transferred_and_comes_back_to_what_it_was() -> None:
    for state in IN_WORK:
        assert next_state(state, Move.TRANSFER, ALL_HANDS, kept=None) is State.TRANSFERRED
        back = next_state(State.TRANSFERRED, Move.TAKE_OVER, ALL_HANDS, kept=state)
        assert back is state
    with pytest.raises(MoveNotPossibleError):
        next_state(State.TRANSFERRED, Move.TAKE_OVER, ALL_HANDS, kept=None)


def test_terminal_states_are_never_left() -> None:
    assert [here for here, _ in TRANSITIONS if here in TERMINAL] == []


def test_every_state_is_reached_and_every_word_is_there() -> None:
    reached = {to.to for to in TRANSITIONS.values()} | {State.DRAFT}
    assert set(State) - reached == set()
    assert STATE_WORDS.keys() == set(State)
    assert MOVE_WORDS.keys() == set(Move)
    assert {move for _, move in TRANSITIONS} == set(Move)


def test_only_before_a_decision_can_it_be_withdrawn_and_only_after_it_appealed() -> None:
    from_where = {here for here, move in TRANSITIONS if move is Move.WITHDRAW}
    assert from_where == BEFORE_DECISION | {State.TRANSFERRED}
    assert {here for here, move in TRANSITIONS if move is Move.APPEAL} == DECIDED


def test_a_decision_needs_a_checkers_hand() -> None:
    maker: frozenset[Hand] = frozenset({"applicant", "officer", "system"})
    for move in (Move.APPROVE, Move.REFUSE, Move.SIGN, Move.UPHOLD, Move.CHANGE, Move.RECOVER):
        for here, one in TRANSITIONS:
            if one is move:
                with pytest.raises(HandNotAllowedError):
                    next_state(here, move, maker, kept=None)


def test_what_is_closed_is_opened_again_by_the_house_alone_and_where_it_was() -> None:
    assert {here for here, move in TRANSITIONS if move is Move.REOPEN} == {State.CLOSED}
    system: frozenset[Hand] = frozenset({"system"})
    assert next_state(State.CLOSED, Move.REOPEN, system, kept=State.RECOVER) is State.RECOVER
    with pytest.raises(MoveNotPossibleError):
        next_state(State.CLOSED, Move.REOPEN, system, kept=None)
    with pytest.raises(HandNotAllowedError):
        next_state(State.CLOSED, Move.REOPEN, ALL_HANDS - system, kept=State.RECOVER)


def test_nobody_but_the_bank_says_that_it_paid() -> None:
    humans = ALL_HANDS - {"system"}
    assert Move.PAY not in {move for state in State for move in moves_from(state, humans)}


def test_roles_give_hands_and_other_roles_give_none() -> None:
    assert hands_of(roles={"officer"}, applicant=False, system=False) == {"officer"}
    assert hands_of(roles={"leader"}, applicant=False, system=False) == {"supervisor"}
    assert hands_of(roles={"station", "bank"}, applicant=False, system=False) == set()


@given(
    st.lists(st.sampled_from(list(Move)), max_size=40),
    st.sets(st.sampled_from(sorted(ALL_HANDS))),
)
def test_whatever_is_tried_the_case_stands_in_a_known_state(
    moves: list[Move], hands: set[Hand]
) -> None:
    state, kept = State.DRAFT, None
    for move in moves:
        try:
            after = next_state(state, move, frozenset(hands), kept=kept)
        except (MoveNotPossibleError, HandNotAllowedError):
            continue
        assert state not in TERMINAL
        kept = state if move is Move.TRANSFER else None
        state = after
    assert state in State


def test_what_was_granted_keeps_its_place_and_what_was_refused_frees_it() -> None:
    for state in IN_WORK | {State.TRANSFERRED, State.PAID}:
        assert holds_place(state, granted=False)
    for state in (State.REFUSED, State.CLOSED, State.UPHELD, State.RECOVER):
        assert not holds_place(state, granted=False)
    assert holds_place(State.CLOSED, granted=True)
    assert not holds_place(State.WITHDRAWN, granted=True)
