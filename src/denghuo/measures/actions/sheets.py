"""Small tables as people bring them: CSV as Excel writes it here, or a workbook."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from denghuo.kernel.csv_rows import csv_rows
from denghuo.kernel.refusal import RefusalError
from denghuo.measures.logic.statistic_rows import ROWS_MAX, Cell

BYTES_MAX = 2 * 1024 * 1024
# A workbook is a zip file; a small one can unpack to gigabytes.
UNPACKED_BYTES_MAX = 40 * 1024 * 1024
_XLSX_MAGIC = b"PK\x03\x04"


class SheetNotReadableError(RefusalError):
    """Neither a CSV text nor a workbook."""

    code = "measures.sheet_not_readable"
    template = "这个文件打不开。请上传 .xlsx 或 .csv 表格；老的 .xls 请先另存为 .xlsx。"


class SheetTooLargeError(RefusalError):
    """More bytes or rows than one file may have."""

    code = "measures.sheet_too_large"
    template = "文件太大了：最多 {megabytes} MB、{rows} 行。请分成几份再上传。"
    status = 413


class SheetEmptyError(RefusalError):
    """No heading, or no row beneath it."""

    code = "measures.sheet_empty"
    template = "表格里没有数据。第一行写表头，从第二行起每行一个数。"


def read_bytes(file: BinaryIO) -> bytes:
    """All of a small file. Raises ``SheetTooLargeError``."""
    content = file.read(BYTES_MAX + 1)
    if len(content) > BYTES_MAX:
        raise _too_large()
    return content


def lines_of(content: bytes) -> list[Sequence[Cell]]:
    """Heading and rows. Raises ``SheetNotReadableError``, ``SheetTooLargeError`` and
    ``SheetEmptyError``."""
    read = _workbook_lines if content.startswith(_XLSX_MAGIC) else _csv_lines
    lines: list[Sequence[Cell]] = []
    for line in read(content):
        if len(lines) > ROWS_MAX:
            raise _too_large()
        lines.append(line)
    while lines and not any(str(cell or "").strip() for cell in lines[-1]):
        lines.pop()
    if len(lines) < 2:
        raise SheetEmptyError
    return lines


def _csv_lines(content: bytes) -> Iterator[Sequence[Cell]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise SheetNotReadableError
    if "\x00" in text:
        raise SheetNotReadableError
    delimiter = max(",\t;", key=text.partition("\n")[0].count)
    try:
        yield from csv_rows(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error:
        raise SheetNotReadableError from None


def _workbook_lines(content: bytes) -> Iterator[Sequence[Cell]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > UNPACKED_BYTES_MAX:
                raise _too_large()
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
        raise SheetNotReadableError from None
    try:
        if not book.worksheets:
            raise SheetEmptyError
        yield from book.worksheets[0].iter_rows(values_only=True)
    finally:
        book.close()


def _too_large() -> SheetTooLargeError:
    return SheetTooLargeError(megabytes=BYTES_MAX // 1024 // 1024, rows=ROWS_MAX)
