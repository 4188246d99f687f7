"""Denghuo's own engine: columns in memory to columns in memory, and file to file."""

from __future__ import annotations

import ctypes
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from denghuo.policy.engines.answers import PolicyAnswers
from denghuo.policy.engines.columns_engine import ColumnsEngine
from denghuo.policy.engines.kernels import KernelCache
from denghuo.policy.engines.reading import BatchReader
from denghuo.policy.engines.results import Shape
from denghuo.policy.engines.sources import open_source
from denghuo.policy.engines.sweep import sweep
from denghuo.policy.logic.columns.from_definition import rule_program
from denghuo.policy.logic.columns.layout import Column, FactColumns, Layout
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.loading import load_definition
from denghuo.policy.logic.registry import load_registry

AS_OF = date(2026, 6, 30)
RULES = Path(__file__).parent / "rules"
FIRMS = "firms.parquet"
KERNELS = "kernels"


def load_rules() -> list[PolicyDefinition]:
    """The eight policies of the benchmark."""
    registry = load_registry((RULES / "facts.yaml").read_text(encoding="utf-8"))
    files = sorted(RULES.glob("b*.yaml"))
    return [load_definition(file.read_text(encoding="utf-8"), registry) for file in files]


def load_columns(path: Path, layout: Layout, definitions: list[PolicyDefinition]) -> FactColumns:
    """A whole file as kernel columns, filled batch by batch so that nothing is held twice."""
    source = open_source(path)
    rows = source.rows or 0
    size = (rows + 7) // 8
    columns = {
        lane.fact: Column(
            np.zeros(size, np.uint8) if lane.dtype == "bits" else np.empty(rows, lane.dtype),
            np.full(size, 0xFF, np.uint8),
        )
        for lane in layout.lanes
    }
    specs = {name: spec for each in definitions for name, spec in each.specs.items()}
    reader = BatchReader(layout, specs, "entity")
    for first, batch in source.batches(["entity", *columns]):
        part = reader.read(batch, first).facts
        start, end = first - 1, first - 1 + part.rows
        for lane in layout.lanes:
            whole, piece = columns[lane.fact], part.columns[lane.fact]
            places = slice(start // 8, (end + 7) // 8)
            where = places if lane.dtype == "bits" else slice(start, end)
            whole.values[where] = piece.values
            if piece.known is not None and whole.known is not None:
                whole.known[places] = piece.known
    # what reading took and gave back counts towards the peak already; do not count it twice
    ctypes.CDLL(None).malloc_trim(0)
    return FactColumns(rows, columns)


class Arrays:
    """Facts as columns to verdict, amount, fail mask and unknown mask of every pair."""

    def __init__(self, folder: Path) -> None:
        self.definitions = load_rules()
        self.cache = KernelCache(folder / KERNELS)
        programs = [rule_program(each) for each in self.definitions]
        self.engine = ColumnsEngine(programs, AS_OF, cache=self.cache)
        self.facts = load_columns(folder / FIRMS, self.engine.layout, self.definitions)
        self.pairs = self.facts.rows * len(programs)
        # one set of answers, written again each round, as a caller that streams would
        self.answers = self.engine.evaluate(self.facts)

    def run(self) -> None:
        self.engine.evaluate_into(self.facts, self.answers)

    def report(self) -> dict[str, Any]:
        cost = self.cache.cost
        return {
            "verdicts": [np.bincount(a.verdict, minlength=4).tolist() for a in self.answers],
            "amounts": [int(a.amount[a.amount > 0].sum()) for a in self.answers],
            "masks": [checksum(a) for a in self.answers],
            "kernels": {"compiled": cost.compiled, "loaded": cost.loaded, "seconds": cost.seconds},
        }


def checksum(answers: PolicyAnswers) -> list[int]:
    """A sum of each mask, to compare engines by."""
    return [int(answers.failed.sum(dtype=np.int64)), int(answers.unknown.sum(dtype=np.int64))]


class Files:
    """A Parquet file of facts to a Parquet file of answers, counts and all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.definitions = load_rules()
        self.pairs = (open_source(folder / FIRMS).rows or 0) * len(self.definitions)
        self.summary: Any = None

    def run(self) -> None:
        self.summary = sweep(
            self.definitions,
            source=self.folder / FIRMS,
            as_of=AS_OF,
            out=self.folder / "ours.parquet",
            shape=Shape.SUBJECTS,
            kernel_folder=self.folder / KERNELS,
        )

    def report(self) -> dict[str, Any]:
        found = self.summary.policies.values()
        return {
            "verdicts": [list(each.by_verdict.values()) for each in found],
            "amounts": [each.amount for each in found],
        }


class Stream:
    """The floor: every input byte read once and every output byte written once, two threads."""

    def __init__(self, folder: Path) -> None:
        arrays = Arrays(folder)
        self.pairs = arrays.pairs
        self.inputs = [c.values for c in arrays.facts.columns.values()]
        self.inputs += [c.known for c in arrays.facts.columns.values() if c.known is not None]
        self.outputs = [
            array
            for answer in arrays.answers
            for array in (answer.verdict, answer.amount, answer.failed, answer.unknown)
        ]
        self.pool = ThreadPoolExecutor(2)

    def run(self) -> None:
        jobs = [self.pool.submit(np.bitwise_or.reduce, array) for array in self.inputs]
        jobs += [self.pool.submit(array.fill, 1) for array in self.outputs]
        for job in jobs:
            job.result()

    def report(self) -> dict[str, Any]:
        total = sum(array.nbytes for array in (*self.inputs, *self.outputs))
        return {"bytes": total}
