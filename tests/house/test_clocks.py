"""No test is judged by a stop-watch: figures of speed are benchmarks' (benchmarks/)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

pytestmark = pytest.mark.no_postgres

TESTS = Path(__file__).parents[1]
# ``time.monotonic`` stays: it ends a wait for another process that would otherwise last for ever.
STOP_WATCHES = {"perf_counter", "perf_counter_ns", "process_time", "process_time_ns", "timeit"}


def stop_watches(tree: ast.AST) -> set[str]:
    """The names of stop-watches that are read."""
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names & STOP_WATCHES


def test_no_test_reads_a_stop_watch() -> None:
    assert stop_watches(ast.parse("began = time.perf_counter()")), "the search itself"
    files = sorted(TESTS.rglob("*.py"))
    assert len(files) > 100
    found = {
        file.relative_to(TESTS).as_posix(): sorted(read)
        for file in files
        if (read := stop_watches(ast.parse(file.read_text(encoding="utf-8"))))
    }
    assert found == {}, "measure it in benchmarks/ instead"
