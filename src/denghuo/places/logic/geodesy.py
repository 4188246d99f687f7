"""Distances on a sphere, boxes around a point, and checks of a coordinate.

Crow-fly only: what a resident walks or drives is longer, so whoever shows these metres
says "直线距离，估算".
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from denghuo.kernel.refusal import RefusalError

# Mean radius R1 of the WGS-84 ellipsoid (IUGG). A sphere errs by at most 0.56 %.
EARTH_RADIUS_M = 6_371_008.8
METRES_PER_DEGREE = math.radians(1) * EARTH_RADIUS_M


class NotOnEarthError(RefusalError):
    """The numbers are no longitude and latitude."""

    code = "places.not_on_earth"
    template = "经度应在 -180 到 180 之间，纬度应在 -90 到 90 之间。"


@dataclass(frozen=True, slots=True)
class Point:
    """Longitude and latitude in degrees, WGS-84 (CGCS2000 is the same to a few centimetres)."""

    lon: float
    lat: float

    def __post_init__(self) -> None:
        # Written so that NaN fails too.
        if not (-180 <= self.lon <= 180 and -90 <= self.lat <= 90):
            raise NotOnEarthError


@dataclass(frozen=True, slots=True)
class Box:
    """West, south, east, north in degrees, edges included."""

    west: float
    south: float
    east: float
    north: float

    def __contains__(self, point: Point) -> bool:
        return self.west <= point.lon <= self.east and self.south <= point.lat <= self.north


def distance_m(start: Point, end: Point) -> float:
    """Great-circle distance in metres (haversine, exact for near and far points alike)."""
    south, north = math.radians(start.lat), math.radians(end.lat)
    half_height = math.sin((north - south) / 2)
    half_width = math.sin(math.radians(end.lon - start.lon) / 2)
    chord = half_height**2 + math.cos(south) * math.cos(north) * half_width**2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))


def boxes_around(centre: Point, radius_m: float) -> tuple[Box, ...]:
    """Boxes that together hold every point within ``radius_m``; two where it meets 180°.

    The width is that of the circle itself, not of its middle parallel: the tangent points
    lie nearer the pole, so a box by the middle parallel would lose points at the sides.
    """
    # A hair more than the radius, so that rounding never loses a point on the rim.
    angle = radius_m * (1 + 1e-9) / EARTH_RADIUS_M
    high = math.degrees(angle)
    south, north = centre.lat - high, centre.lat + high
    if south <= -90 or north >= 90:
        return (Box(-180.0, max(south, -90.0), 180.0, min(north, 90.0)),)
    # Grows to NaN never: away from the poles sin(angle) < cos(lat).
    wide = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(centre.lat)))))
    west, east = centre.lon - wide, centre.lon + wide
    if west < -180:
        return Box(-180.0, south, east, north), Box(west + 360, south, 180.0, north)
    if east > 180:
        return Box(west, south, 180.0, north), Box(-180.0, south, east - 360, north)
    return (Box(west, south, east, north),)
