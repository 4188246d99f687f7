"""One year's file: whole and right, or refused with the line and the reason."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.platform.logic.calendar_rows import (
    CalendarFileError,
    CalendarRow,
    read_calendar_rows,
)
from denghuo.platform.logic.statutory_days import statutory_days_off

pytestmark = pytest.mark.no_postgres

HEADER = "day,is_working,name"
STATUTORY = [f"{day},0,{name}" for day, name in sorted(statutory_days_off(2027).items())]
WORKED_SUNDAY = "2027-01-31,1,春节"


def test_a_whole_file_is_read_in_order_of_days() -> None:
    rows = read_calendar_rows([HEADER, WORKED_SUNDAY, "", *STATUTORY], year=2027)
    assert rows[0] == CalendarRow(date(2027, 1, 1), False, "元旦")
    assert CalendarRow(date(2027, 1, 31), True, "春节") in rows
    assert len(rows) == len(STATUTORY) + 1


@pytest.mark.parametrize(
    ("lines", "line", "why"),
    [
        ([], 1, "第一行应为"),
        (["a,b,c"], 1, "第一行应为"),
        ([HEADER, "2027-01-01,0"], 2, "应有 3 列"),
        ([HEADER, *STATUTORY[:1], "1月2日,0,元旦"], 3, "不是 2027-01-01 这样的日期"),
        ([HEADER, "2026-01-01,0,元旦"], 2, "不在 2027 年"),
        ([HEADER, "2027-01-01,off,元旦"], 2, "1（上班）或 0（放假）"),
        ([HEADER, "2027-01-01,0,"], 2, "名称应为"),
        ([HEADER, f"2027-01-01,0,{'长' * 41}"], 2, "名称应为"),
        ([HEADER, "2027-01-04,1,元旦"], 2, "本来就是工作日"),
        ([HEADER, STATUTORY[0], STATUTORY[0]], 3, "出现了两次"),
        ([HEADER, *STATUTORY[1:]], len(STATUTORY) + 1, "少了法定节日 2027-01-01"),
        ([HEADER, WORKED_SUNDAY], 3, "少了法定节日"),
    ],
)
def test_a_bad_line_is_named_with_its_reason(lines: list[str], line: int, why: str) -> None:
    with pytest.raises(CalendarFileError) as refused:
        read_calendar_rows(lines, year=2027)
    assert refused.value.values["line"] == line
    assert why in refused.value.sentence
    assert "什么都没有导入" in refused.value.sentence


@given(st.lists(st.text(max_size=40), max_size=20))
def test_hostile_text_is_refused_and_never_crashes(lines: list[str]) -> None:
    clean = [line.replace("\r", " ").replace("\n", " ") for line in lines]
    with pytest.raises(CalendarFileError):
        read_calendar_rows([HEADER, *clean], year=2027)
