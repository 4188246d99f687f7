"""One engine in a process of its own: told to run a round, it answers with the seconds.

Started by ``benchmarks.policy`` as ``python -m benchmarks.policy_peers.worker NAME FOLDER``.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any, Protocol

ENGINES = {
    "ours": "ours:Arrays",
    "ours_files": "ours:Files",
    "floor_stream": "ours:Stream",
    "openfisca": "openfisca:OpenFisca",
    "numpy": "rows_of_numpy:NumpyText",
    "polars": "rows_of_polars:PolarsText",
    "duckdb": "duckdb_sql:InMemory",
    "duckdb_files": "duckdb_sql:Files",
    "sail_files": "sail_sql:Files",
    "zen": "zen_records:Zen",
}


class Peer(Protocol):
    """What each engine's class offers. ``pairs`` is how many answers one run gives."""

    pairs: int

    def run(self) -> None:
        """One round of the work that is timed."""
        ...

    def report(self) -> dict[str, Any]:
        """Verdict counts, sums, or what else should be compared."""
        ...


def peak_mb() -> float:
    """The most memory this process has ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Serve rounds on standard input and output, one JSON line each."""
    # Arrow's usual allocator keeps what was freed; reading the file is not what is measured
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
    name, folder = sys.argv[1], Path(sys.argv[2])
    module, _, kind = ENGINES[name].partition(":")
    peer: Peer = getattr(importlib.import_module(f"benchmarks.policy_peers.{module}"), kind)(folder)
    answer({"ready": True, "pairs": peer.pairs})
    for line in sys.stdin:
        if line.strip() == "run":
            began, cpu = time.perf_counter(), time.process_time()
            peer.run()
            answer({"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu})
        elif line.strip() == "report":
            answer({"peak_mb": peak_mb(), **peer.report()})
        else:
            break
    os._exit(0)  # servers started inside an engine need not wind down in order


def answer(values: dict[str, Any]) -> None:
    """One line to the parent."""
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
