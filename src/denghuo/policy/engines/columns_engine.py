"""The fastest engine: fused kernels over columns, on a few threads, without the interpreter lock.

A batch is cut into chunks that stay in second-level cache while every policy reads them. Each
thread has its own scratch space; threads never write the same row.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from denghuo.policy.engines.answers import PolicyAnswers, empty_answers, mask_dtype
from denghuo.policy.engines.kernels import Kernel, KernelCache
from denghuo.policy.logic.columns.arguments import SPREAD, prefix_tables, slot_values
from denghuo.policy.logic.columns.layout import (
    Bytes,
    FactColumns,
    Layout,
    day_number,
    layout_for,
    unpack_bits,
)
from denghuo.policy.logic.columns.printer import KernelSource, print_kernel
from denghuo.policy.logic.columns.program import (
    NO_VERSION,
    RuleProgram,
    RuleVersion,
)
from denghuo.policy.logic.verdict import Verdict

CHUNK_ROWS = 32_768
_LEAST_CHUNK_ROWS = 8_192  # below that, starting costs more than a second thread gains
_MOST_THREADS = 8


@dataclass(frozen=True, slots=True)
class _Prepared:
    """One version's kernel with its constants."""

    index: int
    version: RuleVersion
    source: KernelSource
    kernel: Kernel
    constants: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Given:
    """What one thread works with: the batch, the kernels' columns, where answers go."""

    facts: FactColumns
    addresses: Sequence[Sequence[tuple[int, ...]]]
    answers: Sequence[PolicyAnswers]
    spares: Mapping[int, PolicyAnswers]


class ColumnsEngine:
    """Answers programs by fused kernels. See ``answers.Engine``."""

    name = "columns"

    def __init__(
        self,
        programs: Sequence[RuleProgram],
        as_of: date,
        *,
        cache: KernelCache,
        threads: int | None = None,
    ) -> None:
        self.programs = tuple(programs)
        self.as_of = as_of
        self.layout: Layout = layout_for(self.programs)
        self._versions = [self._prepare(program, cache) for program in self.programs]
        self._threads = max(1, min(threads or os.cpu_count() or 1, _MOST_THREADS))
        words = max((p.source.scratch_bytes // 8 for v in self._versions for p in v), default=1)
        self._scratch = [np.empty(words, np.uint64) for _ in range(self._threads)]
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="sweep")
        self._all_known: Bytes = np.empty(0, np.uint8)
        self._rooms: list[list[PolicyAnswers]] = [[], []]
        self._turn = 0
        self._spares: dict[str, PolicyAnswers] = {}

    def close(self) -> None:
        self._pool.shutdown()
        self._rooms = [[], []]

    def _prepare(self, program: RuleProgram, cache: KernelCache) -> list[_Prepared]:
        if program.anchor is None:
            only = program.version_on(self.as_of)
            wanted = [] if only is None else [only]
        else:
            wanted = list(range(len(program.versions)))
        prepared = []
        mask = mask_dtype(program)
        for index in wanted:
            version = program.versions[index]
            source = print_kernel(version, self.layout, mask)
            constants = slot_values(source, version.params, self.as_of, self.layout.book)
            prepared.append(_Prepared(index, version, source, cache.kernel(source), constants))
        return prepared

    def evaluate(self, facts: FactColumns) -> list[PolicyAnswers]:
        """Answers for each program. The arrays are overwritten by the call after the next."""
        rows = facts.rows
        self._turn ^= 1
        room = self._rooms[self._turn]
        if not room or len(room[0].verdict) < rows:
            room = [empty_answers(program, rows) for program in self.programs]
            self._rooms[self._turn] = room
        answers = [kept.part(0, rows) for kept in room]
        self.evaluate_into(facts, answers)
        return answers

    def evaluate_into(self, facts: FactColumns, answers: Sequence[PolicyAnswers]) -> None:
        """The same, into arrays of the caller's."""
        if len(self._all_known) * 8 < facts.rows:
            self._all_known = np.full((facts.rows + 7) // 8, 0xFF, np.uint8)
        spares = {
            number: self._spare(program, facts.rows)
            for number, program in enumerate(self.programs)
            if program.anchor is not None
        }
        # kernels work on bare addresses: these arrays must live until the last chunk is done
        arrays = [
            [
                self._arrays(prepared, facts, spares.get(number, answers[number]))
                for prepared in versions
            ]
            for number, versions in enumerate(self._versions)
        ]
        addresses = [
            [prepared.kernel.bind(given) for prepared, given in zip(*pair, strict=True)]
            for pair in zip(self._versions, arrays, strict=True)
        ]
        size = _chunk_rows(facts.rows, self._threads)
        chunks = list(range(0, facts.rows, size))

        def work(thread: int) -> None:
            scratch = self._scratch[thread]
            own = [[Kernel.with_scratch(each, scratch) for each in rows] for rows in addresses]
            given = _Given(facts, own, answers, spares)
            for start in chunks[thread :: self._threads]:
                end = min(start + size, facts.rows)
                for number in range(len(self.programs)):
                    self._chunk(number, start, end, given)

        if len(chunks) == 1:
            work(0)
        else:
            list(self._pool.map(work, range(self._threads)))

    def _spare(self, program: RuleProgram, rows: int) -> PolicyAnswers:
        """Room for one version's answers; threads write different rows of it."""
        mask = mask_dtype(program)
        kept = self._spares.get(mask)
        if kept is None or len(kept.verdict) < rows:
            kept = self._spares[mask] = empty_answers(program, rows)
        return kept

    def _arrays(
        self, prepared: _Prepared, facts: FactColumns, out: PolicyAnswers
    ) -> list[npt.NDArray[Any]]:
        """A kernel's arguments, each long enough for the batch."""
        rows, size = facts.rows, (facts.rows + 7) // 8
        columns: list[npt.NDArray[Any]] = []
        for lane in prepared.source.lanes:
            column = facts.columns[lane.fact]
            known = self._all_known if column.known is None else column.known
            if len(known) < size or len(column.values) < (size if lane.dtype == "bits" else rows):
                raise ValueError(f"the column of {lane.fact} is shorter than the batch")
            columns += [column.values, known]
        scratch = self._scratch[0]
        return [
            *(prepared.constants, SPREAD, scratch, scratch.view(np.uint8)),
            *columns,
            *prefix_tables(prepared.source, self.layout.book),
            *(out.verdict, out.amount, out.failed, out.unknown),
        ]

    def _chunk(self, number: int, start: int, end: int, given: _Given) -> None:
        program, versions, out = (
            self.programs[number],
            self._versions[number],
            given.answers[number],
        )
        part = out.part(start, end)
        if program.anchor is not None:
            self._anchored(number, start, end, given)
        elif not versions:
            _fill(part, Verdict.NO_RULE)
        else:
            versions[0].kernel.run(start, end, given.addresses[number][0])
            part.version[:] = versions[0].index

    def _anchored(self, number: int, start: int, end: int, given: _Given) -> None:
        """Every version over the chunk; each row keeps the one in force on its anchor day."""
        anchor = given.facts.columns[self.programs[number].anchor or ""]
        out = given.answers[number].part(start, end)
        one = given.spares[number].part(start, end)
        days = anchor.values[start:end]
        known = np.ones(end - start, np.bool_)
        if anchor.known is not None:
            known = unpack_bits(anchor.known[start // 8 :], end - start)
        _fill(out, Verdict.NO_RULE)
        every_not = ~known if self.programs[number].every_day else np.zeros_like(known)
        impossible = np.zeros_like(known)
        perhaps = np.zeros_like(known)
        for prepared, addresses in zip(
            self._versions[number], given.addresses[number], strict=True
        ):
            prepared.kernel.run(start, end, addresses)
            inside = known.copy()
            if prepared.version.start is not None:
                inside &= days >= day_number(prepared.version.start)
            if prepared.version.until is not None:
                inside &= days < day_number(prepared.version.until)
            np.copyto(out.verdict, one.verdict, where=inside)
            np.copyto(out.amount, one.amount, where=inside)
            np.copyto(out.failed, one.failed, where=inside)
            np.copyto(out.unknown, one.unknown, where=inside)
            out.version[inside] = prepared.index
            every_not &= one.verdict == Verdict.NOT
            if prepared.version.gate is not None:  # the same in every version
                bit = np.array(1 << prepared.version.gate, one.failed.dtype)
                impossible, perhaps = (one.failed & bit) != 0, (one.unknown & bit) != 0
        # without an anchor day a row is open, unless it is refused on every day there can be
        adrift = out.version == NO_VERSION
        out.verdict[~known | (adrift & perhaps)] = Verdict.UNKNOWN
        out.verdict[every_not | (adrift & impossible)] = Verdict.NOT


def _chunk_rows(rows: int, threads: int) -> int:
    """Small enough for the cache and for every thread to have its share; whole bytes of bits."""
    share = -(-rows // threads)
    return min(CHUNK_ROWS, max(_LEAST_CHUNK_ROWS, -(-share // 8) * 8))


def _fill(answers: PolicyAnswers, verdict: Verdict) -> None:
    answers.verdict[:] = verdict
    answers.amount[:] = 0
    answers.failed[:] = 0
    answers.unknown[:] = 0
    answers.version[:] = NO_VERSION
