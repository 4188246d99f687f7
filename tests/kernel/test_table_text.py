"""Where the headings of a table are, what is no row of data, and cells as text."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from denghuo.kernel.table_text import (
    cell_text,
    find_headings,
    header_digest,
    headings_at,
    is_footer,
)

pytestmark = pytest.mark.no_postgres
KNOWN = frozenset({"统一社会信用代码", "裁员人数"})


def test_headings_in_the_first_row_and_in_the_third() -> None:
    rows = [["统一社会信用代码", "裁员人数"], ["911", "2"]]
    assert find_headings(rows, KNOWN).row == 1
    titled: list[list[str | None]] = [
        ["2025 年度失业保险参保情况表", None],
        ["单位：元", None],
        ["统一社会信用代码", "裁员人数"],
        ["911", "2"],
    ]
    found = find_headings(titled, KNOWN)
    assert (found.row, found.names) == (3, ("统一社会信用代码", "裁员人数"))


def test_words_of_data_do_not_pass_for_headings() -> None:
    rows = [["代码", "名称", "人数"], ["911", "甲公司", "3"], ["912", "乙公司", "4"]]
    assert find_headings(rows, frozenset()).row == 1


def test_every_heading_is_there_once() -> None:
    names = headings_at([["金额", "金额", None, "金额"], ["1", "2", "3", "4"]], 1).names
    assert names == ("金额", "金额 #2", "第 3 列", "金额 #3")


def test_empty_columns_at_the_end_are_left_out() -> None:
    assert headings_at([["a", None, None], ["1", None, ""]], 1).names == ("a",)


@pytest.mark.parametrize("cells", [["合计", "12"], [None, " 合 计 ", "3"], ["制表人：张三"]])
def test_sums_and_signatures_are_no_rows(cells: list[str | None]) -> None:
    assert is_footer(cells, None)


def test_a_firm_whose_name_begins_like_a_sum_is_a_row() -> None:
    assert not is_footer(["911599010000000123", "合计划财务公司"], "911599010000000123")
    assert not is_footer(["甲公司", None], None)
    assert not is_footer([None, None], None)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, None), ("甲", "甲"), (True, "是"), (12, "12"), (12.0, "12"), (0.1 + 0.2, "0.3"),
        (186400.00000000003, "186400"), (datetime(2025, 6, 10), "2025-06-10"),  # noqa: DTZ001
        (datetime(2025, 6, 10, 8, 30), "2025-06-10 08:30:00"),  # noqa: DTZ001
        (date(2025, 6, 10), "2025-06-10"), (float("nan"), "#NUM!"),
    ],
)  # fmt: skip
def test_cells_as_text(cell: object, text: str | None) -> None:
    assert cell_text(cell) == text


def test_a_number_whose_end_is_lost_does_not_look_whole() -> None:
    for cell in (150102199001011234.0, 150102199001011000):
        text = cell_text(cell)
        assert text is not None
        assert "e+17" in text.lower()


def test_an_array_formula_is_seen_as_one() -> None:
    assert (cell_text(object()) or "").startswith("=")


def test_one_mapping_fits_the_same_headings_in_any_order() -> None:
    assert header_digest(["甲（元）", "乙"]) == header_digest(["乙", "甲(元) "])
    assert header_digest(["甲"]) != header_digest(["乙"])
