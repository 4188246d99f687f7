"""Kernel columns as Arrow tables for SQL engines, and their answers back as arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from denghuo.policy.engines.answers import PolicyAnswers, mask_dtype
from denghuo.policy.logic import ir
from denghuo.policy.logic.columns.layout import Column, FactColumns, Lane, Layout
from denghuo.policy.logic.columns.program import AMOUNT_UNKNOWN, RuleProgram
from denghuo.policy.logic.verdict import Verdict

ROW_KEY = "row_number"


def arrow_table(facts: FactColumns, layout: Layout) -> pa.Table:
    """One column per fact and ``row_number``; memory is shared wherever Arrow allows."""
    names = [lane.fact for lane in layout.lanes]
    arrays = [_array(facts.columns[lane.fact], lane, layout, facts.rows) for lane in layout.lanes]
    rows = pa.array(np.arange(facts.rows, dtype=np.int64))
    return pa.Table.from_arrays([rows, *arrays], names=[ROW_KEY, *names])


def _array(column: Column, lane: Lane, layout: Layout, rows: int) -> pa.Array:
    known = None if column.known is None else pa.py_buffer(column.known)
    buffers = [known, pa.py_buffer(column.values)]
    match lane.type.kind:
        case ir.Kind.BOOL:
            return pa.Array.from_buffers(pa.bool_(), rows, buffers)
        case ir.Kind.DATE:
            return pa.Array.from_buffers(pa.date32(), rows, buffers)
        case ir.Kind.NUMBER:
            return pa.Array.from_buffers(pa.from_numpy_dtype(lane.dtype), rows, buffers)
        case ir.Kind.CODE:
            numbers = pa.Array.from_buffers(pa.from_numpy_dtype(lane.dtype), rows, buffers)
            words = pa.array(list(layout.book.values) or [""], pa.string())
            return pc.take(words, numbers)


def answers_from_table(
    table: pa.Table, programs: Sequence[RuleProgram], rows: int
) -> list[PolicyAnswers]:
    """A query's columns (see ``logic.sql``) as arrays in row order."""
    keys = table[ROW_KEY].to_numpy()
    if len(keys) != rows:
        raise LostRowsError(f"{rows} rows were asked, {len(keys)} came back")
    if not np.array_equal(keys, np.arange(rows)):
        table = table.sort_by(ROW_KEY)
    answers = []
    for number, program in enumerate(programs):
        mask = np.dtype(mask_dtype(program))
        verdict = table[f"v{number}"].to_numpy().astype(np.uint8)
        amount = table[f"a{number}"]
        fen = pc.fill_null(amount, 0).to_numpy().astype(np.int64)
        version = table[f"n{number}"].to_numpy().astype(np.uint8)
        lacking = pc.is_null(amount).to_numpy() & (verdict == Verdict.ENTITLED)
        paying = [v.amount is not None for v in program.versions]
        lacking &= np.array([*paying, False])[np.minimum(version, len(paying))]
        fen[lacking] = AMOUNT_UNKNOWN
        failed = table[f"f{number}"].to_numpy().astype(mask)
        unknown = table[f"u{number}"].to_numpy().astype(mask)
        answers.append(PolicyAnswers(verdict, fen, failed, unknown, version))
    return answers


class LostRowsError(RuntimeError):
    """An engine returned fewer or more rows than it was given."""
