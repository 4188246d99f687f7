"""Shapes as SVG path text in one common equal-area plane, small enough to send inline."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from denghuo.places.logic.albers import project
from denghuo.places.logic.geodesy import Point
from denghuo.places.logic.rings import Shape

UNIT_M = 500  # one unit of the drawing
_NUMBERS = re.compile(r"-?\d+")
_SUBPATH = re.compile(r"M(-?\d+) (-?\d+)l([^z]*)z")


@dataclass(frozen=True, slots=True)
class ViewBox:
    """What an ``<svg viewBox>`` needs, in drawing units."""

    left: int
    top: int
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.left} {self.top} {self.width} {self.height}"


def drawing_point(point: Point) -> tuple[int, int]:
    """The point in drawing units; y grows downwards."""
    east, north = project(point)
    return round(east / UNIT_M), round(-north / UNIT_M)


def path_of(shape: Shape) -> str:
    """Path text: absolute start, relative integer lines; rings that vanish are left out."""
    parts: list[str] = []
    for polygon in shape:
        for ring in polygon:
            corners = [drawing_point(Point(lon, lat)) for lon, lat in ring[:-1]]
            steps: list[str] = []
            x, y = corners[0]
            for to_x, to_y in corners[1:]:
                if (to_x, to_y) != (x, y):
                    steps.append(f"{to_x - x} {to_y - y}")
                    x, y = to_x, to_y
            if len(steps) >= 2:
                parts.append(f"M{corners[0][0]} {corners[0][1]}l{' '.join(steps)}z")
    return "".join(parts).replace(" -", "-")


def corners_of(path: str) -> Iterable[tuple[int, int]]:
    """Every corner of a path written by ``path_of``, in drawing units."""
    for start_x, start_y, steps in _SUBPATH.findall(path.replace("-", " -").replace("M ", "M")):
        x, y = int(start_x), int(start_y)
        yield x, y
        numbers = [int(text) for text in _NUMBERS.findall(steps)]
        for across, down in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + across, y + down
            yield x, y


def view_box_around(paths: Iterable[str], margin: int = 40) -> ViewBox:
    """The box that shows all of the paths with a margin; a unit box when there are none."""
    corners = [corner for path in paths for corner in corners_of(path)]
    if not corners:
        return ViewBox(0, 0, 1, 1)
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    left, top = min(xs) - margin, min(ys) - margin
    return ViewBox(left, top, max(xs) + margin - left, max(ys) + margin - top)
