"""CSV from outside within limits: what is sound is read as ever, what is not has its place."""

from __future__ import annotations

import csv
import io
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.kernel.csv_rows import (
    CellTooLongError,
    LineTooLongError,
    TableTooWideError,
    csv_rows,
    short_lines,
)

pytestmark = pytest.mark.no_postgres
NO_SURROGATES: tuple[Literal["Cs"], ...] = ("Cs",)
CELLS = st.text(
    st.characters(exclude_categories=NO_SURROGATES, exclude_characters="\x00\r"), max_size=20
)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=6))
def test_what_is_sound_is_read_as_the_library_reads_it(rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    written = text.getvalue()
    expected = list(csv.reader(io.StringIO(written, newline="")))
    assert list(csv_rows(io.StringIO(written, newline=""))) == expected
    assert list(csv_rows(short_lines(io.StringIO(written, newline="")))) == expected


def read(text: str, columns_max: int = 500, cell_chars_max: int = 10_000) -> list[list[str]]:
    lines = short_lines(io.StringIO(text, newline=""))
    return list(csv_rows(lines, columns_max=columns_max, cell_chars_max=cell_chars_max))


def test_columns_are_counted_and_the_line_is_named() -> None:
    assert read("a,b\nc,d\n", columns_max=2) == [["a", "b"], ["c", "d"]]
    with pytest.raises(TableTooWideError, match="第 2 行有 3 列，最多 2 列"):
        read("a,b\nc,d,e\n", columns_max=2)


def test_the_line_named_is_where_the_row_begins() -> None:
    with pytest.raises(TableTooWideError, match="第 3 行"):
        read('"a\nb",c\nd,e,f\n', columns_max=2)


def test_a_cell_has_a_length_and_its_place_is_named() -> None:
    assert read("a,四个字的\n", cell_chars_max=4) == [["a", "四个字的"]]
    with pytest.raises(CellTooLongError, match="第 1 行第 2 列"):
        read("a,五个字的呢\n", cell_chars_max=4)


def test_an_open_quote_does_not_swallow_the_file() -> None:
    text = 'a,"open\n' + "b,c\n" * 100_000
    with pytest.raises((CellTooLongError, csv.Error)):
        read(text)


def test_a_line_without_an_end_is_not_read_to_its_end() -> None:
    class Endless(io.StringIO):
        taken = 0

        def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]  # typeshed gives text files the bytes of their base
            assert size is not None
            assert size > 0, "asked for all of it"
            self.taken += size
            return "," * size

    file = Endless()
    with pytest.raises(LineTooLongError, match="第 1 行"):
        list(csv_rows(short_lines(file, chars_max=1_000)))
    assert file.taken == 1_001
    with pytest.raises(LineTooLongError):
        list(csv_rows(["," * 1_000_001]))
