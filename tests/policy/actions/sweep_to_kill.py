"""A worker's run, killed by its own hand at a named place, so that the place is certain."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path
from uuid import UUID

import django

django.setup()

from denghuo.policy.actions import sweep_work  # noqa: E402  after Django is set up
from denghuo.policy.engines import results  # noqa: E402


def die(*_given: object, **_more: object) -> None:
    """As the kernel's out-of-memory killer does it: no handler, no finally."""
    os.kill(os.getpid(), signal.SIGKILL)


run_id, place = UUID(sys.argv[1]), sys.argv[2]
if place == "while it writes":
    written = results.FileSink.write
    calls: list[int] = []

    def write(*given: object, **more: object) -> None:
        """The first batch is written, the second kills."""
        calls.append(1)
        if len(calls) > 1:
            die()
        written(*given, **more)  # type: ignore[arg-type]

    results.FileSink.write = write  # type: ignore[method-assign]
elif place == "before the files have names":
    Path.replace = die  # type: ignore[method-assign, assignment]
else:
    # The files have their names, the attempt's folder still stands, the row says running.
    shutil.rmtree = die  # type: ignore[assignment]

sweep_work.run_sweep(run_id, progress=lambda _done, _total: None)
