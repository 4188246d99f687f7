"""Waiting longer each time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.platform.logic.backoff import LONGEST_DELAY_SECONDS, delay_seconds

pytestmark = pytest.mark.no_postgres


def test_doubles_from_two_seconds() -> None:
    delays = [delay_seconds(failed, jitter=0.0) for failed in range(1, 6)]
    assert delays == [1, 2, 4, 8, 16]


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_stays_between_a_second_and_an_hour(failed: int, jitter: float) -> None:
    assert 1 <= delay_seconds(failed, jitter=jitter) <= LONGEST_DELAY_SECONDS


@given(st.integers(1, 20), st.floats(0, 1, exclude_max=True))
def test_never_shorter_than_the_wait_before(failed: int, jitter: float) -> None:
    assert delay_seconds(failed + 1, jitter=jitter) >= delay_seconds(failed, jitter=jitter)


@pytest.mark.parametrize(("failed", "jitter"), [(0, 0.0), (1, 1.0), (1, -0.1)])
def test_refuses_what_makes_no_sense(failed: int, jitter: float) -> None:
    with pytest.raises(ValueError, match=r"failed|jitter"):
        delay_seconds(failed, jitter=jitter)
