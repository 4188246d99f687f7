"""What a form's text may not say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from denghuo.cases.logic.forms import PAGES
from denghuo.cases.logic.forms_loading import FormTextError
from tests.cases.logic.sample_forms import read_form, read_forms

pytestmark = pytest.mark.no_postgres
DAY = {"name": "d", "kind": "date", "label": "日"}
BOOL = {"name": "helped", "kind": "boolean", "label": "有人帮吗"}


def one_field(**field: Any) -> Any:
    return read_form(**{"version": 1, "from": date(2025, 1, 1), "fields": [field]})


def version(number: int, start: date, until: date | None = None) -> dict[str, Any]:
    return {"version": number, "from": start, "until": until, "fields": [BOOL]}


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ({"name": "c", "kind": "choice", "label": "选"}, "choices"),
        ({"name": "t", "kind": "text", "label": "写", "choices": {"a": "一"}}, "choices"),
        ({"name": "m", "kind": "money", "label": "钱"}, "min 和 max"),
        ({"name": "m", "kind": "money", "label": "钱", "min": 9, "max": 1}, "min 比 max 大"),
        ({"name": "t", "kind": "text", "label": "写", "min": 1, "max": 2}, "只用于"),
        ({**DAY, "min": 1}, "写法要一样"),
        (
            {
                "name": "d",
                "kind": "date",
                "label": "日",
                "min": date(2026, 1, 2),
                "max": date(2026, 1, 1),
            },
            "晚",
        ),
        ({"name": "t", "kind": "text", "label": "写", "not_after_today": True}, "日期"),
        ({**BOOL, "when": [{"field": "later", "is": True}]}, "前面"),
        ({**BOOL, "when": [{"is": True}]}, "只写一个"),
        ({**BOOL, "when": [{"fact": "a", "field": "b", "is": True}]}, "只写一个"),
        ({**BOOL, "when": [{"fact": "a"}]}, "只写一个"),
        ({**BOOL, "when": [{"fact": "a", "is": True, "known": True}]}, "只写一个"),
    ],
)
def test_a_field_that_cannot_be_is_refused_with_its_place(field: dict[str, Any], why: str) -> None:
    with pytest.raises(FormTextError, match=why) as refused:
        one_field(**field)
    assert "第 1 版" in str(refused.value)
    assert str(field["name"]) in str(refused.value)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_field_has_the_name_of_a_page(name: str) -> None:
    with pytest.raises(FormTextError, match="页面"):
        one_field(name=name, kind="text", label="写")


def test_a_field_is_written_once() -> None:
    with pytest.raises(FormTextError, match="两次"):
        read_form(**{"version": 1, "from": date(2025, 1, 1), "fields": [BOOL, BOOL]})


def test_a_condition_names_a_value_the_field_can_have() -> None:
    later = {
        "name": "who",
        "kind": "text",
        "label": "谁",
        "when": [{"field": "helped", "is": "yes"}],
    }
    with pytest.raises(FormTextError, match="不会是"):
        read_form(**{"version": 1, "from": date(2025, 1, 1), "fields": [BOOL, later]})


def test_versions_do_not_overlap_and_their_numbers_rise() -> None:
    with pytest.raises(FormTextError, match="重叠"):
        read_forms(version(1, date(2025, 1, 1)), version(2, date(2026, 1, 1)))
    with pytest.raises(FormTextError, match="编号"):
        read_forms(version(2, date(2025, 1, 1), date(2026, 1, 1)), version(1, date(2026, 1, 1)))
    with pytest.raises(FormTextError, match="结束日"):
        read_forms(version(1, date(2025, 1, 1), date(2025, 1, 1)))
    both = read_forms(version(2, date(2026, 3, 1)), version(1, date(2025, 1, 1), date(2026, 1, 1)))
    assert [one.version for one in both] == [1, 2]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Bad Name", "kind": "text", "label": "写"},
        {"name": "t", "kind": "colour", "label": "写"},
        {"name": "t", "kind": "text", "label": ""},
        {"name": "t", "kind": "text", "label": "写", "unknown": 1},
        {"name": "t", "kind": "text", "label": "写", "required": "yes"},
    ],
)
def test_what_has_not_the_shape_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        one_field(**wrong)
