"""Tables: doubled rows settled, one subject found, several offices as one, readable by sweeps."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from denghuo.benefits.engines import tables

pytestmark = pytest.mark.no_postgres


def rows_file(path: Path, rows: list[dict[str, object]]) -> Path:
    schema = pa.schema(
        [("entity", pa.string()), ("source_line", pa.int64()), ("laid_off_count", pa.int64()),
         ("insured_average", pa.decimal128(18, 2)), ("name_told", pa.string())]
    )  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows, schema), path)
    return path


def settle(folder: Path, rows: list[dict[str, object]]) -> tuple[list[tables.Repeat], Path]:
    path = rows_file(folder / "rows.parquet", rows)
    with tables.engine(folder) as connection:
        repeats = list(tables.find_repeats(connection, path))
        tables.write_table(
            tables.settled_rows(connection), schema=pq.read_schema(path),
            out=folder / "table.parquet", told={"office": "社会保险登记"},
        )  # fmt: skip
    return repeats, folder / "table.parquet"


def test_equal_rows_are_one_and_different_ones_none(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"entity": "C", "source_line": 2, "laid_off_count": 1},
        {"entity": "A", "source_line": 3, "laid_off_count": 5},
        {"entity": "B", "source_line": 4, "laid_off_count": None},
        {"entity": "A", "source_line": 5, "laid_off_count": 5},
        {"entity": "C", "source_line": 6, "laid_off_count": 2},
        {"entity": "C", "source_line": 7, "laid_off_count": 1},
    ]
    repeats, table = settle(tmp_path, rows)
    assert repeats == [
        tables.Repeat("C", (2, 6, 7), 3, equal=False),
        tables.Repeat("A", (3, 5), 2, equal=True),
    ]
    kept = pq.read_table(table).to_pylist()
    assert [(row["entity"], row["source_line"]) for row in kept] == [("A", 3), ("B", 4)]
    assert "name_told" not in kept[0]
    assert tables.told_by(table) == {"office": "社会保险登记"}
    assert tables.fact_columns(table) == ("laid_off_count", "insured_average")


def test_a_blank_differs_from_a_value(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"entity": "A", "source_line": 2, "laid_off_count": None},
        {"entity": "A", "source_line": 3, "laid_off_count": 0},
    ]
    [repeat], _table = settle(tmp_path, rows)
    assert not repeat.equal


def test_one_subject_s_row_is_found_in_any_stretch(tmp_path: Path) -> None:
    count = tables.ROW_GROUP_ROWS * 2 + 5
    rows: list[dict[str, object]] = [
        {"entity": f"E{number:07d}", "source_line": number, "laid_off_count": number}
        for number in range(count)
    ]
    _repeats, table = settle(tmp_path, rows)
    assert pq.read_metadata(table).num_row_groups >= 3
    for number in (0, tables.ROW_GROUP_ROWS, count - 1):
        row = tables.row_of(table, f"E{number:07d}")
        assert row is not None
        assert row["laid_off_count"] == number
    assert tables.row_of(table, "nobody") is None
    part = tables.rows_from(table, tables.ROW_GROUP_ROWS - 2, 5)
    first = tables.ROW_GROUP_ROWS - 2
    assert [row["laid_off_count"] for row in part] == list(range(first, first + 5))
    assert tables.rows_from(table, count, 5) == []


def test_offices_joined_by_subject(tmp_path: Path) -> None:
    first, second = tmp_path / "a.parquet", tmp_path / "b.parquet"
    pq.write_table(
        pa.table({"entity": ["A", "B"], "source_line": [2, 3], "laid_off_count": [1, None]}), first
    )
    pq.write_table(
        pa.table({"entity": ["B", "C"], "source_line": [2, 3], "laid_off_count": [7, 8],
                  "dishonest": [True, None]}),
        second,
    )  # fmt: skip
    out = tmp_path / "joined.parquet"
    rows = tables.join(
        [first, second],
        out=out,
        constants={"pool_reserve_months": 24, "contribution_year_ends_on": date(2025, 12, 31),
                   "injury_rate": Decimal("0.0040")},
        told={"parts": "a,b"},
    )  # fmt: skip
    assert rows == 3
    found = pq.read_table(out).to_pylist()
    assert [(row["entity"], row["laid_off_count"], row["dishonest"]) for row in found] == [
        ("A", 1, None), ("B", 7, True), ("C", 8, None),
    ]  # fmt: skip
    assert {row["pool_reserve_months"] for row in found} == {24}
    assert {row["contribution_year_ends_on"] for row in found} == {date(2025, 12, 31)}
    assert "source_line" not in found[0]


def test_a_path_with_a_quote_is_a_path(tmp_path: Path) -> None:
    folder = tmp_path / "o'clock"
    folder.mkdir()
    _repeats, table = settle(folder, [{"entity": "A", "source_line": 2}])
    assert pq.read_metadata(table).num_rows == 1
