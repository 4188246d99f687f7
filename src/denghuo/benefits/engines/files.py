"""CSV, XLSX and Parquet as batches of text columns with the row numbers a person sees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from denghuo.platform.public import (
    FileKind,
    TableTooLongError,
    column_text,
    open_parquet,
    table_rows,
)

BATCH_ROWS = 50_000
ROWS_MAX = 10_000_000


@dataclass(frozen=True, slots=True)
class TextBatch:
    """Some rows: their numbers as the spreadsheet counts, and one text column per heading.

    ``extra``: rows (by place in the batch) with filled cells beyond the last heading.
    """

    lines: npt.NDArray[np.int64]
    columns: list[pa.Array]
    extra: dict[int, int] = field(default_factory=dict)


def batches(
    path: Path, kind: FileKind, sheet: str, *, heading_row: int, width: int
) -> Iterator[TextBatch]:
    """The rows below the headings. Blank rows are left out; numbers still count them.

    Raises ``TableUnreadableError`` and ``TableTooLongError`` where it comes to that.
    """
    if kind == "parquet":
        yield from _parquet_batches(path, width)
        return
    lines: list[int] = []
    rows: list[Sequence[str | None]] = []
    for line, row in table_rows(path, kind, sheet):
        if line <= heading_row or not any(row):
            continue
        if line - heading_row > ROWS_MAX:
            raise TableTooLongError(why=f"超过 {ROWS_MAX:,} 行。")
        lines.append(line)
        rows.append(row)
        if len(rows) >= BATCH_ROWS:
            yield _batch(lines, rows, width)
            lines, rows = [], []
    if rows:
        yield _batch(lines, rows, width)


def _batch(lines: list[int], rows: list[Sequence[str | None]], width: int) -> TextBatch:
    extra = {
        at: sum(cell not in (None, "") for cell in row[width:])
        for at, row in enumerate(rows)
        if len(row) > width and any(row[width:])
    }
    even = [
        row if len(row) == width else (*row[:width], *([None] * (width - len(row)))) for row in rows
    ]
    columns = [pa.array(column, pa.string()) for column in zip(*even, strict=True)]
    return TextBatch(np.array(lines, np.int64), columns, extra)


def _parquet_batches(path: Path, width: int) -> Iterator[TextBatch]:
    """Row numbers count from 2, as if the headings were a first row: one rule for all kinds."""
    line = 2
    with open_parquet(path) as file:
        for batch in file.iter_batches(BATCH_ROWS):
            lines = np.arange(line, line + batch.num_rows, dtype=np.int64)
            line += batch.num_rows
            yield TextBatch(lines, [column_text(column) for column in batch.columns[:width]])
