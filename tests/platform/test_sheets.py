"""Small tables from outside: read, or refused in a sentence; broken workbooks never crash."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
from openpyxl import Workbook

from denghuo.kernel.csv_rows import TableTooWideError
from denghuo.platform.public import SheetLimits, sheet_bytes, sheet_rows
from denghuo.platform.sheets import SheetEmptyError, SheetNotReadableError, SheetTooLargeError

pytestmark = pytest.mark.no_postgres
LIMITS = SheetLimits(100_000, 10, unpacked_bytes_max=1_000_000)
PART = "xl/worksheets/sheet1.xml"


def workbook(*rows: Sequence[object]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The same workbook with one of its parts exchanged."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            new.writestr(info.filename, part if info.filename == name else old.read(info))
    return out.getvalue()


GOOD = workbook(["名", "数"], ["甲", 1], ["乙", None], [None, None])


@pytest.mark.parametrize(
    "content",
    [
        "名,数\n甲,1\n,\n".encode(),
        "\ufeff名\t数\r\n甲\t1\r\n".encode(),
        "名;数\n甲;1\n".encode("gb18030"),
    ],
)
def test_text_in_the_ways_people_save_it(content: bytes) -> None:
    assert [list(row) for row in sheet_rows(content, LIMITS)] == [["名", "数"], ["甲", "1"]]


def test_a_workbook_without_the_empty_rows_at_its_end() -> None:
    expected: list[list[Any]] = [["名", "数"], ["甲", 1], ["乙"]]
    assert [list(row) for row in sheet_rows(GOOD, LIMITS)] == expected


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", SheetEmptyError),
        ("名,数".encode(), SheetEmptyError),
        (workbook(["名"]), SheetEmptyError),
        (b"\xd0\xcf\x11\xe0 old Excel", SheetNotReadableError),
        (b"\xff\xfe\x00\x01" * 9, SheetNotReadableError),
        (b"a,b\x00\nc,d", SheetNotReadableError),
        (b"PK\x03\x04 broken", SheetNotReadableError),
        (GOOD[: len(GOOD) // 2], SheetNotReadableError),
        (with_part(GOOD, PART, b"<worksheet><sheetData><row>"), SheetNotReadableError),
        (with_part(GOOD, "xl/workbook.xml", b"no xml"), SheetNotReadableError),
        (with_part(GOOD, PART, b"0" * 2_000_000), SheetTooLargeError),
        (b"a\n" * 12, SheetTooLargeError),
        (workbook(*[["a"]] * 12), SheetTooLargeError),
        (b"," * 600 + b"\n1", TableTooWideError),
        (workbook(["a"] * 600, ["1"]), TableTooWideError),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        sheet_rows(content, LIMITS)


def test_more_bytes_than_allowed_are_not_even_read() -> None:
    assert sheet_bytes(io.BytesIO(b"x" * 100_000), LIMITS) == b"x" * 100_000
    file = io.BytesIO(b"x" * 300_000)
    with pytest.raises(SheetTooLargeError):
        sheet_bytes(file, LIMITS)
    assert file.tell() == 100_001
