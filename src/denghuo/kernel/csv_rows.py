"""CSV text from outside, read within limits.

A file of allowed size may still be one line of a million commas, or one quote that is never
closed and swallows all that follows: each costs far more memory than the file, and ends in an
error nobody understands. Here both end in a sentence with the place.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import TextIO

from denghuo.kernel.refusal import RefusalError

COLUMNS_MAX = 500
CELL_CHARS_MAX = 10_000
LINE_CHARS_MAX = 1_000_000


class TableTooWideError(RefusalError):
    """More columns than any table of ours has."""

    code = "kernel.table_too_wide"
    template = (
        "第 {line} 行有 {count} 列，最多 {most} 列。"
        "请看看分隔符和引号，多余的列请删掉。没有读入任何内容。"
    )


class CellTooLongError(RefusalError):
    """A cell that is no cell: mostly a quote that was never closed."""

    code = "kernel.cell_too_long"
    template = (
        "第 {line} 行第 {column} 列的字太多，一格最多 {most} 个字。"
        "多半是少了半个引号。没有读入任何内容。"
    )


class LineTooLongError(RefusalError):
    """A line that no table has."""

    code = "kernel.line_too_long"
    template = "第 {line} 行太长了，最多 {most} 个字。请看看这是不是表格。没有读入任何内容。"


def csv_rows(
    lines: Iterable[str],
    *,
    delimiter: str = ",",
    columns_max: int = COLUMNS_MAX,
    cell_chars_max: int = CELL_CHARS_MAX,
) -> Iterator[list[str]]:
    """The rows of CSV text. ``lines``: an open file goes through ``short_lines`` first.

    Raises ``TableTooWideError``, ``CellTooLongError``, ``LineTooLongError``, and ``csv.Error``
    where the quotes do not fit.
    """
    reader = csv.reader(_watched(lines), delimiter=delimiter)
    row_begins = 1
    for row in reader:
        if len(row) > columns_max:
            raise TableTooWideError(line=row_begins, count=len(row), most=columns_max)
        for column, cell in enumerate(row, start=1):
            if len(cell) > cell_chars_max:
                raise CellTooLongError(line=row_begins, column=column, most=cell_chars_max)
        yield row
        row_begins = reader.line_num + 1


def short_lines(file: TextIO, *, chars_max: int = LINE_CHARS_MAX) -> Iterator[str]:
    """The lines of a file; one that is too long is refused before it is read to its end.

    Raises ``LineTooLongError``.
    """
    number = 0
    while line := file.readline(chars_max + 1):
        number += 1
        if len(line) > chars_max:
            raise LineTooLongError(line=number, most=chars_max)
        yield line


def _watched(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        if len(line) > LINE_CHARS_MAX:
            raise LineTooLongError(line=number, most=LINE_CHARS_MAX)
        yield line
