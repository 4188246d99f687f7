"""The region as drawn shapes, and which banner a point lies in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from uuid import UUID

from django.conf import settings

from denghuo.kernel.region import Region
from denghuo.places.logic.geodesy import Point
from denghuo.places.logic.rings import shape_holds
from denghuo.places.logic.svg_paths import ViewBox, view_box_around
from denghuo.places.models import Boundary

MapLevel = Literal["league", "banner"]


@dataclass(frozen=True, slots=True)
class MapShape:
    """One division as an SVG path."""

    code: str
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class RegionMap:
    """Shapes by pinyin, and what must stand beside them wherever they are shown.

    ``review_number`` is the 审图号; while it is None the map must not be shown to the public.
    """

    view_box: ViewBox
    shapes: tuple[MapShape, ...]
    source: str
    note: str
    review_number: str | None


def map_review_number() -> str | None:
    """The 审图号 of the region map, once the authority has given one."""
    return getattr(settings, "MAP_REVIEW_NUMBER", "") or None


def region_map(level: MapLevel, within: str | None = None) -> RegionMap:
    """All leagues or all banners in force, or those inside one division, ready to be drawn."""
    rows = Boundary.objects.select_related("division").filter(
        division__level=level, division__valid_until=None
    )
    if within:
        rows = rows.filter(division__code__startswith=Region.read(within).prefix)
    shapes: list[MapShape] = []
    source = note = ""
    for row in rows.order_by("division__sort_key", "division__code").defer("geometry"):
        one = row.division
        shapes.append(MapShape(one.code, one.name, row.svg_path))
        source, note = row.source, row.note
    return RegionMap(
        view_box=view_box_around(shape.path for shape in shapes),
        shapes=tuple(shapes),
        source=source,
        note=note,
        review_number=map_review_number(),
    )


@lru_cache(maxsize=256)
def _shape(_id: UUID) -> list[list[list[tuple[float, float]]]]:
    # Kept for the life of the process: boundaries change once a year, by command, and the
    # server is started anew after it.
    geometry = Boundary.objects.values_list("geometry", flat=True).get(pk=_id)
    return [
        [[(lon, lat) for lon, lat in ring] for ring in polygon]
        for polygon in geometry["coordinates"]
    ]


def banner_at(point: Point) -> str | None:
    """Code of the banner whose simplified boundary holds the point; None outside the region."""
    rows = Boundary.objects.filter(
        division__level="banner",
        division__valid_until=None,
        west__lte=point.lon,
        east__gte=point.lon,
        south__lte=point.lat,
        north__gte=point.lat,
    ).values_list("pk", "division__code")
    for pk, code in rows:
        if shape_holds(_shape(pk), (point.lon, point.lat)):
            return code
    return None
