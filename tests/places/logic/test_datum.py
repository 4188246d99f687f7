"""GCJ-02 there and back, against a published pair, and left alone outside its area."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.places.logic.datum import (
    UNKNOWN_DATUM_ERROR_M,
    gcj02_from_wgs84,
    to_wgs84,
    wgs84_from_gcj02,
)
from denghuo.places.logic.geodesy import Point, distance_m

in_region = st.builds(Point, st.floats(97.1, 126.1), st.floats(37.4, 53.4))


@given(in_region)
def test_there_and_back_is_the_same_point(point: Point) -> None:
    assert distance_m(wgs84_from_gcj02(gcj02_from_wgs84(point)), point) < 0.001
    assert distance_m(gcj02_from_wgs84(wgs84_from_gcj02(point)), point) < 0.001


@given(in_region)
def test_the_shift_stays_within_what_an_unknown_datum_is_charged(point: Point) -> None:
    assert 0 < distance_m(point, gcj02_from_wgs84(point)) < UNKNOWN_DATUM_ERROR_M


def test_tiananmen_moves_as_maps_show_it() -> None:
    # The flagpole: WGS-84 by survey, GCJ-02 as map services give it; agree to a few metres.
    moved = gcj02_from_wgs84(Point(116.391269, 39.906535))
    assert moved.lon == pytest.approx(116.39751, abs=5e-5)
    assert moved.lat == pytest.approx(39.90794, abs=5e-5)


def test_outside_china_nothing_moves() -> None:
    paris = Point(2.35, 48.85)
    assert gcj02_from_wgs84(paris) == paris
    assert wgs84_from_gcj02(paris) == paris


@pytest.mark.parametrize("datum", ["wgs84", "cgcs2000", "unknown"])
def test_only_gcj02_is_converted(datum: str) -> None:
    point = Point(111.7, 40.8)
    assert to_wgs84(point, datum) == point  # type: ignore[arg-type]  # from a parameter
    assert to_wgs84(point, "gcj02") != point
