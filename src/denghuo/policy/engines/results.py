"""Where a sweep's answers go: one row per subject and policy, or one row per subject.

A file appears under its name only when it is complete; until then it is ``name.partial``.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from denghuo.policy.engines.answers import PolicyAnswers
from denghuo.policy.engines.plain_arrays import number_array, word_array
from denghuo.policy.engines.safe_csv import CsvFile
from denghuo.policy.logic.columns.program import NO_VERSION, RuleProgram
from denghuo.policy.logic.verdict import Verdict

VERDICT_WORDS = [verdict.name.lower() for verdict in sorted(Verdict)]
"""``not``, ``entitled``, ``unknown``, ``no_rule``: how a verdict is written in files."""

_WORD = pa.dictionary(pa.int8(), pa.string())


class Shape(Enum):
    """``PAIRS``: a row per subject and policy (the common result schema). ``SUBJECTS``: a row per
    subject, five columns per policy; smaller and faster when everything is wanted."""

    PAIRS = "pairs"
    SUBJECTS = "subjects"


def result_schema(programs: Sequence[RuleProgram], entity: pa.Field, shape: Shape) -> pa.Schema:
    """The columns of a result.

    ``verdict``: a word. ``amount``: in the policy's own unit (fen for money); NULL when not
    entitled, when a fact it needs is missing, or when the policy has none. ``fail_mask`` and
    ``unknown_mask``: bit i is the i-th condition. ``version``: the key of the version that decided.
    """
    if shape is Shape.PAIRS:
        fields = [entity, pa.field("policy", _WORD), *_answer_fields("")]
    else:
        fields = [entity]
        for program in programs:
            fields += _answer_fields(f"{program.policy}.")
    return pa.schema(fields)


def _answer_fields(prefix: str) -> list[pa.Field]:
    return [
        pa.field(f"{prefix}verdict", _WORD),
        pa.field(f"{prefix}amount", pa.int64()),
        pa.field(f"{prefix}fail_mask", pa.uint32()),
        pa.field(f"{prefix}unknown_mask", pa.uint32()),
        pa.field(f"{prefix}version", _WORD),
    ]


def answer_arrays(program: RuleProgram, answers: PolicyAnswers) -> list[pa.Array]:
    """One policy's five result columns."""
    entitled = answers.verdict == Verdict.ENTITLED
    owed = entitled & (answers.amount >= 0)
    if any(version.amount is None for version in program.versions):
        pays = np.array([*(v.amount is not None for v in program.versions), False])
        owed &= pays[np.minimum(answers.version, len(program.versions))]
    amount = number_array(answers.amount, owed)
    decided = answers.version != NO_VERSION
    version: Any = answers.version.astype(np.int8)
    return [
        _words(answers.verdict.view(np.int8), VERDICT_WORDS),
        amount,
        number_array(answers.failed.astype(np.uint32, copy=False)),
        number_array(answers.unknown.astype(np.uint32, copy=False)),
        _words(version, [v.key or str(i) for i, v in enumerate(program.versions)], decided),
    ]


def _words(numbers: Any, words: list[str], known: Any = None) -> pa.Array:
    return pa.DictionaryArray.from_arrays(number_array(numbers, known), word_array(words or [""]))


class Sink(Protocol):
    """Takes answers batch by batch."""

    def write(self, entities: pa.Array, answers: Sequence[PolicyAnswers]) -> None:
        """Write one batch; nothing of it is kept."""
        ...

    def close(self, *, complete: bool) -> None:
        """Give the file its name, or remove what there is of it."""
        ...


class NoSink:
    """For a sweep whose summary is all that is wanted."""

    def write(self, entities: pa.Array, answers: Sequence[PolicyAnswers]) -> None:
        """Nothing to write."""

    def close(self, *, complete: bool) -> None:
        """Nothing to close."""


class FileSink:
    """A Parquet or CSV file, by its suffix."""

    def __init__(
        self, path: Path, programs: Sequence[RuleProgram], entity: pa.Field, shape: Shape
    ) -> None:
        self.path = path
        self.programs = tuple(programs)
        self.shape = shape
        self.schema = result_schema(programs, entity, shape)
        self._partial = path.with_name(path.name + ".partial")
        self._writer: Any
        if path.suffix.lower() == ".csv":
            self._writer = CsvFile(self._partial, self.schema)
        else:
            names = self.schema.names
            words = [f.name for f in self.schema if pa.types.is_dictionary(f.type)]
            masks = [name for name in names if name.endswith("_mask")]
            self._writer = pq.ParquetWriter(
                self._partial,
                self.schema,
                compression="snappy",
                use_dictionary=[*words, *masks],  # amounts do not repeat enough to pay for one
                write_statistics=[name for name in names if name not in masks],
            )

    def write(self, entities: pa.Array, answers: Sequence[PolicyAnswers]) -> None:
        columns = [
            answer_arrays(program, answer)
            for program, answer in zip(self.programs, answers, strict=True)
        ]
        if self.shape is Shape.SUBJECTS:
            self._put([entities, *(array for arrays in columns for array in arrays)])
            return
        names = [program.policy for program in self.programs]
        for number, arrays in enumerate(columns):
            same = np.full(len(entities), number, np.int8)
            self._put([entities, _words(same, names), *arrays])

    def _put(self, arrays: list[pa.Array]) -> None:
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self.schema))

    def close(self, *, complete: bool) -> None:
        self._writer.close()
        if complete:
            self._partial.replace(self.path)
        else:
            self._partial.unlink(missing_ok=True)
