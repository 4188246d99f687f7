"""Areas stay true on the projected plane."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.places.logic.albers import CENTRAL_MERIDIAN, ORIGIN_LATITUDE, project
from denghuo.places.logic.geodesy import EARTH_RADIUS_M, Point
from denghuo.places.logic.rings import signed_area


def test_the_origin_is_zero() -> None:
    assert project(Point(CENTRAL_MERIDIAN, ORIGIN_LATITUDE)) == pytest.approx((0, 0), abs=1e-6)


@given(st.floats(97, 125), st.floats(37, 52.5))
def test_a_small_cell_keeps_its_area(west: float, south: float) -> None:
    size = 0.05
    corners = [
        project(Point(west, south)),
        project(Point(west + size, south)),
        project(Point(west + size, south + size)),
        project(Point(west, south + size)),
    ]
    on_sphere = (
        EARTH_RADIUS_M**2
        * math.radians(size)
        * (math.sin(math.radians(south + size)) - math.sin(math.radians(south)))
    )
    assert signed_area([*corners, corners[0]]) == pytest.approx(on_sphere, rel=1e-5)
