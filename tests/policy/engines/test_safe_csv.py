"""What Arrow writes for people is text to a spreadsheet, whatever somebody called themselves."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyarrow as pa
import pytest

from denghuo.kernel.spreadsheet import FORMULA_STARTS, safe_cell
from denghuo.policy.engines.answer_csv import decimals
from denghuo.policy.engines.safe_csv import CsvFile, csv_lines, safe_table
from denghuo.policy.engines.sweep import sweep
from tests.policy.engines.test_library_agrees import FOLDERS, definitions_in
from tests.policy.firms import AS_OF, POLICY

pytestmark = pytest.mark.no_postgres


@pytest.mark.parametrize("start", FORMULA_STARTS)
@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_what_would_run_is_guarded(start: str, kind: pa.DataType) -> None:
    texts = [f"{start}1", f"a{start}1", "", None]
    column = safe_table(pa.table({"a": pa.array(texts, kind)}))["a"]
    assert column.type == kind
    assert column.to_pylist() == [safe_cell(text) for text in texts]


def test_a_number_stays_a_number() -> None:
    amounts = pa.array([-5, 100, None], pa.int64())
    table = pa.table({"fen": amounts, "yuan": decimals(amounts, 2)})
    assert csv_lines(table) == b"-5,-0.05\n100,1.00\n,\n"


def test_quotes_and_line_ends_stay_inside_their_cell() -> None:
    table = pa.table({"a": pa.array(['say "hi"', "two\nlines"])})
    assert list(csv.reader(io.StringIO(csv_lines(table).decode()))) == [
        ['say "hi"'],
        ["two\nlines"],
    ]


def test_a_file_writes_words_out_and_guards_them(tmp_path: Path) -> None:
    words = pa.array(["=1+1", "甲", "=1+1"]).dictionary_encode()
    table = pa.table({"entity": words, "amount": pa.array([1, -2, None])})
    file = CsvFile(tmp_path / "out.csv", table.schema)
    file.write_table(table)
    file.write_table(table.slice(0, 1))
    file.close()
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as read:
        assert list(csv.reader(read)) == [
            ["entity", "amount"], ["'=1+1", "1"], ["甲", "-2"], ["'=1+1", ""], ["'=1+1", "1"],
        ]  # fmt: skip


def test_a_sweep_s_answers_run_nothing(tmp_path: Path) -> None:
    """What an office called its subjects goes through a sweep into a table people open."""
    source, out = tmp_path / "firms.csv", tmp_path / "answers.csv"
    source.write_text("entity,laid_off_count\n=HYPERLINK(1),2\n甲,3\n", encoding="utf-8")
    definition = next(each for each in definitions_in(FOLDERS["library"]) if each.id == POLICY)
    sweep([definition], source=source, as_of=AS_OF, engine="duckdb", out=out)
    with out.open(encoding="utf-8", newline="") as read:
        assert [row["entity"] for row in csv.DictReader(read)] == ["'=HYPERLINK(1)", "甲"]
