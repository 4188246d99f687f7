"""Area, inside, well inside, and segments that meet."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.places.logic.rings import (
    Corner,
    Segment,
    meeting_pairs,
    point_well_inside,
    segments_meet,
    shape_area,
    shape_holds,
    signed_area,
)

SQUARE = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)]
HOLE = [(4.0, 4.0), (4.0, 6.0), (6.0, 6.0), (6.0, 4.0), (4.0, 4.0)]
whole = st.integers(0, 12)
corner = st.tuples(whole, whole).map(lambda pair: (float(pair[0]), float(pair[1])))
segment = st.tuples(corner, corner).filter(lambda ends: ends[0] != ends[1])


def test_area_counts_holes_off_and_direction_as_sign() -> None:
    assert signed_area(SQUARE) == 100
    assert signed_area(SQUARE[::-1]) == -100
    assert shape_area([[SQUARE, HOLE]]) == 96


@pytest.mark.parametrize(
    ("at", "inside"), [((1, 1), True), ((5, 5), False), ((11, 5), False), ((4.5, 3.9), True)]
)
def test_a_hole_is_outside(at: Corner, inside: bool) -> None:
    assert shape_holds([[SQUARE, HOLE]], at) is inside


def test_the_point_well_inside_keeps_clear_of_the_hole() -> None:
    x, y = point_well_inside([[SQUARE, HOLE]], 0.01)
    assert shape_holds([[SQUARE, HOLE]], (x, y))
    # The largest circle that fits touches two sides and the hole's nearest corner.
    radius = 4 * math.sqrt(2) / (1 + math.sqrt(2))  # (4 - r)·√2 = r
    assert min(x, y, 10 - x, 10 - y) == pytest.approx(radius, abs=0.05)


def test_of_two_islands_the_larger_is_chosen() -> None:
    islet = [(x + 50, y) for x, y in HOLE][::-1]
    assert shape_holds([[SQUARE]], point_well_inside([[islet], [SQUARE]], 0.1))


@pytest.mark.parametrize(
    ("first", "second", "meet"),
    [
        (((0, 0), (2, 2)), ((0, 2), (2, 0)), True),
        (((0, 0), (2, 0)), ((2, 0), (4, 1)), False),
        (((0, 0), (2, 0)), ((1, 0), (1, 5)), True),
        (((0, 0), (4, 0)), ((1, 0), (3, 0)), True),
        (((0, 0), (4, 0)), ((4, 0), (2, 0)), True),
        (((0, 0), (4, 0)), ((4, 0), (0, 0)), True),
        (((0, 0), (1, 0)), ((2, 0), (3, 0)), False),
        (((0, 0), (1, 1)), ((5, 5), (6, 5)), False),
    ],
)
def test_segments_meet(first: Segment, second: Segment, meet: bool) -> None:
    assert segments_meet(first, second) is meet
    assert segments_meet(second, first) is meet


@given(st.lists(segment, min_size=2, max_size=30))
def test_the_grid_finds_the_same_pairs_as_comparing_all(segments: list[Segment]) -> None:
    all_pairs = {
        (one, other)
        for one in range(len(segments))
        for other in range(one + 1, len(segments))
        if segments_meet(segments[one], segments[other])
    }
    assert set(meeting_pairs(segments)) == all_pairs


def test_no_segments_meet_nowhere() -> None:
    assert list(meeting_pairs([])) == []
