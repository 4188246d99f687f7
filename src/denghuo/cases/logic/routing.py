"""Which office a case goes to: the item's deciding level, the subject's home, nothing else.

The same subject and item always lead to the same office: no turn-taking, no chance.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from denghuo.kernel.region import LEVELS, Level, Region

WHOLE_REGION = Region.read("15")


@dataclass(frozen=True, slots=True)
class Route:
    """The office's division. ``default``: nobody knew better, the whole region's queue."""

    area: Region
    default: bool


def office_for(home: Region | None, level: Level, *, staffed: Collection[str]) -> Route:
    """The division of the deciding level that holds ``home``, or the nearest above with an
    officer in it.

    ``staffed`` are the codes of divisions that have an officer of their own; where it is empty
    nobody is registered anywhere yet, and the deciding level stands. Without a home, or with
    one outside the region, the whole region's default queue takes the case.
    """
    if home is None or not WHOLE_REGION.contains(home):
        return Route(WHOLE_REGION, default=True)
    deciding = fold(home, level)
    place: Region | None = deciding
    while staffed and place is not None:
        if place.code in staffed:
            return Route(place, default=False)
        place = place.parent
    if staffed:
        return Route(WHOLE_REGION, default=True)
    return Route(deciding, default=False)


def fold(place: Region, level: Level) -> Region:
    """The division of ``level`` around a place; the place itself where it is coarser."""
    wanted = LEVELS.index(level)
    found = place
    while LEVELS.index(found.level) > wanted:
        above = found.parent
        if above is None:
            break
        found = above
    return found
