"""Files as they really come: every one either read rightly or refused with line and reason."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from denghuo.benefits.engines import files
from denghuo.benefits.engines.checking import ErrorList, ReadingPlan, RowCounts, read_file
from denghuo.benefits.logic.guessing import guess_mapping, known_words
from denghuo.benefits.logic.mapping import FileMapping
from denghuo.benefits.logic.targets import SubjectKind
from denghuo.benefits.queries.targets import targets
from denghuo.kernel.csv_rows import CellTooLongError, LineTooLongError, TableTooWideError
from denghuo.kernel.table_text import find_headings
from denghuo.platform import table_files
from denghuo.platform.public import (
    TableTooLongError,
    TableUnreadableError,
    first_rows,
    kind_of,
    sheets_of,
)
from tests.benefits.offices import csv_bytes, xlsx_bytes
from tests.factories.people import id_number, uscc

pytestmark = pytest.mark.no_postgres
TODAY = date(2026, 11, 23)
HEADINGS = ("统一社会信用代码", "裁员人数", "实缴失业保险费")
ONE, TWO, THREE = (uscc(number).text for number in (101, 102, 103))


@dataclass(frozen=True)
class Found:
    rows: list[dict[str, Any]]
    errors: list[list[str]]
    counts: RowCounts

    def reasons(self) -> list[tuple[int, str, str]]:
        return [(int(line), heading, why) for line, heading, _said, why, _next in self.errors]


def through(
    folder: Path, content: bytes, *, sheet: str = "", subject: SubjectKind = "firm"
) -> Found:
    """A file by its guessed mapping, as the check reads it."""
    path = folder / "source"
    path.write_bytes(content)
    kind = kind_of(path)
    sheet = sheet or next(iter(sheets_of(path, kind)), "")
    rows = first_rows(path, kind, sheet, 100)
    headings = find_headings(rows, known_words(targets(), subject))
    below = [row for at, row in enumerate(rows, start=1) if at > headings.row and any(row)]
    guesses = guess_mapping(
        headings.names, below, targets=targets(), subject=subject, office="社会保险登记",
        today=TODAY,
    )  # fmt: skip
    plan = ReadingPlan(
        path=path,
        kind=kind,
        sheet=sheet,
        heading_row=headings.row,
        headings=headings.names,
        mapping=FileMapping(tuple(each.column for each in guesses)),
        targets=targets(),
        subject=subject,
        today=TODAY,
        key_of=lambda number: f"key:{number[-4:]}",
    )
    text = io.StringIO()
    counts = read_file(
        plan, out=folder / "rows.parquet", errors=ErrorList(text, subject), tell=lambda _n: None
    )
    listed = list(csv.reader(io.StringIO(text.getvalue().removeprefix("\ufeff"))))[1:]
    return Found(pq.read_table(folder / "rows.parquet").to_pylist(), listed, counts)


def good_rows() -> list[Sequence[object]]:
    return [HEADINGS, (ONE, 2, "186,400.00"), (TWO, 0, "9300")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_every_encoding_an_office_saves(tmp_path: Path, encoding: str) -> None:
    found = through(tmp_path, csv_bytes(good_rows(), encoding=encoding))
    assert [row["unemployment_premium_paid"] for row in found.rows] == [18_640_000, 930_000]
    assert found.errors == []


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_csv_with_every_delimiter(tmp_path: Path, delimiter: str) -> None:
    lines = [HEADINGS, (ONE, "2", "186400")]
    content = "\n".join(delimiter.join(map(str, line)) for line in lines).encode()
    assert [row["laid_off_count"] for row in through(tmp_path, content).rows] == [2]


def test_a_workbook_reads_like_the_csv(tmp_path: Path) -> None:
    found = through(tmp_path, xlsx_bytes([HEADINGS, (ONE, 2, 186400.0), (TWO, 0.0, 9300)]))
    plain = through(tmp_path, csv_bytes(good_rows()))
    assert found.rows == plain.rows


def test_a_typed_parquet_reads_like_the_csv(tmp_path: Path) -> None:
    table = pa.table(
        {
            "统一社会信用代码": pa.array([ONE, TWO]).dictionary_encode(),
            "裁员人数": pa.array([2, 0], pa.int32()),
            "实缴失业保险费": pa.array([Decimal("186400.00"), Decimal(9300)], pa.decimal128(12, 2)),
            "登记日期": pa.array([datetime(2020, 5, 1), None]),  # noqa: DTZ001
        }
    )
    sink = io.BytesIO()
    pq.write_table(table, sink)
    found = through(tmp_path, sink.getvalue())
    assert found.rows == through(tmp_path, csv_bytes(good_rows())).rows


def test_titles_blank_lines_and_sums_around_the_table(tmp_path: Path) -> None:
    rows = [
        ("2025 年度参保缴费情况表", "", ""),
        ("填报单位：某局", "", ""),
        HEADINGS,
        (ONE, 2, 186400),
        ("", "", ""),
        (TWO, 0, 9300),
        ("合计", 2, 195700),
        ("制表人：王  审核人：李", "", ""),
    ]
    for content in (csv_bytes(rows), xlsx_bytes(rows)):
        found = through(tmp_path, content)
        assert [row["source_line"] for row in found.rows] == [4, 6]
        assert (found.counts.rows, found.counts.footers, found.counts.refused) == (2, 2, 0)


def test_each_wrong_cell_is_named_with_its_line(tmp_path: Path) -> None:
    wrong = ONE[:-1] + ("0" if ONE[-1] != "0" else "1")
    rows = [
        HEADINGS,
        (ONE, 2, 1),
        (wrong, 1, 1),
        (TWO, "二十来人", "-5"),
        (THREE, "=cmd|'/c calc'!A1", 1),
        (None, 3, 4),
        (uscc(9).text, 999_999_999, "1.005"),
        *[(uscc(200 + number).text, 1, 1) for number in range(9)],
    ]
    found = through(tmp_path, csv_bytes(rows))
    reasons = found.reasons()
    assert [(line, heading) for line, heading, _why in reasons] == [
        (3, HEADINGS[0]), (4, HEADINGS[1]), (4, HEADINGS[2]), (5, HEADINGS[1]), (6, HEADINGS[0]),
        (7, HEADINGS[1]), (7, HEADINGS[2]),
    ]  # fmt: skip
    assert (found.counts.rows, found.counts.refused, len(found.rows)) == (15, 5, 10)
    assert "公式" in reasons[3][2]
    assert found.errors[3][2].startswith("'=cmd")  # the list itself runs nothing either


def test_formulas_of_a_workbook_are_never_believed(tmp_path: Path) -> None:
    rows = [HEADINGS, *[(uscc(300 + n).text, 1, 5) for n in range(9)], (ONE, "=1+1", 5)]
    found = through(tmp_path, xlsx_bytes(rows))
    assert [(line, heading) for line, heading, _ in found.reasons()] == [(11, HEADINGS[1])]


def test_an_excel_97_file_renamed(tmp_path: Path) -> None:
    with pytest.raises(TableUnreadableError) as error:
        through(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert "另存为" in error.value.sentence


def test_merged_cells_leave_rows_without_a_key(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in [HEADINGS, (ONE, 1, 5), (None, 2, 6), (TWO, 3, 7)]:
        sheet.append(list(row))
    sheet.merge_cells("A2:A3")
    packed = io.BytesIO()
    book.save(packed)
    found = through(tmp_path, packed.getvalue())
    assert [(line, heading) for line, heading, _ in found.reasons()] == [(3, HEADINGS[0])]
    assert "合并" in found.errors[0][4]


def test_days_in_all_the_ways_of_one_column(tmp_path: Path) -> None:
    headings = ("统一社会信用代码", "数据日期", "裁员人数")
    days = ["2025-06-10", "2025/6/10", "20250610", "2025年6月10日", 45818, date(2025, 6, 10)]
    rows = [headings, *[(uscc(400 + at).text, day, 1) for at, day in enumerate(days)]]
    found = through(tmp_path, xlsx_bytes(rows))
    assert {row["observed_on"] for row in found.rows} == {date(2025, 6, 10)}
    assert len(found.rows) == len(days)


def test_identity_numbers_eaten_by_a_spreadsheet(tmp_path: Path) -> None:
    good = [id_number().text for _ in range(9)]
    rows = [
        ("身份证号", "参保月数"),
        *[(text, 12) for text in good],
        (float(good[0][:17] + "0"), 12),
    ]
    found = through(tmp_path, xlsx_bytes(rows), subject="person")
    assert len(found.rows) == 9
    [(line, _heading, why)] = found.reasons()
    assert line == 11
    assert "科学计数法" in why
    text = str(found.errors)
    assert not any(number in text for number in good)


def test_a_person_s_number_is_masked_in_the_list(tmp_path: Path) -> None:
    good = [id_number().text for _ in range(9)]
    wrong = good[0][:-1] + ("0" if good[0][-1] != "0" else "1")
    rows = [("身份证号", "参保月数"), *[(text, 12) for text in good], (wrong, 12)]
    found = through(tmp_path, csv_bytes(rows), subject="person")
    [[_line, _heading, said, _why, _next]] = found.errors
    assert said == f"{wrong[:6]}********{wrong[-4:]}"
    assert all(row["entity"].startswith("key:") for row in found.rows)


def test_a_comma_too_many_does_not_shift_a_row_unseen(tmp_path: Path) -> None:
    lines = [
        ",".join(HEADINGS),
        *[f"{uscc(500 + n).text},1,5" for n in range(5)],
        f"{ONE},2,186,400",
    ]
    found = through(tmp_path, "\n".join(lines).encode())
    [(line, _heading, why)] = found.reasons()
    assert line == 7
    assert "多出 1 格" in why


def test_a_quoted_line_break_does_not_shift_the_numbers(tmp_path: Path) -> None:
    lines = ["统一社会信用代码,备注,裁员人数", f'{ONE},"一行\n两行",1', f"{TWO},,坏", f"{THREE},,3"]
    lines += [f"{uscc(600 + n).text},,1" for n in range(5)]
    found = through(tmp_path, "\n".join(lines).encode())
    assert [line for line, *_ in found.reasons()] == [3]


def test_a_row_at_the_end_of_the_sheet(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in [HEADINGS, (ONE, 1, 5)]:
        sheet.append(list(row))
    sheet.cell(1_048_576, 1, TWO)
    sheet.cell(1_048_576, 2, 7)
    packed = io.BytesIO()
    book.save(packed)
    found = through(tmp_path, packed.getvalue())
    assert [row["source_line"] for row in found.rows] == [2, 1_048_576]


def test_the_sheet_that_was_chosen(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["说明", "本表由某局提供"])
    other = book.create_sheet("明细")
    for row in [HEADINGS, (ONE, 1, 5)]:
        other.append(list(row))
    packed = io.BytesIO()
    book.save(packed)
    assert len(through(tmp_path, packed.getvalue(), sheet="明细").rows) == 1


def test_a_workbook_that_unpacks_to_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_files, "XLSX_UNPACKED_MAX", 1_000)
    with pytest.raises(TableTooLongError):
        through(tmp_path, xlsx_bytes(good_rows()))


def test_too_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "ROWS_MAX", 1)
    with pytest.raises(TableTooLongError):
        through(tmp_path, csv_bytes(good_rows()))


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(TableUnreadableError):
        through(tmp_path, packed.getvalue())


def test_bytes_that_are_no_text_are_named_by_line(tmp_path: Path) -> None:
    content = csv_bytes(good_rows()) + b"\xff\xff\xff,1,2\n"
    with pytest.raises(TableUnreadableError) as error:
        through(tmp_path, content)
    assert "行" in error.value.sentence


def test_a_column_of_lists_is_no_column_of_values(tmp_path: Path) -> None:
    sink = io.BytesIO()
    pq.write_table(pa.table({"entity": ["a"], "laid_off_count": [[1, 2]]}), sink)
    with pytest.raises(TableUnreadableError) as error:
        through(tmp_path, sink.getvalue())
    assert "不是一格一个值" in error.value.sentence


def test_a_line_of_commas_and_a_cell_without_end_are_refused_with_their_place(
    tmp_path: Path,
) -> None:
    sound = csv_bytes(good_rows())
    with pytest.raises(TableTooWideError, match="第 4 行有 600001 列"):
        through(tmp_path, sound + b"," * 600_000 + b"\n")
    with pytest.raises(CellTooLongError, match="第 4 行第 1 列"):
        through(tmp_path, sound + b"x" * 10_001 + b",1\n")
    with pytest.raises(LineTooLongError, match="第 4 行太长"):
        through(tmp_path, sound + b"," * 1_000_001)
