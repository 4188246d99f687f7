"""What a newer form changes, and which answers of a draft it keeps."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.cases.logic.forms import FormVersion
from denghuo.cases.logic.forms_diff import difference, rebase
from tests.cases.logic.sample_forms import drawn_answers, drawn_forms, read_form

pytestmark = pytest.mark.no_postgres


def form(version: int, *fields: dict[str, Any]) -> FormVersion:
    return read_form(**{"version": version, "from": date(2025, version, 1), "fields": list(fields)})


HELPED = {"name": "helped", "kind": "boolean", "label": "有人帮吗"}
PAID = {"name": "paid", "kind": "money", "label": "花了多少", "min": 0, "max": 100_000}


def test_a_better_hint_keeps_the_answer_and_new_words_ask_again() -> None:
    old = form(1, HELPED, PAID)
    hint = form(2, {**HELPED, "help": "老师、师傅都算", "why": "要算"}, PAID)
    assert difference(old, hint).is_empty
    reworded = form(2, {**HELPED, "label": "有人替您考吗"}, PAID)
    found = rebase({"helped": True, "paid": 5}, old, reworded)
    assert found.answers == {"paid": 5}
    assert found.asked_again == ("helped",)


def test_new_bounds_ask_again_and_a_gone_question_is_dropped() -> None:
    old = form(1, HELPED, PAID)
    new = form(2, {**PAID, "max": 5})
    found = rebase({"helped": True, "paid": 50}, old, new)
    assert (found.answers, found.asked_again, found.dropped) == ({}, ("paid",), ("helped",))


def test_what_changed_is_named() -> None:
    old = form(1, HELPED, PAID)
    new = form(
        2,
        {**HELPED, "required": False},
        {"name": "where", "kind": "text", "label": "在哪"},
        {**PAID, "when": [{"field": "helped", "is": True}], "fact": "paid_fact"},
    )
    found = difference(old, new)
    assert found.added == ("where",)
    assert found.removed == ()
    assert {one.name: one.what for one in found.changed} == {
        "helped": ("required",),
        "paid": ("shown", "fact"),
    }
    assert not any(one.asks_again for one in found.changed)


@given(st.data())
def test_nothing_is_lost_and_nothing_invented(data: st.DataObject) -> None:
    old, new = data.draw(drawn_forms(1)), data.draw(drawn_forms(2))
    answers = data.draw(drawn_answers(old))
    found = rebase(answers, old, new)
    # Every answer is kept, asked again or dropped, and only one of the three.
    assert sorted([*found.answers, *found.asked_again, *found.dropped]) == sorted(answers)
    assert all(answers[name] == value for name, value in found.answers.items())
    # Kept answers are of the same question; once over, a second time changes nothing.
    assert all(old[name].label.zh == new[name].label.zh for name in found.answers)
    assert rebase(found.answers, new, new).answers == found.answers


@given(drawn_forms())
def test_a_form_does_not_differ_from_itself(one: FormVersion) -> None:
    assert difference(one, one).is_empty
