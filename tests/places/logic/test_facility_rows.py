"""Rows: headings in any order, a sentence for each cell that is wrong."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.places.logic.facility_rows import (
    HEADINGS,
    Cell,
    FacilityRow,
    HeadingsMissingError,
    HeadingTwiceError,
    RowProblem,
    map_headings,
    read_row,
    read_rows,
)
from denghuo.places.logic.hours import read_hours

GOOD: dict[str, Cell] = {
    "external_key": "Y-1",
    "name": "中山路驿站",
    "kind": "零工驿站",
    "division": "150102",
    "source": "名录",
    "owner": "新城区人社局",
    "review_on": "2027年3月31日",
    "services": "招聘登记、 政策咨询；招聘登记",
    "hours": "周一至周五 09:00-17:00",
    "lon": "１１１.６６",
    "lat": 40.86,
    "datum": "高德",
    "accuracy_m": 30,
    "phone": "（0471）3283999",
}
COLUMNS = {name: column for column, name in enumerate(HEADINGS)}


def read(**changes: Cell) -> FacilityRow | list[RowProblem]:
    cells = {**GOOD, **changes}
    return read_row(2, [cells.get(name) for name in COLUMNS], COLUMNS)


def wrong(**changes: Cell) -> list[tuple[str, str]]:
    found = read(**changes)
    assert isinstance(found, list), found
    return [(problem.heading, problem.sentence) for problem in found]


def test_a_good_row_is_tidied() -> None:
    row = read()
    assert isinstance(row, FacilityRow)
    assert row.kind == "station"
    assert row.services == ("招聘登记", "政策咨询")
    assert (row.lon, row.lat, row.datum, row.accuracy_m) == (111.66, 40.86, "gcj02", 30)
    assert row.phone == "0471-3283999"
    assert row.review_on == date(2027, 3, 31)
    assert row.hours == read_hours("周一至周五 09:00-17:00")


def test_a_spreadsheet_gives_numbers_and_dates() -> None:
    given_day = datetime(2027, 1, 2)  # noqa: DTZ001  a spreadsheet's dates have no zone
    row = read(external_key=12.0, division=150102.0, review_on=given_day)
    assert isinstance(row, FacilityRow)
    assert (row.external_key, row.division, row.review_on) == ("12", "150102", date(2027, 1, 2))


@pytest.mark.parametrize(
    ("changes", "heading", "part"),
    [
        ({"name": ""}, "名称", "不能空着"),
        ({"name": "长" * 121}, "名称", "最多 120 个字"),
        ({"kind": "茶馆"}, "类型", "不是认得的类型"),
        ({"lon": "东经111"}, "经度", "不是 -180 到 180 之间的数"),
        ({"lat": "nan"}, "纬度", "不是 -90 到 90"),
        ({"lat": ""}, "纬度", "要么都写"),
        ({"datum": "百度"}, "坐标系", "不认得"),
        ({"phone": "13812345678"}, "电话", "个人手机号"),
        ({"phone": "+86 138-1234-5678"}, "电话", "个人手机号"),
        ({"phone": "没有"}, "电话", "不像座机号码"),
        ({"hours": "随时"}, "开放时间", "看不懂"),
        ({"review_on": "2027-02-30"}, "复核日期", "不是日期"),
        ({"review_on": None}, "复核日期", "不能空着"),
        ({"accuracy_m": -5}, "精度（米）", "不是 0 到"),
        ({"services": "、".join(map(str, range(31)))}, "服务", "最多 30 项"),
    ],
)
def test_each_wrong_cell_has_its_sentence(
    changes: dict[str, Cell], heading: str, part: str
) -> None:
    [(where, sentence)] = wrong(**changes)
    assert where == heading
    assert part in sentence


def test_all_that_is_wrong_with_a_row_is_told_at_once() -> None:
    assert [where for where, _ in wrong(name="", kind="茶馆", phone="13812345678")] == [
        "名称",
        "类型",
        "电话",
    ]


@pytest.mark.parametrize("phone", ["12345", "0471-3283999", "0471-3283999-801", "400-123-4567",
                                   "3283999", "12333", "120"])  # fmt: skip
def test_landlines_and_hotlines_pass(phone: str) -> None:
    row = read(phone=phone)
    assert isinstance(row, FacilityRow)
    assert row.phone == phone


def test_headings_are_found_in_any_order_and_writing() -> None:
    headings: list[Cell] = [
        "机构名称",
        " ＩＤ ",
        "类 型",
        "区划代码",
        "来源",
        "负责单位",
        "复核日期",
        "院长",
        None,
    ]
    columns, unknown = map_headings(headings)
    assert columns["name"] == 0
    assert columns["external_key"] == 1
    assert unknown == ["院长"]


def test_a_missing_heading_is_named_and_a_double_one_too() -> None:
    with pytest.raises(HeadingsMissingError, match="编号、名称"):
        map_headings(["类型"])
    with pytest.raises(HeadingTwiceError, match="名称"):
        map_headings(["名称", "机构名称"])


def test_a_number_used_twice_is_refused_the_second_time_and_blank_rows_are_passed_over() -> None:
    cells = [GOOD.get(name) for name in COLUMNS]
    rows, problems = read_rows([(2, cells), (3, [None, " "]), (4, cells)], COLUMNS)
    assert [number for number, _ in rows] == [2]
    assert [(one.row, one.sentence) for one in problems] == [(4, "编号“Y-1”在第 2 行已经用过。")]


def test_a_row_stored_comes_back_with_the_same_digest() -> None:
    row = read()
    assert isinstance(row, FacilityRow)
    again = FacilityRow.from_stored(row.stored())
    assert again == row
    assert again.digest() == row.digest()
    changed = read(name="另一个驿站")
    assert isinstance(changed, FacilityRow)
    assert changed.digest() != row.digest()


anything = st.none() | st.text(max_size=30) | st.integers() | st.floats() | st.booleans()


@given(st.lists(anything, min_size=len(COLUMNS), max_size=len(COLUMNS)))
def test_any_cells_give_a_row_or_problems(cells: list[Cell]) -> None:
    found = read_row(2, cells, COLUMNS)
    if isinstance(found, list):
        assert found
        assert all(problem.sentence for problem in found)
