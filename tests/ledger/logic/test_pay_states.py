"""The life of a payment order: what the table allows, and what no sequence can reach."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.ledger.logic.pay_states import (
    REASON_NAMES,
    STATE_NAMES,
    TERMINAL,
    TRANSITIONS,
    PayEvent,
    PayState,
    PayStepError,
    ReturnReason,
    next_state,
)

pytestmark = pytest.mark.no_postgres


def walk(events: list[PayEvent]) -> list[tuple[PayEvent, PayState]]:
    """The steps that were allowed, from a new order on."""
    state, steps = PayState.ORDERED, []
    for event in events:
        try:
            state = next_state(state, event)
        except PayStepError:
            continue
        steps.append((event, state))
    return steps


@given(st.lists(st.sampled_from(PayEvent), max_size=40))
def test_no_walk_leaves_an_end_or_pays_what_the_bank_did_not_say(events: list[PayEvent]) -> None:
    steps = walk(events)
    for number, (_, state) in enumerate(steps):
        if state in TERMINAL:
            assert number == len(steps) - 1
    reached = [state for _, state in steps]
    if PayState.PAID in reached:
        assert steps[-1] == (PayEvent.SETTLE, PayState.PAID)
        assert PayState.SENT in reached, "paid without having been sent"
    # An order that came back is never sent again: what follows is a new order.
    if PayState.RETURNED in reached:
        after = reached[reached.index(PayState.RETURNED) + 1 :]
        assert set(after) <= {PayState.REISSUED, PayState.GIVEN_UP}


@given(st.lists(st.sampled_from(PayEvent), max_size=40))
def test_an_order_is_released_once_in_its_life(events: list[PayEvent]) -> None:
    assert [event for event, _ in walk(events)].count(PayEvent.RELEASE) <= 1


def test_time_alone_never_makes_a_failure() -> None:
    assert next_state(PayState.SENT, PayEvent.LOSE_SIGHT) is PayState.UNKNOWN
    with pytest.raises(PayStepError):
        next_state(PayState.UNKNOWN, PayEvent.LOSE_SIGHT)
    assert set(TRANSITIONS[PayState.UNKNOWN]) == {PayEvent.SETTLE, PayEvent.RETURN}


def test_every_state_is_in_the_table_reachable_and_named() -> None:
    reachable = {PayState.ORDERED}
    reachable |= {state for events in TRANSITIONS.values() for state in events.values()}
    assert reachable == set(PayState) == set(TRANSITIONS) == set(STATE_NAMES)
    assert set(REASON_NAMES) == set(ReturnReason)
    assert {
        PayState.PAID,
        PayState.REISSUED,
        PayState.GIVEN_UP,
        PayState.CANCELLED,
    } == TERMINAL


def test_a_refused_step_says_where_the_order_stands() -> None:
    with pytest.raises(PayStepError) as refused:
        next_state(PayState.PAID, PayEvent.CANCEL)
    assert "已到账" in refused.value.sentence
