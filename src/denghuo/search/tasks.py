"""Jobs of the search room: the files are built anew before following them grows long."""

from __future__ import annotations

from datetime import timedelta

from denghuo.platform.public import RunningJob, scheduled
from denghuo.search.queries.registered import shelf_kinds
from denghuo.search.queries.standing import build_shelf, changes_since_built

# Below this many changes following them costs less than writing the files.
CHANGES_MIN = 500


@scheduled(
    "search.build_shelves",
    every=timedelta(minutes=10),
    lease=timedelta(minutes=30),
    atomic=False,
)
def build_shelves_job(_running: RunningJob) -> None:
    """Build every shelf anew that has changed much, or was never built."""
    for kind in shelf_kinds():
        if changes_since_built(kind) >= CHANGES_MIN:
            build_shelf(kind)
