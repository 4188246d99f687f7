"""Text that a spreadsheet would run is only shown."""

from __future__ import annotations

import csv
import io

import pytest

from denghuo.kernel.spreadsheet import safe_cell, table_lines

pytestmark = pytest.mark.no_postgres


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1"]
)
def test_a_formula_becomes_text(text: str) -> None:
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("value", ["草原恒泰乳业", "a=b", "", -5, 3, None])
def test_everything_else_stays(value: object) -> None:
    assert safe_cell(value) == value


def test_a_table_is_read_back_as_it_was_but_runs_nothing() -> None:
    rows: list[list[object]] = [["名", "数"], ["=1+1", -5], ['他说"好",\n再见', None], []]
    text = "".join(table_lines(rows))
    assert list(csv.reader(io.StringIO(text))) == [
        ["名", "数"], ["'=1+1", "-5"], ['他说"好",\n再见', ""], [],
    ]  # fmt: skip
    assert text.count("\r\n") == 4
    assert "".join(table_lines([["a"]], end="\n")) == "a\n"
    assert list(table_lines([])) == []
