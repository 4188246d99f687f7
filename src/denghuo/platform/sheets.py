"""Small tables as people bring them: CSV as Excel writes it here, or a workbook.

For lists that fit into memory. Large files of facts are read in pieces by the room that takes
them.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from denghuo.kernel.csv_rows import COLUMNS_MAX, TableTooWideError, csv_rows
from denghuo.kernel.refusal import RefusalError

MEGABYTE = 1024 * 1024
_XLSX_MAGIC = b"PK\x03\x04"
_XLS_MAGIC = b"\xd0\xcf\x11\xe0"
# A part of the workbook that is no XML, or not the XML of a sheet.
_BROKEN = (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError, OSError)


class SheetNotReadableError(RefusalError):
    """Neither a CSV text nor a workbook."""

    code = "platform.sheet_not_readable"
    template = "这个文件打不开。请上传 .xlsx 或 .csv 表格；老的 .xls 请先另存为 .xlsx。"


class SheetTooLargeError(RefusalError):
    """More bytes or rows than one file may have."""

    code = "platform.sheet_too_large"
    template = "文件太大了：最多 {megabytes} MB、{rows} 行。请分成几份再上传。"
    status = 413


class SheetEmptyError(RefusalError):
    """No heading, or no row beneath it."""

    code = "platform.sheet_empty"
    template = "表格里没有数据。第一行写表头，从第二行起写数据。"


@dataclass(frozen=True, slots=True)
class SheetLimits:
    """How much one file may hold. A workbook is a zip: a small one can unpack to gigabytes."""

    bytes_max: int
    rows_max: int
    unpacked_bytes_max: int

    @property
    def refusal(self) -> SheetTooLargeError:
        """What somebody is told whose file is larger."""
        return SheetTooLargeError(megabytes=self.bytes_max // MEGABYTE, rows=self.rows_max)


def sheet_bytes(file: BinaryIO, limits: SheetLimits) -> bytes:
    """All of a small file. Raises ``SheetTooLargeError``."""
    content = file.read(limits.bytes_max + 1)
    if len(content) > limits.bytes_max:
        raise limits.refusal
    return content


def sheet_rows(content: bytes, limits: SheetLimits) -> list[Sequence[Any]]:
    """Heading and rows of the first sheet, without the empty rows at its end.

    Raises ``SheetNotReadableError``, ``SheetTooLargeError``, ``SheetEmptyError``, and what
    ``csv_rows`` raises where a table is too wide.
    """
    read = _workbook_rows if content.startswith(_XLSX_MAGIC) else _csv_rows
    rows: list[Sequence[Any]] = []
    for row in read(content, limits):
        if len(rows) > limits.rows_max:
            raise limits.refusal
        rows.append(row)
    while rows and not any(str(cell or "").strip() for cell in rows[-1]):
        rows.pop()
    if len(rows) < 2:
        raise SheetEmptyError
    return rows


def _csv_rows(content: bytes, _limits: SheetLimits) -> Iterator[Sequence[Any]]:
    if content.startswith(_XLS_MAGIC):
        raise SheetNotReadableError
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")  # what Excel in China writes as CSV
        except UnicodeDecodeError:
            raise SheetNotReadableError from None
    if "\x00" in text:
        raise SheetNotReadableError
    delimiter = max(",\t;", key=text.partition("\n")[0].count)
    try:
        yield from csv_rows(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error:
        raise SheetNotReadableError from None


def _workbook_rows(content: bytes, limits: SheetLimits) -> Iterator[Sequence[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > limits.unpacked_bytes_max:
                raise limits.refusal
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except _BROKEN:
        raise SheetNotReadableError from None
    try:
        if not book.worksheets:
            raise SheetEmptyError
        sheet = book.worksheets[0]
        # What the file says of its own size is often wrong, to the last row and column.
        sheet.reset_dimensions()
        for line, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            if len(row) > COLUMNS_MAX:
                raise TableTooWideError(line=line, count=len(row), most=COLUMNS_MAX)
            yield row
    except _BROKEN:
        raise SheetNotReadableError from None
    finally:
        book.close()
