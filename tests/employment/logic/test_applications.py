"""The table of moves, and what it promises whatever anybody does in whatever order."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from denghuo.employment.logic.applications import (
    FIRM_STATE_WORDS,
    LIVE,
    MOVE_WORDS,
    OVER,
    READABLE,
    STATE_WORDS,
    TRANSITIONS,
    ApplicationMovedError,
    Hand,
    Move,
    NotYourMoveError,
    OpeningsTakenError,
    State,
    demand_place,
    is_full,
    moves_from,
    next_state,
)

pytestmark = pytest.mark.no_postgres
HANDS: tuple[Hand, ...] = get_args(Hand)
# Written out by hand, not read from the table: what each side may do where.
APPLICANT = {
    ("offered", "accept"), ("offered", "decline"),
    ("sent", "withdraw"), ("seen", "withdraw"), ("interview", "withdraw"), ("offered", "withdraw"),
}  # fmt: skip
FIRM = {
    ("sent", "look"),
    ("sent", "invite"), ("seen", "invite"), ("interview", "invite"),
    ("sent", "offer"), ("seen", "offer"), ("interview", "offer"),
    ("sent", "refuse"), ("seen", "refuse"), ("interview", "refuse"), ("offered", "refuse"),
}  # fmt: skip


def done_by(hand: Hand) -> set[tuple[str, str]]:
    return {(str(s), str(m)) for s in State for m in moves_from(s, hand)}


def test_each_side_has_its_moves_and_no_others() -> None:
    assert done_by("applicant") == APPLICANT
    assert done_by("firm") == FIRM


def test_a_firm_alone_cannot_hire() -> None:
    for state in State:
        for move in Move:
            try:
                reached = next_state(state, move, "firm")
            except (ApplicationMovedError, NotYourMoveError):
                continue
            assert reached is not State.HIRED


def test_what_is_over_stays_over() -> None:
    assert {here for here, _ in TRANSITIONS} == LIVE
    assert {State.HIRED, State.REFUSED, State.WITHDRAWN, State.OBSOLETE} == OVER
    with pytest.raises(ApplicationMovedError, match="没有录用"):
        next_state(State.REFUSED, Move.OFFER, "firm")


def test_the_other_sides_move_is_told_from_an_impossible_one() -> None:
    with pytest.raises(NotYourMoveError, match="求职人"):
        next_state(State.OFFERED, Move.ACCEPT, "firm")
    with pytest.raises(NotYourMoveError, match="用人单位"):
        next_state(State.SENT, Move.OFFER, "applicant")
    with pytest.raises(ApplicationMovedError):
        next_state(State.SENT, Move.ACCEPT, "applicant")


def test_every_state_is_reached_and_has_its_words() -> None:
    assert {to.to for to in TRANSITIONS.values()} | {State.SENT} == set(State)
    assert set(STATE_WORDS) == set(FIRM_STATE_WORDS) == set(State)
    assert set(MOVE_WORDS) == set(Move)
    assert {State.WITHDRAWN, State.REFUSED, State.OBSOLETE}.isdisjoint(READABLE)


def test_no_more_is_promised_than_there_is() -> None:
    demand_place(openings=2, hired=1, offered=0)
    with pytest.raises(OpeningsTakenError) as refused:
        demand_place(openings=2, hired=1, offered=1)
    assert refused.value.values == {"openings": 2, "hired": 1, "offered": 1}
    # The firm has made the post smaller since.
    with pytest.raises(OpeningsTakenError):
        demand_place(openings=1, hired=2, offered=0)
    assert is_full(openings=1, hired=1)
    assert not is_full(openings=2, hired=1)


class Market(RuleBasedStateMachine):
    """Three people, two posts, everybody acting at any time."""

    applications = Bundle("applications")

    @initialize(openings=st.tuples(st.integers(1, 2), st.integers(1, 3)))
    def begin(self, openings: tuple[int, int]) -> None:
        self.openings = openings
        self.rows: dict[int, tuple[int, int, State]] = {}
        self.ended: dict[int, State] = {}

    def count(self, post: int, state: State) -> int:
        return sum(1 for _, where, now in self.rows.values() if (where, now) == (post, state))

    @rule(target=applications, person=st.integers(0, 2), post=st.integers(0, 1))
    def send(self, person: int, post: int) -> object:
        full = is_full(openings=self.openings[post], hired=self.count(post, State.HIRED))
        twice = any(
            (person, post) == (who, where) and state in LIVE
            for who, where, state in self.rows.values()
        )
        if full or twice:
            return multiple()
        number = len(self.rows)
        self.rows[number] = (person, post, State.SENT)
        return number

    @rule(one=applications, move=st.sampled_from(sorted(Move)), hand=st.sampled_from(HANDS))
    def act(self, one: int, move: Move, hand: Hand) -> None:
        person, post, state = self.rows[one]
        try:
            if move is Move.OFFER:
                demand_place(
                    openings=self.openings[post],
                    hired=self.count(post, State.HIRED),
                    offered=self.count(post, State.OFFERED),
                )
            reached = next_state(state, move, hand)
        except (ApplicationMovedError, NotYourMoveError, OpeningsTakenError):
            return
        self.rows[one] = (person, post, reached)
        if reached is State.HIRED:
            for other, (who, where, here) in self.rows.items():
                if who == person and here in LIVE:
                    gone = next_state(here, Move.SUPERSEDE, "system")
                    self.rows[other] = (who, where, gone)

    @rule(one=consumes(applications))
    def forgotten(self, one: int) -> None:
        """Nobody acts on it any more; it stays in the counts."""

    @invariant()
    def nothing_over_is_live_again(self) -> None:
        for number, (_, _, state) in getattr(self, "rows", {}).items():
            before = self.ended.get(number)
            assert before is None or before is state
            if state in OVER:
                self.ended[number] = state

    @invariant()
    def every_offer_can_be_accepted(self) -> None:
        for post, openings in enumerate(getattr(self, "openings", ())):
            promised = self.count(post, State.OFFERED) + self.count(post, State.HIRED)
            assert promised <= openings


TestMarket = Market.TestCase
TestMarket.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
