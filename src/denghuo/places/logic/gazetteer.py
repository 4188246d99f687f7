"""Where a division is, from boundaries and named places: seat, town, or a point inside."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from denghuo.places.logic.albers import project
from denghuo.places.logic.geodesy import Box, Point
from denghuo.places.logic.lineage import stem_of
from denghuo.places.logic.rings import Shape, point_well_inside, shape_area, shape_holds

PointKind = Literal["seat", "town", "area", "above"]
# A named place is a point for a whole town; its streets lie within about this distance.
TOWN_ACCURACY_M = 3_000
_INSIDE_PRECISION_DEGREES = 0.01
_TOWNSHIP_WORDS = ("民族乡", "民族苏木", "街道", "苏木", "镇", "乡")


@dataclass(frozen=True, slots=True)
class PlacedPoint:
    """A point that stands for a division, and how far from it a door may be."""

    point: Point
    kind: PointKind
    accuracy_m: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A populated place with its Chinese names."""

    names: tuple[str, ...]
    point: Point
    population: int


@dataclass(frozen=True, slots=True)
class Area:
    """A shape with its box, so that most points are refused cheaply."""

    shape: Shape
    box: Box = field(init=False)

    def __post_init__(self) -> None:
        xs = [x for polygon in self.shape for x, _ in polygon[0]]
        ys = [y for polygon in self.shape for _, y in polygon[0]]
        object.__setattr__(self, "box", Box(min(xs), min(ys), max(xs), max(ys)))

    def __contains__(self, point: Point) -> bool:
        return point in self.box and shape_holds(self.shape, (point.lon, point.lat))


def area_km2(shape: Shape) -> float:
    """True area in square kilometres, by equal-area projection."""
    flat = [
        [[project(Point(lon, lat)) for lon, lat in ring] for ring in polygon] for polygon in shape
    ]
    return shape_area(flat) / 1e6


def radius_m(area: float) -> int:
    """How vague "somewhere in it" is: the radius of a circle of so many square kilometres."""
    return round(math.sqrt(area / math.pi) * 1000)


def inside_point(shape: Shape) -> PlacedPoint:
    """A point well inside, as vague as the area is large."""
    lon, lat = point_well_inside(shape, _INSIDE_PRECISION_DEGREES)
    return PlacedPoint(Point(lon, lat), "area", radius_m(area_km2(shape)))


def seat_point(name: str, inside: Iterable[Candidate]) -> PlacedPoint | None:
    """The largest place inside that bears the division's own name; None if there is none."""
    wanted = {name, stem_of(name)}
    named = [place for place in inside if wanted & {*place.names, *map(stem_of, place.names)}]
    if not named:
        return None
    largest = max(named, key=lambda place: (place.population, place.point.lon))
    return PlacedPoint(largest.point, "seat", TOWN_ACCURACY_M)


def township_stem(name: str) -> str:
    """The name without 镇, 乡, 苏木 or 街道."""
    for word in _TOWNSHIP_WORDS:
        if name.endswith(word) and len(name) - len(word) >= 2:
            return name.removesuffix(word)
    return name


def town_points(
    townships: Mapping[str, str], inside: Sequence[Candidate]
) -> dict[str, PlacedPoint]:
    """Township code to its town, where a place of the banner bears the township's name.

    ``townships`` maps code to name. The full name wins; a stem counts only when one township
    of the banner has it, so that 城关镇 and 城关街道 are never mixed up.
    """
    stems: dict[str, list[str]] = {}
    for code, name in townships.items():
        stems.setdefault(township_stem(name), []).append(code)
    full = {name: code for code, name in townships.items()}
    found: dict[str, tuple[bool, int, Point]] = {}
    for place in inside:
        for name in place.names:
            codes = stems.get(township_stem(name), [])
            exact = name in full
            if not exact and len(codes) != 1:
                continue
            code = full[name] if exact else codes[0]
            offer = (exact, place.population, place.point)
            found[code] = max(found.get(code, offer), offer, key=lambda best: best[:2])
    return {
        code: PlacedPoint(point, "town", TOWN_ACCURACY_M) for code, (_, _, point) in found.items()
    }
