"""The divisions an officer may choose among."""

from __future__ import annotations

from denghuo.kernel.region import Region
from denghuo.places.public import divisions_of_level, names_of
from denghuo.platform.public import Actor


def areas_within(actor: Actor) -> list[tuple[str, str]]:
    """Code and name of the actor's own area, then its leagues and banners."""
    if actor.area is None:
        return []
    codes = [actor.area.code]
    for level in ("league", "banner"):
        codes += [
            one.code
            for one in divisions_of_level(level)
            if one.code != actor.area.code and actor.area.contains(Region(one.code))
        ]
    names = names_of(codes)
    return [(one, names.get(one, one)) for one in codes]
