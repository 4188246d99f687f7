"""One sweep: records in, answers and a summary out, in bounded memory.

    summary = sweep(definitions, source=Path("firms.parquet"), as_of=day, out=Path("out.parquet"))

No more than a few batches are ever in memory, whatever the size of the source.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.spreadsheet import table_lines
from denghuo.policy.engines.answers import Engine, PolicyAnswers
from denghuo.policy.engines.columns_engine import ColumnsEngine
from denghuo.policy.engines.kernels import KernelCache
from denghuo.policy.engines.reading import BadRow, BatchReader, FactBatch
from denghuo.policy.engines.repeats import RepeatFinder
from denghuo.policy.engines.results import FileSink, NoSink, Shape, Sink
from denghuo.policy.engines.sources import CsvSource, Source, open_source
from denghuo.policy.engines.summary import BAD_ROWS_SHOWN, SweepSummary, Tally, summarise
from denghuo.policy.logic.columns.from_definition import rule_program
from denghuo.policy.logic.columns.program import RuleProgram
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.registry import FactSpec

Progress = Callable[[int, int | None], None]
EngineMaker = Callable[[Sequence[RuleProgram], date], Engine]


class NoEntityColumnError(RefusalError):
    """Answers must be traceable to a subject."""

    code = "policy.no_entity_column"
    template = "“{name}”里没有“{column}”这一列，不知道每一行说的是谁。"


class NoPolicyError(RefusalError):
    """A sweep needs at least one policy."""

    code = "policy.no_policy"
    template = "请至少选一项政策。"


def sweep(
    definitions: Sequence[PolicyDefinition],
    *,
    source: Path | pa.Table | Source,
    as_of: date,
    engine: str | EngineMaker = "columns",
    out: Path | None = None,
    shape: Shape = Shape.PAIRS,
    bad_rows_out: Path | None = None,
    entity_column: str = "entity",
    known_on: date | None = None,
    observed_on: Mapping[str, date] | None = None,
    kernel_folder: Path | None = None,
    progress: Progress | None = None,
) -> SweepSummary:
    """Answer every definition for every record.

    ``engine``: ``"columns"``, ``"duckdb"``, or a maker of one. ``out``: a ``.parquet`` or ``.csv``
    file. ``bad_rows_out``: a CSV of every row set aside (the summary keeps the first hundred).
    ``known_on``: judge by what was published then. ``observed_on``: the day a fact's column was
    drawn; older than the fact may be, it counts as unknown. ``kernel_folder``: where compiled
    kernels are kept. ``progress`` is called with the rows read and the total, if known.

    Raises ``RefusalError`` (a sentence for the person) when the source cannot be read; nothing
    is left under ``out`` then.
    """
    if not definitions:
        raise NoPolicyError
    opened = open_source(source) if isinstance(source, Path | pa.Table) else source
    if entity_column not in opened.columns:
        raise NoEntityColumnError(name=opened.name, column=entity_column)
    programs = [rule_program(definition, known_on=known_on) for definition in definitions]
    specs = {name: spec for each in definitions for name, spec in each.specs.items()}
    cache = KernelCache(kernel_folder)
    began = time.perf_counter()
    with closing(_engine(engine, programs, as_of, cache)) as made:
        run = _Run(
            made,
            programs,
            specs,
            source=opened,
            entity_column=entity_column,
            stale=_stale(specs, observed_on, as_of),
        )
        summary = run.go(out, shape, bad_rows_out, progress)
    summary.compile_cost = cache.cost
    summary.seconds = time.perf_counter() - began
    return summary


def _engine(
    wanted: str | EngineMaker, programs: Sequence[RuleProgram], as_of: date, cache: KernelCache
) -> Engine:
    if callable(wanted):
        return wanted(programs, as_of)
    if wanted == "columns":
        return ColumnsEngine(programs, as_of, cache=cache)
    if wanted == "duckdb":
        from denghuo.policy.engines.duckdb_engine import DuckdbEngine  # noqa: PLC0415 - large

        return DuckdbEngine(programs, as_of)
    raise ValueError(f"no engine is called {wanted}")


def _stale(
    specs: Mapping[str, FactSpec], observed_on: Mapping[str, date] | None, as_of: date
) -> frozenset[str]:
    return frozenset(
        name
        for name, drawn in (observed_on or {}).items()
        if name in specs
        and (age := specs[name].max_age_days) is not None
        and drawn + timedelta(days=age) < as_of
    )


class _Run:
    def __init__(
        self,
        engine: Engine,
        programs: Sequence[RuleProgram],
        specs: Mapping[str, FactSpec],
        *,
        source: Source,
        entity_column: str,
        stale: frozenset[str],
    ) -> None:
        self.engine = engine
        self.programs = programs
        self.source = source
        self.entity_column = entity_column
        self.reader = BatchReader(
            engine.layout, specs, entity_column, stale=stale, source=source.name
        )
        wanted = [lane.fact for lane in engine.layout.lanes]
        self.columns = [name for name in wanted if name in source.columns]
        self.finder = RepeatFinder()
        self.tallies = [Tally(program) for program in programs]
        offices = {name: spec.source for name, spec in specs.items()}
        self.summary = summarise(self.tallies, engine.name, offices)
        self.summary.absent_columns = tuple(n for n in wanted if n not in source.columns)
        self.summary.unused_columns = tuple(
            name for name in source.columns if name != entity_column and name not in wanted
        )

    def go(
        self, out: Path | None, shape: Shape, bad_rows_out: Path | None, progress: Progress | None
    ) -> SweepSummary:
        sink: Sink | None = None
        bad_rows: list[BadRow] = []
        with ThreadPoolExecutor(1) as reading, ThreadPoolExecutor(1) as writing:
            written: Future[None] | None = None
            try:
                for batch in self._batches(reading):
                    if sink is None:
                        sink = self._sink(out, shape, batch.entities.type)
                    answers = self.engine.evaluate(batch.facts)
                    if written is not None:
                        written.result()  # one batch is written while the next is evaluated
                    written = writing.submit(self._keep, sink, batch, answers)
                    self._count(batch, answers, bad_rows, keep_all=bad_rows_out is not None)
                    pa.default_memory_pool().release_unused()
                    if progress is not None:
                        progress(self.summary.rows_read, self.source.rows)
                if written is not None:
                    written.result()
                sink = sink or self._sink(out, shape, pa.string())
                # Before the file is closed, which takes memory of its own: this gives back more.
                self.summary.repeats = self.finder.found()
            except BaseException:
                writing.shutdown(cancel_futures=True)
                if sink is not None:
                    sink.close(complete=False)
                raise
        sink.close(complete=True)
        self._finish(bad_rows, bad_rows_out)
        return self.summary

    def _batches(self, pool: ThreadPoolExecutor) -> Iterator[FactBatch]:
        """Batches checked and laid out, the next one being read meanwhile."""
        source = self.source.batches([self.entity_column, *self.columns])
        coming = pool.submit(next, source, None)
        while (found := coming.result()) is not None:
            coming = pool.submit(next, source, None)
            first, batch = found
            yield self.reader.read(batch, first)

    def _keep(self, sink: Sink, batch: FactBatch, answers: Sequence[PolicyAnswers]) -> None:
        sink.write(batch.entities, answers)
        self.finder.add(batch.entities, batch.kept, batch.rows_read)

    def _sink(self, out: Path | None, shape: Shape, kind: Any) -> Sink:
        if out is None:
            return NoSink()
        return FileSink(out, self.programs, pa.field(self.entity_column, kind), shape)

    def _count(
        self,
        batch: FactBatch,
        answers: Sequence[PolicyAnswers],
        bad_rows: list[BadRow],
        *,
        keep_all: bool,
    ) -> None:
        summary = self.summary
        for tally, answer in zip(self.tallies, answers, strict=True):
            tally.add(answer, batch.facts)
        summary.rows_read += batch.rows_read
        summary.rows_answered += batch.facts.rows
        summary.bad_row_count += len(batch.bad_rows)
        summary.doubtful.update(batch.doubtful)
        if keep_all or len(bad_rows) < BAD_ROWS_SHOWN:
            bad_rows.extend(batch.bad_rows)

    def _finish(self, bad_rows: list[BadRow], bad_rows_out: Path | None) -> None:
        source = self.source
        if isinstance(source, CsvSource):
            bad_rows = [
                BadRow(source.source_row(bad.row), bad.column, bad.reason) for bad in bad_rows
            ]
            repeats = self.summary.repeats
            rows = tuple(tuple(map(source.source_row, each)) for each in repeats.rows)
            self.summary.repeats = replace(repeats, rows=rows)
        misshapen = source.misshapen_rows()
        self.summary.rows_read += len(misshapen)
        self.summary.bad_row_count += len(misshapen)
        everything = sorted([*bad_rows, *misshapen], key=lambda bad: bad.row)
        self.summary.bad_rows = everything[:BAD_ROWS_SHOWN]
        if bad_rows_out is not None:
            aside = ((bad.row, bad.column, bad.reason) for bad in everything)
            with bad_rows_out.open("w", newline="", encoding="utf-8") as file:
                file.writelines(table_lines([("row", "column", "reason")]))
                file.writelines(table_lines(aside))
