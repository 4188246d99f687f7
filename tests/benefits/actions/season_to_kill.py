"""A worker's step of a season, killed by its own hand at the n-th call of a named function, so
that the place is certain: inside a transaction, between two, before the last."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import django

django.setup()


from denghuo.benefits.actions import (  # noqa: E402
    season_opening,
    season_sweeping,
    season_work,
)
from denghuo.benefits.models import Season  # noqa: E402


def dying(call: Callable[..., Any], at: int, *, before: bool) -> Callable[..., Any]:
    """The call, at whose ``at``-th time the process dies: no handler, no finally."""
    calls: list[int] = []

    def run(*given: Any, **more: Any) -> Any:
        calls.append(1)
        if before and len(calls) == at:
            os.kill(os.getpid(), signal.SIGKILL)
        done = call(*given, **more)
        if not before and len(calls) == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    return run


season_id, place, at, when = UUID(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
modules = {
    "join_tables": season_sweeping,
    "sweep_table": season_sweeping,
    "_keep": season_sweeping,
    "_proposals": season_sweeping,
    "place_holds": season_work,
    "open_cases_in_bulk": season_opening,
    "approve_in_bulk": season_work,
    "publish_in_bulk": season_work,
    "make_payable_in_bulk": season_work,
    "enter": season_work,
}
season_sweeping.ROWS_PER_CHUNK = 3
silent: Callable[[int, int], None] = lambda _done, _total: None  # noqa: E731
if place == "progress":
    silent = dying(silent, at, before=True)
else:
    home = modules[place]
    setattr(home, place, dying(getattr(home, place), at, before=when == "before"))
moment = datetime.fromisoformat(sys.argv[5])
season_work.work_season(
    season_id,
    attempt=Season.objects.get(pk=season_id).attempt,
    progress=silent,
    clock=lambda: moment,
    chunk=3,
)
