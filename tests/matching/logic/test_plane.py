"""Distances on the plane against distances on the sphere, all over the region."""

from __future__ import annotations

import math

import pytest

from denghuo.matching.logic.plane import EARTH_RADIUS_METRES, plane_metres

pytestmark = pytest.mark.no_postgres

# The corners of the region, rounded outwards: 97°10'-126°04' E, 37°24'-53°23' N.
LONGITUDES = range(97, 128, 2)
LATITUDES = [37.4, 39.0, 41.0, 43.0, 45.0, 47.0, 49.0, 51.0, 53.4]


def great_circle(one: tuple[float, float], two: tuple[float, float]) -> float:
    (east1, north1), (east2, north2) = (tuple(map(math.radians, point)) for point in (one, two))
    half = math.sin((north2 - north1) / 2) ** 2
    half += math.cos(north1) * math.cos(north2) * math.sin((east2 - east1) / 2) ** 2
    return 2 * EARTH_RADIUS_METRES * math.asin(math.sqrt(half))


def on_plane(point: tuple[float, float]) -> tuple[int, int]:
    return plane_metres(round(point[0] * 10**6), round(point[1] * 10**6))


def test_lengths_are_within_seven_per_mille() -> None:
    worst = 0.0
    for longitude in LONGITUDES:
        for latitude in LATITUDES:
            here = (float(longitude), latitude)
            for there in ((longitude + 0.4, latitude), (float(longitude), latitude + 0.3)):
                straight = math.dist(on_plane(here), on_plane(there))
                worst = max(worst, abs(straight / great_circle(here, there) - 1))
    assert 0.001 < worst < 0.007


def test_the_middle_is_nought_and_points_lie_as_on_a_map() -> None:
    assert plane_metres(111_000_000, 45_000_000) == (0, 0)
    east, north = plane_metres(111_670_801, 40_818_311)  # Hohhot
    assert 50_000 < east < 62_000
    assert -470_000 < north < -460_000
