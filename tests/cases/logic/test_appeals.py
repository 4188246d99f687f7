"""Days to appeal, and what a changed decision means in money."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.cases.logic.appeals import (
    AppealTooLateError,
    WorseOnAppealError,
    demand_in_time,
    demand_not_worse,
    last_day,
    settle,
)
from denghuo.cases.logic.retention import clear_ended_on, clear_withdrawn_on

pytestmark = pytest.mark.no_postgres


def test_day_sixty_is_in_time_and_day_sixty_one_is_not() -> None:
    decided = date(2026, 1, 5)
    until = last_day(decided)
    assert until == date(2026, 3, 6)
    demand_in_time(until, on=decided + timedelta(days=60))
    with pytest.raises(AppealTooLateError, match="2026-03-06"):
        demand_in_time(until, on=decided + timedelta(days=61))


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_money_after_a_change_adds_up(amount: int, ordered: int) -> None:
    left = settle(amount, ordered_fen=ordered)
    assert ordered + left.pay_fen - left.recover_fen == amount
    assert not (left.pay_fen and left.recover_fen)
    assert (left.next == "close") == (amount == ordered)


def test_nobody_loses_by_asking() -> None:
    demand_not_worse(100, 100)
    with pytest.raises(WorseOnAppealError):
        demand_not_worse(100, 99)


def test_when_papers_go() -> None:
    assert clear_withdrawn_on(date(2026, 1, 5)) == date(2026, 1, 19)
    assert clear_ended_on(date(2024, 2, 29), 10) == date(2034, 3, 1)
