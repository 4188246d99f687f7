"""Reading one year of the work calendar from the lines of a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.logic.statutory_days import statutory_days_off

COLUMNS = ("day", "is_working", "name")
ROWS_MAX = 366
NAME_LENGTH_MAX = 40
_SATURDAY = 5
_WORKING = {"1": True, "0": False}


class CalendarFileError(RefusalError):
    """One line of the file cannot be right; nothing is imported."""

    code = "platform.calendar_file"
    template = "日历文件第 {line} 行有误：{why}。什么都没有导入，原来的日历还在。"


@dataclass(frozen=True, order=True, slots=True)
class CalendarRow:
    """A day that differs from Monday-to-Friday, with its official name."""

    day: date
    is_working: bool
    name: str


def read_calendar_rows(lines: Iterable[str], *, year: int) -> tuple[CalendarRow, ...]:
    """The rows in order of days. Raises ``CalendarFileError`` with the first bad line.

    Every day the law names must be there and be off: a file that lacks them is half a notice,
    and deadlines reckoned from it would be wrong without anybody seeing why.
    """
    reader = csv.reader(lines)
    header = next(reader, [])
    if tuple(cell.strip().lstrip("\ufeff") for cell in header) != COLUMNS:
        raise CalendarFileError(line=1, why=f"第一行应为 {','.join(COLUMNS)}")
    rows: dict[date, CalendarRow] = {}
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        row = _read_row(cells, year=year, line=reader.line_num)
        if row.day in rows:
            raise CalendarFileError(line=reader.line_num, why=f"{row.day} 出现了两次")
        if len(rows) >= ROWS_MAX:
            raise CalendarFileError(line=reader.line_num, why=f"最多 {ROWS_MAX} 天")
        rows[row.day] = row
    for day, name in sorted(statutory_days_off(year).items()):
        if day not in rows or rows[day].is_working:
            raise CalendarFileError(
                line=reader.line_num + 1, why=f"少了法定节日 {day}（{name}），通知可能没抄全"
            )
    return tuple(sorted(rows.values()))


def _read_row(cells: list[str], *, year: int, line: int) -> CalendarRow:
    if len(cells) != len(COLUMNS):
        raise CalendarFileError(line=line, why=f"应有 {len(COLUMNS)} 列，现在是 {len(cells)} 列")
    day_text, working_text, name = (cell.strip() for cell in cells)
    try:
        day = date.fromisoformat(day_text)
    except ValueError:
        raise CalendarFileError(
            line=line, why=f"“{day_text[:20]}”不是 2027-01-01 这样的日期"
        ) from None
    if day.year != year:
        raise CalendarFileError(line=line, why=f"{day} 不在 {year} 年")
    if working_text not in _WORKING:
        raise CalendarFileError(line=line, why="is_working 应为 1（上班）或 0（放假）")
    if not name or len(name) > NAME_LENGTH_MAX:
        raise CalendarFileError(line=line, why=f"名称应为 1 到 {NAME_LENGTH_MAX} 个字")
    working = _WORKING[working_text]
    if working and day.weekday() < _SATURDAY:
        raise CalendarFileError(line=line, why=f"{day} 本来就是工作日，不用写成调休上班")
    return CalendarRow(day, working, name)
