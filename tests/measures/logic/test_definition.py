"""A measure's text is checked whole; there is no place to write a number."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from denghuo.measures.logic.definition import (
    MeasureTextError,
    load_measures,
    load_series,
)

pytestmark = pytest.mark.no_postgres
GOOD: dict[str, Any] = {
    "id": "x",
    "group": "plan",
    "order": 1,
    "name": {"zh": "甲", "en": "A"},
    "owner": "某局",
    "unit": "persons",
    "period": "year",
    "query": "q",
    "method": "数一数。",
}


def load(**changes: Any) -> Any:
    one = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    return load_measures(yaml.safe_dump([one], allow_unicode=True))[0]


def target(**changes: Any) -> dict[str, Any]:
    return {
        "from": "2026-01-01", "until": "2027-01-01", "value": "5", "status": "assumed",
        "source": "某文件", **changes,
    }  # fmt: skip


def targets(*many: dict[str, Any]) -> Any:
    text = yaml.safe_dump([{**GOOD, "targets": list(many)}], allow_unicode=True)
    return load_measures(
        text.replace("'2026-01-01'", "2026-01-01").replace("'2027-01-01'", "2027-01-01")
    )[0]


def test_a_whole_text() -> None:
    found = load(params={"b": 1, "a": 2})
    assert (found.id, found.unit.code, found.better) == ("x", "persons", "more")
    assert found.params == (("a", 2), ("b", 1))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"actual": 5}, "unknown keys actual"),
        ({"value": 5}, "unknown keys value"),
        ({"method": None}, "method needed"),
        ({"owner": ""}, "owner needed"),
        ({"query": None}, "exactly one"),
        ({"missing": "没有"}, "exactly one"),
        ({"series": "s"}, "exactly one"),
        ({"unit": "heads"}, "unknown unit"),
        ({"group": "other"}, "group is one of"),
        ({"better": "most"}, "better is one of"),
        ({"period": "week"}, "period is one of"),
    ],
)
def test_wrong_texts_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(MeasureTextError, match=said):
        load(**changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"source": ""}, "has a source"),
        ({"status": "sure"}, "status is one of"),
        ({"value": "5.5"}, "单位是“人”"),
        ({"value": "0"}, "no target"),
        ({"from": "soon"}, "from and until"),
    ],
)
def test_wrong_targets_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(MeasureTextError, match=said):
        targets(target(**changes))


def test_one_target_a_year_and_area() -> None:
    found = targets(target(), target(area="1501", value="2"))
    assert found.target(2026, "150100000000").value == 2
    assert found.target(2026, "150000000000").value == 5
    assert found.target(2025, "150000000000") is None
    assert found.target(2026, "150400000000") is None, "a league without its own has none"
    with pytest.raises(MeasureTextError, match="two targets"):
        targets(target(), target(area="150000"))


@pytest.mark.parametrize("text", ["", "a: b", "- 1", "x" * 300_000])
def test_files_that_hold_no_list(text: str) -> None:
    with pytest.raises(MeasureTextError):
        load_measures(text)


def test_series_need_a_name_and_a_source() -> None:
    with pytest.raises(MeasureTextError):
        load_series("- {id: s, unit: rate, name: {zh: 甲, en: A}}")
