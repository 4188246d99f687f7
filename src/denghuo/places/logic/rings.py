"""Rings and polygons in the plane: area, point inside, a point well inside, crossings.

A ring is a closed list of corners, the first repeated at the end. A shape is a list of
polygons, a polygon a list of rings: the outer one first, then its holes (GeoJSON's
MultiPolygon). Coordinates are any plane's; degrees will do for inside and crossing.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterator, Sequence

Corner = tuple[float, float]
Ring = Sequence[Corner]
Polygon = Sequence[Ring]
Shape = Sequence[Polygon]
Segment = tuple[Corner, Corner]


def signed_area(ring: Ring) -> float:
    """Positive when the ring runs counter-clockwise."""
    return sum(x * v - u * y for (x, y), (u, v) in itertools.pairwise(ring)) / 2


def shape_area(shape: Shape) -> float:
    """Area of all polygons less their holes."""
    return sum(
        abs(signed_area(polygon[0])) - sum(abs(signed_area(hole)) for hole in polygon[1:])
        for polygon in shape
    )


def _ring_holds(ring: Ring, x: float, y: float) -> bool:
    """Even-odd rule; a ray to the east crosses the ring an odd number of times."""
    inside = False
    for (ax, ay), (bx, by) in itertools.pairwise(ring):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def shape_holds(shape: Shape, corner: Corner) -> bool:
    """True if the point lies inside some polygon and in none of its holes."""
    x, y = corner
    return any(
        _ring_holds(polygon[0], x, y) and not any(_ring_holds(hole, x, y) for hole in polygon[1:])
        for polygon in shape
    )


def _distance_to_edge(polygon: Polygon, x: float, y: float) -> float:
    """Distance to the nearest edge, negative outside."""
    best = math.inf
    inside = False
    for ring in polygon:
        for (ax, ay), (bx, by) in itertools.pairwise(ring):
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                inside = not inside
            dx, dy = bx - ax, by - ay
            length = dx * dx + dy * dy
            along = 0.0
            if length:
                along = min(1.0, max(0.0, ((x - ax) * dx + (y - ay) * dy) / length))
            best = min(best, (x - ax - along * dx) ** 2 + (y - ay - along * dy) ** 2)
    return math.sqrt(best) if inside else -math.sqrt(best)


def point_well_inside(shape: Shape, precision: float) -> Corner:
    """The middle of the largest circle inside the largest polygon, to ``precision``.

    Squares are split best first; a square whose corners cannot beat the best found so far is
    dropped (the "pole of inaccessibility" search).
    """
    polygon = max(shape, key=lambda candidate: abs(signed_area(candidate[0])))
    xs, ys = [x for x, _ in polygon[0]], [y for _, y in polygon[0]]
    west, south, east, north = min(xs), min(ys), max(xs), max(ys)
    side = min(east - west, north - south)
    squares: list[tuple[float, float, float, float]] = []

    def offer(x: float, y: float, half: float) -> float:
        depth = _distance_to_edge(polygon, x, y)
        heapq.heappush(squares, (-(depth + half * math.sqrt(2)), x, y, half))
        return depth

    best, best_at = -math.inf, (west, south)
    for column in range(math.ceil((east - west) / side)):
        for row in range(math.ceil((north - south) / side)):
            at = (west + (column + 0.5) * side, south + (row + 0.5) * side)
            depth = offer(*at, side / 2)
            if depth > best:
                best, best_at = depth, at
    while squares:
        promise, x, y, half = heapq.heappop(squares)
        if -promise - best <= precision:
            break
        quarter = half / 2
        for at in ((x + i * quarter, y + j * quarter) for i in (-1, 1) for j in (-1, 1)):
            depth = offer(*at, quarter)
            if depth > best:
                best, best_at = depth, at
    return best_at


def _side(a: Corner, b: Corner, c: Corner) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _between(a: Corner, b: Corner, c: Corner) -> bool:
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def segments_meet(first: Segment, second: Segment) -> bool:
    """True if the segments share a point other than an end common to both."""
    (a, b), (c, d) = first, second
    shared = {a, b} & {c, d}
    if len(shared) == 2:
        return True
    sides = _side(a, b, c), _side(a, b, d), _side(c, d, a), _side(c, d, b)
    if shared:
        # A common end is allowed; lying on one another beyond it is not.
        pivot = shared.pop()
        loose_first, loose_second = (b if a == pivot else a), (d if c == pivot else c)
        return _side(pivot, loose_first, loose_second) == 0 and (
            _between(pivot, loose_first, loose_second) or _between(pivot, loose_second, loose_first)
        )
    if sides[0] * sides[1] < 0 and sides[2] * sides[3] < 0:
        return True
    return (
        (sides[0] == 0 and _between(a, b, c))
        or (sides[1] == 0 and _between(a, b, d))
        or (sides[2] == 0 and _between(c, d, a))
        or (sides[3] == 0 and _between(c, d, b))
    )


def meeting_pairs(segments: Sequence[Segment]) -> Iterator[tuple[int, int]]:
    """Index pairs of segments that meet, found through a grid of squares.

    The squares are a little larger than the segments are long on average: about as many
    squares as segments, few segments in each.
    """
    if not segments:
        return
    reach = sum(max(abs(bx - ax), abs(by - ay)) for (ax, ay), (bx, by) in segments)
    cell = max(2 * reach / len(segments), 1e-12)
    grid: dict[tuple[int, int], list[int]] = {}
    for index, ((ax, ay), (bx, by)) in enumerate(segments):
        for column in range(math.floor(min(ax, bx) / cell), math.floor(max(ax, bx) / cell) + 1):
            for row in range(math.floor(min(ay, by) / cell), math.floor(max(ay, by) / cell) + 1):
                grid.setdefault((column, row), []).append(index)
    seen: set[tuple[int, int]] = set()
    for members in grid.values():
        for place, one in enumerate(members):
            for other in members[place + 1 :]:
                if (one, other) not in seen:
                    seen.add((one, other))
                    if segments_meet(segments[one], segments[other]):
                        yield one, other
