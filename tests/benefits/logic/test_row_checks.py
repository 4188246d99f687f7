"""What a file's word does to what is held."""

from __future__ import annotations

from datetime import date

import pytest

from denghuo.benefits.logic.firm_register import firm_kind_of
from denghuo.benefits.logic.row_checks import Word, effect_of, is_written, masked_cell

pytestmark = pytest.mark.no_postgres
OLD, DAY, LATE = date(2025, 1, 1), date(2025, 6, 30), date(2025, 12, 31)


@pytest.mark.parametrize(
    ("held", "effect"),
    [
        (None, "new"),
        (Word(2, "社保", DAY), "unchanged"),
        (Word(3, "社保", DAY), "changed"),
        (Word(2, "社保", OLD), "renewed"),
        (Word(3, "社保", OLD), "changed"),
        (Word(2, "社保", LATE), "unchanged"),
        (Word(3, "社保", LATE), "newer_held"),
        (Word(3, "税务", LATE), "newer_held"),
        (Word(2, "税务", DAY), "renewed"),
        (Word(3, "单位填报", LATE, own=True), "changed"),
        (Word(2, "单位填报", None, own=True), "renewed"),
        (Word(value=True, source="社保", observed_on=DAY), "changed"),
    ],
)
def test_effects(held: Word | None, effect: str) -> None:
    found = effect_of(held, Word(2, "社保", DAY))
    assert found == effect
    assert is_written(found) is (effect in {"new", "changed", "renewed"})


def test_true_is_not_one() -> None:
    assert effect_of(Word(1, "社保", DAY), Word(value=True, source="社保", observed_on=DAY)) == (
        "changed"
    )


def test_what_a_list_of_errors_may_show() -> None:
    number = "150102199001011234"
    assert masked_cell(number, is_key=True, subject="person") == "150102********1234"
    assert masked_cell("91159901MA0000001X", is_key=True, subject="firm") == "91159901MA0000001X"
    assert number not in masked_cell(f"张三{number}", is_key=False, subject="firm")
    assert "13812345678" not in masked_cell("电话13812345678", is_key=False, subject="firm")
    assert masked_cell("18640000", is_key=False, subject="firm") == "18640000"


def test_kinds_of_firms_by_code() -> None:
    assert firm_kind_of("92159901") == "household"
    assert firm_kind_of("11159901") is None
