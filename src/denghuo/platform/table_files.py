"""CSV, XLSX and Parquet as rows of text with the row numbers a person sees, a row at a time.

Nothing in a file is believed because of its name: the first bytes say what it is. Nothing in it
is run: a formula arrives as its text, and is refused where a value is wanted.
"""

from __future__ import annotations

import codecs
import csv
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from denghuo.kernel.csv_rows import csv_rows, short_lines
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.table_text import CELL_LENGTH_MAX, COLUMNS_MAX, cell_text

FileKind = Literal["csv", "xlsx", "parquet"]
ROWS_MAX = 10_000_000
# A workbook is a zip file; a small one can unpack to gigabytes.
XLSX_UNPACKED_MAX = 1024 * 1024 * 1024
_MEGABYTE = 1024 * 1024
_SNIFF_BYTES = 1024 * 1024
_PARQUET_ROWS = 4_096
_XLS_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class TableUnreadableError(RefusalError):
    """The file is not a table, is damaged, or is not what its name says."""

    code = "platform.table_unreadable"
    template = "这个文件读不了：{why}"


class TableTooLongError(RefusalError):
    """More rows or bytes than one file may have."""

    code = "platform.table_too_long"
    template = "文件太大了：{why}请分成几份再传。"
    status = 413


def kind_of(path: Path) -> FileKind:
    """What the file is, by its first bytes. Raises ``TableUnreadableError``."""
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise TableUnreadableError(why="它是空的。")
    if head.startswith(_XLS_MAGIC):
        raise TableUnreadableError(
            why="这是老的 .xls（或加了密码的表），改名字没有用。请在表格软件里另存为 .xlsx 或 CSV。"
        )
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(b"PAR1"):
        return "parquet"
    return "csv"


def sheets_of(path: Path, kind: FileKind) -> tuple[str, ...]:
    """The names of a workbook's sheets; nothing for other files."""
    if kind != "xlsx":
        return ()
    with _workbook(path) as book:
        return tuple(sheet.title for sheet in book.worksheets)


def first_rows(path: Path, kind: FileKind, sheet: str, count: int) -> list[list[str | None]]:
    """The first rows as they stand, titles and blank lines included."""
    found: list[list[str | None]] = []
    for _line, row in table_rows(path, kind, sheet):
        found.append(list(row))
        if len(found) >= count:
            break
    return found


def table_rows(
    path: Path, kind: FileKind, sheet: str, *, cell_chars_max: int = CELL_LENGTH_MAX
) -> Iterator[tuple[int, Sequence[str | None]]]:
    """Every row with its number, headings and blank ones too.

    Longer cells of a workbook are cut at ``cell_chars_max``. Rows of Parquet count from 2, as if
    the headings were a first row: one rule for all kinds. Raises ``TableUnreadableError`` and
    ``TableTooLongError`` where it comes to that.
    """
    if kind == "csv":
        yield from _csv_rows(path)
    elif kind == "xlsx":
        yield from _xlsx_rows(path, sheet, cell_chars_max)
    else:
        yield from _parquet_rows(path)


# CSV


def _encoding_of(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(_SNIFF_BYTES)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"  # what Excel calls "Unicode text"
    if b"\x00" in head:
        raise TableUnreadableError(why="它不是表格文本。请上传 CSV、.xlsx 或 .parquet。")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=False)
    except UnicodeDecodeError:
        return "gb18030"  # what office programs in China save as CSV
    return "utf-8-sig"


def _delimiter_of(path: Path, encoding: str) -> str:
    """The sign that parts the first lines most often."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        head = "".join(file.readline(4096) for _ in range(20))
    return max(",\t;|", key=head.count)


def _csv_rows(path: Path) -> Iterator[tuple[int, Sequence[str | None]]]:
    encoding = _encoding_of(path)
    delimiter = _delimiter_of(path, encoding)
    line = 0
    try:
        with path.open(encoding=encoding, newline="") as file:
            rows = csv_rows(short_lines(file), delimiter=delimiter)
            for line, row in enumerate(rows, start=1):
                yield line, row
    except UnicodeDecodeError:
        raise TableUnreadableError(
            why=f"第 {line + 1} 行附近有读不出的字。请另存为 UTF-8 编码的 CSV。"
        ) from None
    except csv.Error:
        raise TableUnreadableError(why=f"第 {line + 1} 行不是正常的 CSV 文本。") from None


# XLSX


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    # Opened by us: the library goes by the ending of a name, and ours has none.
    with path.open("rb") as file:
        try:
            with zipfile.ZipFile(file) as packed:
                if sum(part.file_size for part in packed.infolist()) > XLSX_UNPACKED_MAX:
                    limit = XLSX_UNPACKED_MAX // _MEGABYTE
                    raise TableTooLongError(why=f"打开后超过 {limit} MB，可以存成 CSV 再传，或者")
            book = load_workbook(file, read_only=True, data_only=False)
        except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
            raise TableUnreadableError(
                why="它不是完整的 .xlsx。请在表格软件里另存一次再传。"
            ) from None
        try:
            yield book
        finally:
            book.close()


def _xlsx_rows(
    path: Path, sheet: str, cell_chars_max: int
) -> Iterator[tuple[int, Sequence[str | None]]]:
    with _workbook(path) as book:
        chosen = next((each for each in book.worksheets if each.title == sheet), None)
        if chosen is None:
            if not book.worksheets:
                raise TableUnreadableError(why="工作簿里没有工作表。")
            chosen = book.worksheets[0]
        # What the file says of its own size is often wrong, to the last row and column.
        chosen.reset_dimensions()
        try:
            for line, row in enumerate(chosen.iter_rows(values_only=True), start=1):
                yield (
                    line,
                    [cell_text(cell, chars_max=cell_chars_max) for cell in row[: COLUMNS_MAX + 1]],
                )
        except (zipfile.BadZipFile, ValueError, KeyError, SyntaxError, OSError):
            raise TableUnreadableError(why="工作表里的内容坏了。请另存一次再传。") from None


# Parquet


@contextmanager
def open_parquet(path: Path) -> Iterator[pq.ParquetFile]:
    """A Parquet file whose faults are refusals with a sentence."""
    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            if file.metadata.num_rows > ROWS_MAX:
                raise TableTooLongError(why=f"超过 {ROWS_MAX:,} 行。")
            yield file
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError):
        raise TableUnreadableError(why="它不是完整的 Parquet 文件。") from None


def _parquet_rows(path: Path) -> Iterator[tuple[int, Sequence[str | None]]]:
    line = 2
    with open_parquet(path) as file:
        yield 1, list(file.schema_arrow.names[:COLUMNS_MAX])
        for batch in file.iter_batches(_PARQUET_ROWS):
            columns = [column_text(column).to_pylist() for column in batch.columns[:COLUMNS_MAX]]
            for at in range(batch.num_rows):
                yield line + at, [column[at] for column in columns]
            line += batch.num_rows


def column_text(column: pa.Array) -> pa.Array:
    """A typed column as the text an officer would have typed."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_string(kind):
        return column
    if pa.types.is_floating(kind):
        return pa.array([cell_text(value) for value in column.to_pylist()], pa.string())
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raise TableUnreadableError(why="有一列不是一格一个值。请改成文字、数字、日期或是非。")
    try:
        return pc.cast(column, pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise TableUnreadableError(why=f"有一列是 {kind}，认不得。") from None
