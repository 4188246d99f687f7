"""Distances against published ones; boxes that lose no point."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.places.logic.geodesy import (
    EARTH_RADIUS_M,
    NotOnEarthError,
    Point,
    boxes_around,
    distance_m,
)

points = st.builds(Point, st.floats(-180, 180), st.floats(-90, 90))


def test_a_quarter_of_the_equator() -> None:
    assert distance_m(Point(0, 0), Point(90, 0)) == pytest.approx(math.pi / 2 * EARTH_RADIUS_M)


def test_beijing_to_shanghai() -> None:
    # City centres; 1,068 km on the ellipsoid, the sphere is within 0.56 % of it.
    beijing, shanghai = Point(116.3975, 39.9087), Point(121.4737, 31.2304)
    assert distance_m(beijing, shanghai) == pytest.approx(1_068_000, rel=0.0056)


@given(points, points)
def test_both_ways_are_equally_long_and_no_longer_than_half_the_earth(a: Point, b: Point) -> None:
    assert distance_m(a, b) == pytest.approx(distance_m(b, a), abs=1e-6)
    assert 0 <= distance_m(a, b) <= math.pi * EARTH_RADIUS_M + 1e-6
    assert distance_m(a, a) == 0


@given(points, points, points)
def test_no_detour_is_shorter(a: Point, b: Point, c: Point) -> None:
    assert distance_m(a, c) <= distance_m(a, b) + distance_m(b, c) + 1e-3


@given(points, st.floats(1, 20_000_000), st.floats(0, 2 * math.pi), st.floats(0, 1))
def test_every_point_within_the_radius_lies_in_a_box(
    centre: Point, radius: float, bearing: float, share: float
) -> None:
    angle = share * radius / EARTH_RADIUS_M
    south = math.radians(centre.lat)
    sine = math.sin(south) * math.cos(angle) + math.cos(south) * math.sin(angle) * math.cos(bearing)
    north = math.asin(max(-1.0, min(1.0, sine)))
    turn = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(south),
        math.cos(angle) - math.sin(south) * math.sin(north),
    )
    lon = (centre.lon + math.degrees(turn) + 540) % 360 - 180
    there = Point(lon, math.degrees(north))
    if distance_m(centre, there) <= radius:
        assert any(there in box for box in boxes_around(centre, radius))


@pytest.mark.parametrize(
    ("lon", "lat"), [(181, 0), (0, 91), (math.nan, 0), (0, math.nan), (math.inf, 0)]
)
def test_numbers_off_the_earth_are_refused(lon: float, lat: float) -> None:
    with pytest.raises(NotOnEarthError):
        Point(lon, lat)
