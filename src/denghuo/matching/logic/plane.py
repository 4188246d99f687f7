"""Longitude and latitude to metres on one plane for the whole region, and how far that is off.

Lambert's conformal conic projection with two standard parallels chosen for Inner Mongolia. Inside
the region lengths are off by at most seven per mille (tests/matching/logic/test_plane.py): less
than a straight line is off from any road. Computed once per place and kept as whole metres, so
that nothing after it depends on a machine's sine.
"""

from __future__ import annotations

import math

EARTH_RADIUS_METRES = 6_371_008
MICRODEGREES = 1_000_000
_ORIGIN_LONGITUDE = math.radians(111.0)
_ORIGIN_LATITUDE = math.radians(45.0)
_PARALLELS = (math.radians(39.5), math.radians(51.0))


def _open(latitude: float) -> float:
    return math.tan(math.pi / 4 + latitude / 2)


_CONE = math.log(math.cos(_PARALLELS[0]) / math.cos(_PARALLELS[1])) / math.log(
    _open(_PARALLELS[1]) / _open(_PARALLELS[0])
)
_FACTOR = math.cos(_PARALLELS[0]) * _open(_PARALLELS[0]) ** _CONE / _CONE
_ORIGIN_RADIUS = EARTH_RADIUS_METRES * _FACTOR / _open(_ORIGIN_LATITUDE) ** _CONE


def plane_metres(longitude_microdegrees: int, latitude_microdegrees: int) -> tuple[int, int]:
    """East and north in whole metres from 111°E 45°N."""
    longitude = math.radians(longitude_microdegrees / MICRODEGREES)
    latitude = math.radians(latitude_microdegrees / MICRODEGREES)
    radius = EARTH_RADIUS_METRES * _FACTOR / _open(latitude) ** _CONE
    angle = _CONE * (longitude - _ORIGIN_LONGITUDE)
    east = radius * math.sin(angle)
    north = _ORIGIN_RADIUS - radius * math.cos(angle)
    return math.floor(east + 0.5), math.floor(north + 0.5)
