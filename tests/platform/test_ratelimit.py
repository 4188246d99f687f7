"""Limits hold over threads and processes, and survive a refusal that comes later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from denghuo.platform.models.rate import RateWindow
from denghuo.platform.ratelimit import TooManyRequestsError, forget_ended_windows, forgive, spend

NOON = datetime(2026, 5, 8, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.django_db
def test_the_limit_holds_and_says_how_long_to_wait() -> None:
    left = [spend("t:a", limit=3, per=HOUR, now=NOON) for _ in range(3)]
    assert left == [2, 1, 0]
    with pytest.raises(TooManyRequestsError) as refused:
        spend("t:a", limit=3, per=HOUR, now=NOON + timedelta(minutes=30, seconds=1))
    assert refused.value.sentence == "次数太多了。请 30 分钟后再试。"
    assert refused.value.values["wait_seconds"] == 30 * 60 - 1
    assert refused.value.status == 429


@pytest.mark.django_db
def test_being_refused_does_not_make_the_wait_longer() -> None:
    spend("t:a", limit=1, per=HOUR, now=NOON)
    for minute in range(1, 60):
        with pytest.raises(TooManyRequestsError):
            spend("t:a", limit=1, per=HOUR, now=NOON + timedelta(minutes=minute))
    assert spend("t:a", limit=1, per=HOUR, now=NOON + HOUR) == 0


@pytest.mark.django_db
def test_keys_do_not_share_a_limit_and_can_be_forgiven() -> None:
    spend("t:a", limit=1, per=HOUR, now=NOON)
    spend("t:b", limit=1, per=HOUR, now=NOON)
    forgive("t:a")
    spend("t:a", limit=1, per=HOUR, now=NOON)
    with pytest.raises(TooManyRequestsError):
        spend("t:b", limit=1, per=HOUR, now=NOON)


@pytest.mark.django_db
def test_the_key_is_not_stored_in_clear() -> None:
    spend("people.sign_in:13800138000", limit=1, per=HOUR, now=NOON)
    (row,) = RateWindow.objects.all()
    assert b"13800138000" not in bytes(row.key)
    assert len(bytes(row.key)) == 32


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_it_is_refused_because_a_rollback_would_undo_it() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        spend("t:a", limit=1, per=HOUR, now=NOON)


@pytest.mark.django_db
def test_ended_windows_are_removed_and_running_ones_stay() -> None:
    spend("t:old", limit=1, per=timedelta(minutes=1), now=NOON)
    spend("t:new", limit=1, per=HOUR, now=NOON)
    assert forget_ended_windows(now=NOON + timedelta(minutes=1)) == 1
    assert forget_ended_windows(now=NOON + timedelta(minutes=1)) == 0
    with pytest.raises(TooManyRequestsError):
        spend("t:new", limit=1, per=HOUR, now=NOON + timedelta(minutes=1))


def test_under_a_rush_exactly_the_limit_goes_through(
    in_threads: Callable[..., list[object]],
) -> None:
    def five_tries() -> int:
        passed = 0
        for _ in range(5):
            try:
                spend("t:rush", limit=12, per=HOUR, now=NOON)
            except TooManyRequestsError:
                continue
            passed += 1
        return passed

    results = in_threads(*[five_tries] * 8)
    assert all(isinstance(result, int) for result in results), results
    assert sum(result for result in results if isinstance(result, int)) == 12


@pytest.mark.django_db
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(0, 200), max_size=40), st.integers(1, 5), st.integers(1, 60))
def test_in_every_window_no_more_than_the_limit_passes(
    steps: list[int], limit: int, per_seconds: int
) -> None:
    forgive("t:any")
    now, window_ends, passed = NOON, NOON, 0
    for step in steps:
        now += timedelta(milliseconds=step * 100)
        if now >= window_ends:
            window_ends, passed = now + timedelta(seconds=per_seconds), 0
        try:
            spend("t:any", limit=limit, per=timedelta(seconds=per_seconds), now=now)
        except TooManyRequestsError:
            assert passed == limit
        else:
            passed += 1
            assert passed <= limit
