"""Coordinates as they are handed out in China, turned into WGS-84.

GCJ-02 (Amap, Tencent, WeChat) moves every point inside China by up to 700 m with a smooth
function of place; the function is public knowledge, its inverse is found by iteration.
CGCS2000 (天地图, national survey) is WGS-84 to a few centimetres and passes unchanged.
"""

from __future__ import annotations

import math
from typing import Literal, get_args

from denghuo.places.logic.geodesy import Point

Datum = Literal["wgs84", "gcj02", "cgcs2000", "unknown"]
DATUMS: tuple[Datum, ...] = get_args(Datum)
# The shift is nowhere larger in the region; a point of unknown datum may be off by as much.
UNKNOWN_DATUM_ERROR_M = 700

# Krasovsky 1940, the ellipsoid the published shift is written on.
_SEMI_MAJOR_M = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_STEPS_MAX = 30
_CLOSE_ENOUGH_DEGREES = 1e-10


def _in_shifted_area(point: Point) -> bool:
    """The rectangle in which the shift is applied by those who publish GCJ-02."""
    return 72.004 <= point.lon <= 137.8347 and 0.8293 <= point.lat <= 55.8271


def _waves(value: float, *terms: tuple[float, float]) -> float:
    return sum(height * math.sin(value * math.pi / length) for height, length in terms) * 2 / 3


def _shift_m(point: Point) -> tuple[float, float]:
    """East and north shift in metres of the published polynomial-with-waves."""
    x, y = point.lon - 105.0, point.lat - 35.0
    shared = _waves(x, (20.0, 1 / 6), (20.0, 1 / 2))
    root = math.sqrt(abs(x))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + shared
    east += _waves(x, (20.0, 1.0), (40.0, 3.0)) + _waves(x, (150.0, 12.0), (300.0, 30.0))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + shared
    north += _waves(y, (20.0, 1.0), (40.0, 3.0)) + _waves(y, (160.0, 12.0), (320.0, 30.0))
    return east, north


def gcj02_from_wgs84(point: Point) -> Point:
    """The GCJ-02 coordinates of a WGS-84 point; unchanged outside the shifted area."""
    if not _in_shifted_area(point):
        return point
    east, north = _shift_m(point)
    latitude = math.radians(point.lat)
    curve = 1 - _ECCENTRICITY_SQUARED * math.sin(latitude) ** 2
    meridian = _SEMI_MAJOR_M * (1 - _ECCENTRICITY_SQUARED) / (curve * math.sqrt(curve))
    parallel = _SEMI_MAJOR_M / math.sqrt(curve) * math.cos(latitude)
    return Point(
        point.lon + math.degrees(east / parallel), point.lat + math.degrees(north / meridian)
    )


def wgs84_from_gcj02(point: Point) -> Point:
    """The WGS-84 point whose GCJ-02 coordinates are these, by fixed-point iteration.

    The shift changes by less than one part in a thousand over its own length, so each step
    gains about three digits. Error below a millimetre in the shifted area.
    """
    if not _in_shifted_area(point):
        return point
    guess = point
    for _ in range(_STEPS_MAX):
        there = gcj02_from_wgs84(guess)
        lon_off, lat_off = there.lon - point.lon, there.lat - point.lat
        guess = Point(guess.lon - lon_off, guess.lat - lat_off)
        if abs(lon_off) < _CLOSE_ENOUGH_DEGREES and abs(lat_off) < _CLOSE_ENOUGH_DEGREES:
            break
    return guess


def to_wgs84(point: Point, datum: Datum) -> Point:
    """The point in WGS-84. An unknown datum passes unchanged; say its error with it."""
    return wgs84_from_gcj02(point) if datum == "gcj02" else point
