"""Cells of tables that people open in a spreadsheet program."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

# A spreadsheet runs a cell that begins so as a formula; full-width signs are read the same way.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
GUARD = "'"


def safe_cell(value: object) -> object:
    """The value for a CSV cell: text that would run as a formula is made plain text.

    Numbers stay numbers, so that a negative amount can still be added up.
    """
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return GUARD + value
    return value


class _Echo:
    """Where the writer puts a line: back into its caller's hand."""

    def write(self, line: str) -> str:
        return line


def table_lines(rows: Iterable[Sequence[object]], *, end: str = "\r\n") -> Iterator[str]:
    """The lines of a CSV table, each cell safe; a cell with line breaks stays in one piece."""
    writer = csv.writer(_Echo(), lineterminator=end)
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])
