"""Albers equal-area conic projection: areas on the map are true, as a choropleth needs.

Formulas after Snyder, Map Projections: A Working Manual (USGS 1395), spherical form.
Standard parallels chosen for the region, 37.4° to 53.4° N, by the one-sixth rule.
"""

from __future__ import annotations

import math

from denghuo.places.logic.geodesy import EARTH_RADIUS_M, Point

SOUTH_PARALLEL, NORTH_PARALLEL = 40.0, 50.7
CENTRAL_MERIDIAN, ORIGIN_LATITUDE = 111.6, 45.0

_CONE = (math.sin(math.radians(SOUTH_PARALLEL)) + math.sin(math.radians(NORTH_PARALLEL))) / 2
_CONSTANT = math.cos(math.radians(SOUTH_PARALLEL)) ** 2 + 2 * _CONE * math.sin(
    math.radians(SOUTH_PARALLEL)
)


def _radius_m(latitude: float) -> float:
    return (
        EARTH_RADIUS_M * math.sqrt(_CONSTANT - 2 * _CONE * math.sin(math.radians(latitude))) / _CONE
    )


_ORIGIN_RADIUS_M = _radius_m(ORIGIN_LATITUDE)


def project(point: Point) -> tuple[float, float]:
    """East and north of the origin in metres."""
    radius = _radius_m(point.lat)
    angle = _CONE * math.radians(point.lon - CENTRAL_MERIDIAN)
    return radius * math.sin(angle), _ORIGIN_RADIUS_M - radius * math.cos(angle)
