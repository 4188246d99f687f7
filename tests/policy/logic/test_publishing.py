"""A policy text's way: two persons, no forbidden move, a reason for taking back."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.kernel.refusal import RefusalError
from denghuo.policy.logic.publishing import (
    Hand,
    Move,
    MoveNotAllowedError,
    NotYourTextError,
    ReasonNeededError,
    SecondPersonNeededError,
    TextState,
    next_state,
)

OFFICER, PUBLISHER = uuid4(), uuid4()
BOTH_ROLES = frozenset({"policy_officer", "policy_publisher"})
MOVES: tuple[Move, ...] = ("edit", "propose", "return", "publish", "withdraw", "discard")


def hand(who: UUID, *roles: str) -> Hand:
    return Hand(who, frozenset(roles))


def test_the_whole_way() -> None:
    author, second = hand(OFFICER, "policy_officer"), hand(PUBLISHER, "policy_publisher")
    state = TextState.DRAFT
    way: list[tuple[Move, Hand]] = [
        ("edit", author),
        ("propose", author),
        ("return", second),
        ("propose", author),
        ("publish", second),
        ("withdraw", second),
    ]
    for move, who in way:
        state = next_state(state, move, author=OFFICER, hand=who, reason="数字写错了")
    assert state is TextState.WITHDRAWN


@given(st.lists(st.tuples(st.sampled_from(MOVES), st.booleans(), st.booleans()), max_size=12))
def test_no_sequence_of_moves_lets_the_author_publish(
    moves: list[tuple[Move, bool, bool]],
) -> None:
    state, seen_by_second = TextState.DRAFT, False
    for move, by_author, with_reason in moves:
        who = Hand(OFFICER if by_author else PUBLISHER, BOTH_ROLES)
        try:
            after = next_state(
                state, move, author=OFFICER, hand=who, reason="原因" if with_reason else " "
            )
        except RefusalError:
            continue
        seen_by_second = seen_by_second or (move == "publish" and not by_author)
        assert not (after is TextState.PUBLISHED and by_author)
        if move in ("return", "withdraw"):
            assert with_reason
        state = after
    if state in (TextState.PUBLISHED, TextState.WITHDRAWN):
        assert seen_by_second


@pytest.mark.parametrize("state", list(TextState))
@pytest.mark.parametrize("move", MOVES)
def test_what_is_not_listed_is_refused(state: TextState, move: Move) -> None:
    listed = {
        (TextState.DRAFT, "edit"),
        (TextState.DRAFT, "propose"),
        (TextState.DRAFT, "discard"),
        (TextState.PROPOSED, "return"),
        (TextState.PROPOSED, "publish"),
        (TextState.PUBLISHED, "withdraw"),
    }
    nobody = Hand(uuid4(), frozenset())
    with pytest.raises(MoveNotAllowedError):
        next_state(state, move, author=OFFICER, hand=nobody, reason="原因")
    if (state, move) not in listed:
        with pytest.raises(MoveNotAllowedError):
            next_state(state, move, author=OFFICER, hand=Hand(OFFICER, BOTH_ROLES), reason="原因")


def test_each_refusal_says_its_rule() -> None:
    with pytest.raises(SecondPersonNeededError):
        next_state(TextState.PROPOSED, "publish", author=OFFICER, hand=Hand(OFFICER, BOTH_ROLES))
    with pytest.raises(NotYourTextError):
        next_state(TextState.DRAFT, "edit", author=OFFICER, hand=Hand(PUBLISHER, BOTH_ROLES))
    with pytest.raises(ReasonNeededError):
        next_state(TextState.PROPOSED, "return", author=OFFICER, hand=Hand(PUBLISHER, BOTH_ROLES))
