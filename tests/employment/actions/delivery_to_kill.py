"""A worker's taking in, killed by its own hand at the n-th call of a named function, so that the
place is certain: inside a transaction, between two steps, before it says that it is done."""

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

from denghuo.employment.actions import delivery_applying  # noqa: E402  after Django is set up
from denghuo.employment.actions.collecting import posting, taking  # noqa: E402
from denghuo.employment.queries import reading  # noqa: E402
from tests.employment.collected import PLACES  # noqa: E402


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


delivery_id, place, at, when = UUID(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
moment = datetime.fromisoformat(sys.argv[5])
homes: dict[str, Any] = {
    "write_posts": taking,
    "_write_questions": posting,
    "take_rows": delivery_applying,
    "keep_remarks": delivery_applying,
    "tell_followers": delivery_applying,
    "withdraw_adverts": delivery_applying,
    "_audit": delivery_applying,
    "_finish": delivery_applying,
}
delivery_applying.CHUNK_ROWS = 3
reading._places = lambda: PLACES
silent: Callable[[int, int], None] = lambda _done, _total: None  # noqa: E731
if place == "progress":
    silent = dying(silent, at, before=True)
else:
    setattr(homes[place], place, dying(getattr(homes[place], place), at, before=when == "before"))
delivery_applying.apply_delivery(delivery_id, progress=silent, clock=lambda: moment)
