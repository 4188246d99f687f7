"""Points and boundaries of all divisions, computed once per load from the data packages."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from denghuo.kernel.region import Region
from denghuo.places.actions import sources
from denghuo.places.logic.gazetteer import (
    Area,
    Candidate,
    PlacedPoint,
    area_km2,
    inside_point,
    radius_m,
    seat_point,
    town_points,
)
from denghuo.places.logic.geodesy import METRES_PER_DEGREE
from denghuo.places.logic.rings import Shape
from denghuo.places.logic.svg_paths import path_of
from denghuo.places.logic.topology import Topology, build_topology, shape_of, simplify

GRID_DEGREES = 1e-4  # 11 m
KEPT_TOLERANCE_DEGREES = 0.001  # 110 m: for maps and for "is the point in its banner"
DRAWN_TOLERANCE_DEGREES = 0.01  # 1.1 km: two drawing units, for the region on one screen
# A degree of longitude is this much shorter than one of latitude in the region's middle.
_NARROW = math.cos(math.radians(44))


@dataclass(frozen=True, slots=True)
class Geography:
    """By division code: where it is, how large, and its boundary row."""

    points: Mapping[str, PlacedPoint]
    areas_km2: Mapping[str, float]
    boundaries: Mapping[str, dict[str, Any]]


def _members(codes: Iterable[str]) -> dict[str, list[str]]:
    """Region, leagues and banners, each with the banners it is made of."""
    members: dict[str, list[str]] = {}
    for code in sorted(codes):
        region: Region | None = Region(code)
        while region:
            members.setdefault(region.code, []).append(code)
            region = region.parent
    return members


def _boundary(kept: Shape, drawn: Shape) -> dict[str, Any]:
    box = Area(kept).box
    return {
        "geometry": {
            "type": "MultiPolygon",
            "coordinates": [
                [[[lon, lat] for lon, lat in ring] for ring in polygon] for polygon in kept
            ],
        },
        "svg_path": path_of(drawn),
        "west": box.west,
        "south": box.south,
        "east": box.east,
        "north": box.north,
        "tolerance_m": round(KEPT_TOLERANCE_DEGREES * METRES_PER_DEGREE),
        "datum": "cgcs2000",
        "source": sources.BOUNDARIES_SOURCE,
        "note": sources.BOUNDARIES_NOTE,
    }


def _inside(areas: Mapping[str, Area]) -> dict[str, list[Candidate]]:
    """Named places by the banner they lie in."""
    inside: dict[str, list[Candidate]] = {code: [] for code in areas}
    for place in sources.read_places():
        for code, area in areas.items():
            if place.point in area:
                inside[code].append(place)
                break
    return inside


def _points(
    listed: Sequence[sources.ListedDivision],
    shapes: Mapping[str, Shape],
    members: Mapping[str, list[str]],
    inside: Mapping[str, list[Candidate]],
    areas_km2: Mapping[str, float],
) -> dict[str, PlacedPoint]:
    names = {one.code: one.name for one in listed}
    points: dict[str, PlacedPoint] = {}
    for code, banners in members.items():
        within = [place for banner in banners for place in inside[banner]]
        points[code] = seat_point(names[code], within) or inside_point(shapes[code])
    townships: dict[str, dict[str, str]] = {}
    for one in listed:
        if one.parent_code and one.code not in members:
            townships.setdefault(one.parent_code, {})[one.code] = one.name
    for banner, names_here in townships.items():
        towns = town_points(names_here, inside[banner])
        # Where no town is known the township is somewhere in its banner, and says so.
        rest = PlacedPoint(points[banner].point, "above", radius_m(areas_km2[banner]))
        points |= {code: towns.get(code, rest) for code in names_here}
    return points


def _shapes(topology: Topology, members: Mapping[str, list[str]]) -> dict[str, Shape]:
    return {code: shape_of(topology, banners) for code, banners in members.items()}


def build_geography(listed: Sequence[sources.ListedDivision]) -> Geography:
    """Simplify the banners' boundaries, join them upwards, and place every division."""
    full = sources.read_areas()
    members = _members(full)
    topology = build_topology(full, GRID_DEGREES)
    kept = _shapes(simplify(topology, KEPT_TOLERANCE_DEGREES, _NARROW), members)
    drawn = _shapes(simplify(topology, DRAWN_TOLERANCE_DEGREES, _NARROW), members)
    inside = _inside({code: Area(shape) for code, shape in full.items()})
    areas_km2 = {code: area_km2(shape) for code, shape in kept.items()}
    return Geography(
        # The coarse shapes will do: a point well inside is far from any border.
        points=_points(listed, drawn, members, inside, areas_km2),
        areas_km2=areas_km2,
        boundaries={code: _boundary(kept[code], drawn[code]) for code in members},
    )
