"""The sample: its size by rule, its rows by the published seed."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.benefits.logic.sampling import draw, sample_size, too_many_wrong


@pytest.mark.parametrize(
    ("rows", "size"),
    [(0, 0), (1, 1), (19, 19), (20, 20), (400, 20), (401, 21), (10_000, 500), (1_000_000, 500)],
)
def test_size_by_rule(rows: int, size: int) -> None:
    assert sample_size(rows) == size


@given(st.sets(st.integers(0, 10**9), max_size=200), st.text(max_size=20), st.integers(0, 50))
def test_whoever_knows_the_seed_draws_the_same_rows(rows: set[int], seed: str, size: int) -> None:
    shuffled = list(rows)
    random.Random(1).shuffle(shuffled)
    drawn = draw(rows, seed=seed, size=size)
    assert drawn == draw(shuffled, seed=seed, size=size)
    assert len(drawn) == len(set(drawn)) == min(size, len(rows))
    assert set(drawn) <= rows


def test_another_seed_draws_others() -> None:
    assert draw(range(10_000), seed="a", size=20) != draw(range(10_000), seed="b", size=20)


def test_rows_have_equal_chances() -> None:
    hits = [0] * 100
    for seed in range(600):
        for row in draw(range(100), seed=str(seed), size=10):
            hits[row] += 1
    assert 30 < min(hits) <= max(hits) < 95  # 60 expected, five deviations either way


@pytest.mark.parametrize(
    ("wrong", "size", "stops"),
    [(0, 20, False), (1, 20, False), (2, 20, True), (25, 500, False), (26, 500, True)],
)
def test_more_than_one_in_twenty_stops(wrong: int, size: int, stops: bool) -> None:
    assert too_many_wrong(wrong=wrong, size=size) is stops
