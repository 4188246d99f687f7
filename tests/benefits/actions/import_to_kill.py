"""A worker's import, killed by its own hand at a named place, so that the place is certain."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from uuid import UUID

import django

django.setup()

from django.utils import timezone  # noqa: E402  after Django is set up

from denghuo.benefits.actions import import_applying, import_reading  # noqa: E402
from denghuo.benefits.models import FactImport, ImportedFact  # noqa: E402
from denghuo.benefits.queries.imports import view_of  # noqa: E402

silent = lambda _done, _total: None  # noqa: E731
calls: list[int] = []


def die(*_given: object, **_more: object) -> None:
    """As the kernel's out-of-memory killer does it: no handler, no finally."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_second(*_given: object, **_more: object) -> None:
    """The first time goes well."""
    calls.append(1)
    if len(calls) > 1:
        die()


import_id, place = UUID(sys.argv[1]), sys.argv[2]
import_applying.CHUNK_ROWS = 3
view = view_of(FactImport.objects.get(pk=import_id))
if place == "check: before the files have names":
    Path.replace = die  # type: ignore[method-assign, assignment]
elif place == "check: between the files and the row":
    import_reading.shutil.rmtree = die  # type: ignore[attr-defined]
elif place == "apply: facts written, cursor not yet":
    written = ImportedFact.objects.bulk_create

    def then_die(*given: object, **more: object) -> object:
        """Inside the transaction of the second step."""
        done = written(*given, **more)  # type: ignore[arg-type]
        die_second()
        return done

    ImportedFact.objects.bulk_create = then_die  # type: ignore[method-assign, assignment]
elif place == "apply: between two steps":
    silent = die_second
elif place == "apply: before it says so":
    import_applying._finish = die
elif place == "take back: between two steps":
    silent = die_second

if place.startswith("check"):
    import_reading.check_file(import_id, attempt=view.attempt, progress=silent, now=timezone.now())
elif place.startswith("apply"):
    import_applying.apply_import(import_id, progress=silent, clock=timezone.now)
else:
    import_applying.take_back_import(import_id, progress=silent, clock=timezone.now)
