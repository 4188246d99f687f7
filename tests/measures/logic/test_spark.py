"""A tile's line starts at zero and keeps inside its box."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.measures.logic.spark import HEIGHT, WIDTH, spark_points

pytestmark = pytest.mark.no_postgres


@given(st.lists(st.integers(-(10**12), 10**15), max_size=12))
def test_points_keep_inside(values: list[int]) -> None:
    points = [tuple(map(int, pair.split(","))) for pair in spark_points(values).split()]
    assert len(points) in (0, len(values))
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert points == sorted(points)
    if points:
        assert points[values.index(max(values))][1] == 0, "the most is at the top"


@pytest.mark.parametrize("values", [[], [5], [0, 0, 0], [-3, -1]])
def test_where_a_line_would_say_nothing(values: list[int]) -> None:
    assert spark_points(values) == ""


def test_zero_is_the_floor() -> None:
    assert spark_points([0, 10, 5]) == "0,24 50,0 100,12"
