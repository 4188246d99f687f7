"""Which questions are asked, in what order, and what is handed in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.cases.logic.forms import (
    HeldFact,
    NoFormError,
    asked_fields,
    before,
    form_numbered,
    form_on,
    known_fields,
    minutes,
    open_fields,
    settled_answers,
    shown_fields,
)
from tests.cases.logic.sample_forms import drawn_answers, drawn_forms, read_form, skill_form

pytestmark = pytest.mark.no_postgres
ACCOUNT = {"bank": "农业银行", "number": "0000", "holder": "乌云"}


def names(fields: Any) -> list[str]:
    return [one.name for one in fields]


def facts(**values: Any) -> dict[str, HeldFact]:
    return {name: HeldFact(value, "证书库", date(2026, 1, 1)) for name, value in values.items()}


def test_what_an_office_holds_is_shown_and_not_asked() -> None:
    form = skill_form()
    held = facts(certificate_on="2026-01-01", has_skill_certificate=True)
    assert names(known_fields(form, {}, held)) == ["certificate_on"]
    assert names(asked_fields(form, {}, held)) == ["helped", "account"]


def test_what_no_office_holds_is_asked() -> None:
    assert names(asked_fields(skill_form(), {}, {})) == [
        "certificate_on",
        "certificate_no",
        "photo",
        "helped",
        "account",
    ]


def test_a_fact_asked_but_not_known_is_as_good_as_none() -> None:
    held = {"certificate_on": HeldFact(None, "证书库")}
    assert "certificate_on" in names(asked_fields(skill_form(), {}, held))


def test_an_answer_opens_its_branch_and_another_closes_it() -> None:
    form = skill_form()
    assert "helper" in names(shown_fields(form, {"helped": True}, {}))
    assert "helper" not in names(shown_fields(form, {"helped": False}, {}))
    assert "helper" not in names(shown_fields(form, {}, {}))


def test_an_optional_question_is_passed_once_and_not_asked_again() -> None:
    form, told = skill_form(), {"helped": True}
    assert "helper" in names(open_fields(form, told, {}))
    assert "helper" not in names(open_fields(form, told, {}, passed=["helper"]))
    assert "account" in names(open_fields(form, told, {}, passed=["account"]))


def test_answers_of_a_branch_left_are_not_handed_in() -> None:
    told: dict[str, Any] = {"helped": False, "helper": "老师", "account": ACCOUNT}
    assert settled_answers(skill_form(), told, {}) == {"helped": False, "account": ACCOUNT}


def test_a_yes_is_not_the_number_one() -> None:
    form = read_form(
        **{
            "version": 1,
            "from": date(2025, 1, 1),
            "fields": [
                {"name": "n", "kind": "number", "label": "几个", "min": 0, "max": 9},
                {"name": "t", "kind": "text", "label": "哪个", "when": [{"field": "n", "is": 1}]},
            ],
        }
    )
    assert names(shown_fields(form, {"n": 1}, {})) == ["n", "t"]
    assert names(shown_fields(form, {"n": True}, {})) == ["n"]


def test_before_leads_back_one_by_one_and_from_the_end() -> None:
    fields = skill_form().fields
    assert before(fields, "certificate_on") == ""
    assert before(fields, "certificate_no") == "certificate_on"
    assert before(fields, "check") == "account"


def test_the_version_is_chosen_by_the_day() -> None:
    first = skill_form(1, date(2025, 1, 1))
    assert form_on([first], date(2025, 1, 1)) is first
    with pytest.raises(NoFormError):
        form_on([first], date(2024, 12, 31))
    assert form_numbered([first], 1) is first
    with pytest.raises(NoFormError):
        form_numbered([first], 2)


def test_minutes_fall_as_one_goes_and_with_what_is_known() -> None:
    form = skill_form()
    all_ = minutes(form, {}, {})
    known = minutes(form, {}, facts(certificate_on="2026-01-01", has_skill_certificate=True))
    nearly = minutes(
        form, {"helped": False, "account": ACCOUNT}, facts(certificate_on="2026-01-01")
    )
    assert all_ >= 5
    assert known < all_
    assert 1 <= nearly < all_


@given(st.data())
def test_nothing_is_asked_or_handed_in_that_is_not_shown(data: st.DataObject) -> None:
    form = data.draw(drawn_forms())
    told = data.draw(drawn_answers(form))
    held = facts(known_a=True) if data.draw(st.booleans()) else {}
    shown = names(shown_fields(form, told, held))
    assert set(settled_answers(form, told, held)) <= set(shown)
    assert set(names(asked_fields(form, told, held))).isdisjoint(
        names(known_fields(form, told, held))
    )
    assert shown == [one.name for one in form.fields if one.name in shown]


@given(st.data())
def test_answering_what_is_open_ends(data: st.DataObject) -> None:
    """From any draft, answering question after question comes to an end, each asked once."""
    form = data.draw(drawn_forms())
    told: dict[str, Any] = data.draw(drawn_answers(form))
    asked: list[str] = []
    while left := open_fields(form, told, {}, passed=asked):
        one = left[0]
        assert one.name not in asked
        asked.append(one.name)
        told[one.name] = {"boolean": True, "choice": "a"}.get(one.kind, "好")
    assert all(one.name in told or not one.required for one in asked_fields(form, told, {}))


@given(st.data())
def test_an_answer_off_the_way_changes_nothing(data: st.DataObject) -> None:
    """What is shown depends only on what is shown: hidden answers reach nowhere."""
    form = data.draw(drawn_forms())
    told = data.draw(drawn_answers(form))
    kept = settled_answers(form, told, {})
    assert shown_fields(form, kept, {}) == shown_fields(form, told, {})
    assert settled_answers(form, kept, {}) == kept
