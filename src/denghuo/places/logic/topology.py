"""Neighbouring areas as shared arcs, so that simplifying leaves neither gap nor overlap.

Corners are rounded to a grid; where borders of different areas part, the rings are cut; each
piece of border between two areas is then one arc, kept once. Simplified arcs that would touch
one another are given back more of their corners until none do, so every ring stays valid.
Joining areas (banners into a league) drops the arcs that two of them share.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from denghuo.places.logic.rings import Ring, Shape, meeting_pairs, shape_holds, signed_area

Grid = tuple[int, int]
Arc = tuple[Grid, ...]
# An arc by its index; a negative number ~index means it is walked backwards.
Use = int
_ROUNDS_MAX = 40


@dataclass(frozen=True, slots=True)
class Topology:
    """``arcs`` on a grid of ``step`` degrees; ``uses`` gives each area its rings of arcs."""

    step: float
    arcs: tuple[Arc, ...]
    uses: Mapping[str, tuple[tuple[Use, ...], ...]]


def _rounded(ring: Ring, step: float) -> list[Grid]:
    """The ring on the grid, without repeats and without its closing corner."""
    corners: list[Grid] = []
    for x, y in ring:
        corner = (round(x / step), round(y / step))
        if not corners or corners[-1] != corner:
            corners.append(corner)
    while len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    return corners


def _oriented(ring: list[Grid], *, outer: bool) -> list[Grid]:
    """Outer rings counter-clockwise, holes clockwise: the area is always on the left."""
    counter_clockwise = signed_area([*ring, ring[0]]) > 0
    return ring if counter_clockwise == outer else ring[::-1]


def _grid_rings(shape: Shape, step: float) -> list[list[Grid]]:
    rings: list[list[Grid]] = []
    for polygon in shape:
        for place, ring in enumerate(polygon):
            corners = _rounded(ring, step)
            if len(corners) >= 3 and signed_area([*corners, corners[0]]):
                rings.append(_oriented(corners, outer=place == 0))
    return rings


def _junctions(rings: Iterable[list[Grid]]) -> set[Grid]:
    """Corners where rings part: their two neighbours are not the same pair everywhere."""
    neighbours: dict[Grid, frozenset[Grid]] = {}
    parting: set[Grid] = set()
    for ring in rings:
        for place, corner in enumerate(ring):
            pair = frozenset((ring[place - 1], ring[(place + 1) % len(ring)]))
            if neighbours.setdefault(corner, pair) != pair:
                parting.add(corner)
    return parting


def _pieces(ring: list[Grid], junctions: set[Grid]) -> Iterable[Arc]:
    cuts = [place for place, corner in enumerate(ring) if corner in junctions]
    if not cuts:
        # An island or an enclave: start at a corner both sides agree on.
        start = ring.index(min(ring))
        cuts = [start]
    for cut, following in zip(cuts, [*cuts[1:], cuts[0] + len(ring)], strict=True):
        yield tuple(ring[place % len(ring)] for place in range(cut, following + 1))


def build_topology(shapes: Mapping[str, Shape], step: float) -> Topology:
    """Cut the areas' borders into shared arcs on a grid of ``step`` degrees."""
    rings = {name: _grid_rings(shape, step) for name, shape in shapes.items()}
    junctions = _junctions(ring for area in rings.values() for ring in area)
    index_of: dict[Arc, int] = {}
    uses: dict[str, tuple[tuple[Use, ...], ...]] = {}
    for name, area in rings.items():
        walked: list[tuple[Use, ...]] = []
        for ring in area:
            ring_uses: list[Use] = []
            for piece in _pieces(ring, junctions):
                backwards = piece[::-1]
                canonical = min(piece, backwards)
                index = index_of.setdefault(canonical, len(index_of))
                ring_uses.append(index if canonical == piece else ~index)
            walked.append(tuple(ring_uses))
        uses[name] = tuple(walked)
    return Topology(step=step, arcs=tuple(index_of), uses=uses)


def _farthest(arc: Sequence[Grid], first: int, last: int, narrow: float) -> tuple[float, int]:
    """Greatest distance of a corner from the line first–last, and its place."""
    (ax, ay), (bx, by) = arc[first], arc[last]
    dx, dy = (bx - ax) * narrow, by - ay
    length = math.hypot(dx, dy)
    best, best_at = -1.0, first
    for place in range(first + 1, last):
        px, py = (arc[place][0] - ax) * narrow, arc[place][1] - ay
        off = abs(px * dy - py * dx) / length if length else math.hypot(px, py)
        if off > best:
            best, best_at = off, place
    return best, best_at


def simplify_arc(arc: Arc, tolerance: float, narrow: float = 1.0) -> Arc:
    """Douglas–Peucker: drop corners that lie within ``tolerance`` of the line that stays.

    Both ends stay; a closed arc keeps its start and the corner farthest from it. ``narrow``
    scales x against y (a degree of longitude is shorter than one of latitude).
    """
    keep = {0, len(arc) - 1}
    open_spans = [(0, len(arc) - 1)]
    while open_spans:
        first, last = open_spans.pop()
        off, at = _farthest(arc, first, last, narrow)
        closed = arc[first] == arc[last]
        if off > tolerance or (closed and off > 0):
            keep.add(at)
            open_spans += [(first, at), (at, last)]
    return tuple(arc[place] for place in sorted(keep))


def simplify(topology: Topology, tolerance: float, narrow: float = 1.0) -> Topology:
    """Simplify every arc by ``tolerance`` degrees of latitude; no two arcs end up touching.

    Arcs whose simplified lines meet get half the tolerance and another try. Where borders
    meet even as given (a flaw of the source), the arc is left as given.
    """
    tolerances = [tolerance / topology.step] * len(topology.arcs)
    arcs = [simplify_arc(arc, tolerances[0], narrow) for arc in topology.arcs]
    for _ in range(_ROUNDS_MAX):
        owners: list[int] = []
        segments = []
        for index, arc in enumerate(arcs):
            for start, end in itertools.pairwise(arc):
                owners.append(index)
                segments.append((start, end))
        clashing = {owners[place] for pair in meeting_pairs(segments) for place in pair}
        clashing = {index for index in clashing if arcs[index] != topology.arcs[index]}
        if not clashing:
            break
        for index in clashing:
            tolerances[index] = tolerances[index] / 2 if tolerances[index] > 0.5 else -1.0
            arcs[index] = simplify_arc(topology.arcs[index], tolerances[index], narrow)
    return Topology(step=topology.step, arcs=tuple(arcs), uses=topology.uses)


def _chain(pieces: Collection[Arc]) -> list[list[Grid]]:
    """Join arcs end to start into closed rings; a ring that touches itself becomes two."""
    leaving: dict[Grid, list[Arc]] = {}
    for piece in pieces:
        leaving.setdefault(piece[0], []).append(piece)
    rings: list[list[Grid]] = []
    while leaving:
        walk: list[Grid] = [next(iter(leaving))]
        while walk[-1] in leaving:
            onward = leaving[walk[-1]]
            piece = onward.pop()
            if not onward:
                del leaving[piece[0]]
            walk.extend(piece[1:])
            first_seen = walk.index(walk[-1])
            if first_seen < len(walk) - 1:
                rings.append(walk[first_seen:])
                del walk[first_seen + 1 :]
    return rings


def shape_of(topology: Topology, names: Collection[str]) -> list[list[list[tuple[float, float]]]]:
    """The areas joined into one shape, in degrees; borders between them are gone."""
    walked = {use for name in names for ring in topology.uses[name] for use in ring}
    outline = [use for use in walked if ~use not in walked]
    pieces = [
        topology.arcs[use] if use >= 0 else topology.arcs[~use][::-1] for use in sorted(outline)
    ]
    decimals = max(0, math.ceil(-math.log10(topology.step)))
    rings = [
        [(round(x * topology.step, decimals), round(y * topology.step, decimals)) for x, y in ring]
        for ring in _chain(pieces)
    ]
    outers = sorted((ring for ring in rings if signed_area(ring) > 0), key=signed_area)
    polygons = [[ring] for ring in outers]
    for hole in (ring for ring in rings if signed_area(ring) < 0):
        # The smallest outer ring around the hole's middle edge owns it.
        middle = ((hole[0][0] + hole[1][0]) / 2, (hole[0][1] + hole[1][1]) / 2)
        for polygon in polygons:
            if shape_holds([[polygon[0]]], middle) or hole[0] in polygon[0]:
                polygon.append(hole)
                break
    return polygons[::-1]
