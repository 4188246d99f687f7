"""Neighbours stay neighbours: no gap, no overlap, however much is simplified."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from denghuo.places.logic.rings import Corner, Shape, meeting_pairs, shape_area, shape_holds
from denghuo.places.logic.topology import build_topology, shape_of, simplify, simplify_arc


def _wobbly(start: Corner, end: Corner, seed: int, count: int = 20) -> list[Corner]:
    """A crooked border; the same from either side."""
    rng = random.Random(f"{min(start, end)}{max(start, end)}{seed}")
    low, high = min(start, end), max(start, end)
    line = [low]
    for step in range(1, count):
        share = step / count
        # Small near the ends, so that borders leaving one corner do not cross as drawn.
        off = rng.uniform(-0.4, 0.4) * min(share, 1 - share)
        if low[0] == high[0]:
            line.append((low[0] + off, low[1] + share * (high[1] - low[1])))
        else:
            line.append((low[0] + share * (high[0] - low[0]), low[1] + off))
    line.append(high)
    return line if start == low else line[::-1]


def grid_of_areas(side: int, seed: int) -> dict[str, Shape]:
    """``side`` × ``side`` areas that share crooked borders and cover a block."""
    shapes: dict[str, Shape] = {}
    for x in range(side):
        for y in range(side):
            corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)]
            ring: list[Corner] = []
            for start, end in pairwise([(float(a), float(b)) for a, b in corners]):
                ring += _wobbly(start, end, seed)[:-1]
            ring.append(ring[0])
            shapes[f"{x}{y}"] = [[ring]]
    return shapes


def with_enclave() -> dict[str, Shape]:
    outer = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)]
    circle = [
        (5 + 2 * math.cos(turn * math.pi / 20), 5 + 2 * math.sin(turn * math.pi / 20))
        for turn in range(40)
    ]
    inner = [*circle, circle[0]]
    return {"around": [[outer, inner[::-1]]], "within": [[inner]]}


def test_each_border_is_kept_once() -> None:
    topology = build_topology(grid_of_areas(3, 1), 1e-3)
    uses = [use for rings in topology.uses.values() for ring in rings for use in ring]
    walked = [use if use >= 0 else ~use for use in uses]
    inner = {arc for arc in walked if walked.count(arc) == 2}
    assert len(inner) == 12  # 2 × 3 × 2 borders between neighbours
    assert all(walked.count(arc) <= 2 for arc in walked)
    # A shared border is walked in opposite directions by its two sides.
    assert all((arc in uses) and (~arc in uses) for arc in inner)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.02, 0.1, 0.3, 1.0]))
def test_areas_fill_their_union_after_simplifying(seed: int, tolerance: float) -> None:
    topology = simplify(build_topology(grid_of_areas(3, seed), 1e-3), tolerance)
    parts = sum(shape_area(shape_of(topology, [name])) for name in topology.uses)
    assert shape_area(shape_of(topology, list(topology.uses))) == pytest.approx(parts)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.02, 0.1, 0.3, 1.0]))
def test_simplified_borders_never_cross(seed: int, tolerance: float) -> None:
    topology = simplify(build_topology(grid_of_areas(3, seed), 1e-3), tolerance)
    segments = [pair for arc in topology.arcs for pair in pairwise(arc)]
    assert not list(meeting_pairs(segments))


def test_simplifying_leaves_fewer_corners() -> None:
    full = build_topology(grid_of_areas(3, 7), 1e-3)
    simple = simplify(full, 0.2)
    assert sum(map(len, simple.arcs)) < sum(map(len, full.arcs)) / 2


def test_an_enclave_is_the_hole_of_the_area_around_it() -> None:
    topology = simplify(build_topology(with_enclave(), 1e-3), 0.1)
    around, within = shape_of(topology, ["around"]), shape_of(topology, ["within"])
    assert [len(polygon) for polygon in around] == [2]
    assert not shape_holds(around, (5, 5))
    assert shape_holds(within, (5, 5))
    both = shape_of(topology, ["around", "within"])
    assert [len(polygon) for polygon in both] == [1]
    assert shape_area(both) == pytest.approx(100)


def test_areas_that_meet_in_one_corner_join_into_two_polygons() -> None:
    unit = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]
    beyond = [(x + 1, y + 1) for x, y in unit]
    topology = build_topology({"a": [[unit]], "b": [[beyond]]}, 1e-3)
    joined = shape_of(topology, ["a", "b"])
    assert len(joined) == 2
    assert shape_area(joined) == pytest.approx(2)


def test_an_arc_keeps_ends_and_drops_what_lies_near_the_line() -> None:
    arc = ((0, 0), (5, 1), (10, 0), (15, 9), (20, 0))
    assert simplify_arc(arc, 2) == ((0, 0), (10, 0), (15, 9), (20, 0))
    assert simplify_arc(arc, 100) == ((0, 0), (20, 0))
    assert simplify_arc(arc, -1) == arc
