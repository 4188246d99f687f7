"""Scripts in processes of their own, on the database of the test that starts them.

To be killed for real, a deed needs a process of its own, and a new process needs seconds to load
Django. So one mother process loads it once, opens nothing, and every process is forked from it:
its own memory, connections and life, there in a few milliseconds.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path

from django.conf import settings
from django.db import connection, connections

_MOTHER = multiprocessing.get_context("forkserver")
_MOTHER.set_forkserver_preload(["tests.elsewhere_loaded"])


def start(
    script: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    output: Path | None = None,
) -> BaseProcess:
    """Run the script as ``python script arguments``, with this test's database and folders.

    ``output`` takes what it prints (a named pipe to hear it at once). The process' ``exitcode``
    is minus the signal for one that was killed.
    """
    here = {"DATA_DIR": settings.DATA_DIR, "KERNEL_DIR": settings.KERNEL_DIR}
    process = _MOTHER.Process(
        target=_run,
        args=(script, arguments, dict(environment or {}), output, connection.settings_dict, here),
    )
    process.start()
    return process


def _run(  # noqa: PLR0917  what a process is made of
    script: Path,
    arguments: tuple[str, ...],
    environment: dict[str, str],
    output: Path | None,
    database: dict[str, object],
    here: dict[str, object],
) -> None:
    os.environ.update(environment)
    connections.settings["default"].update(database)
    for name, value in here.items():
        setattr(settings, name, value)
    if output is not None:
        with output.open("wb") as file:
            os.dup2(file.fileno(), sys.stdout.fileno())
    sys.argv = [str(script), *arguments]
    runpy.run_path(str(script), run_name="__main__")
