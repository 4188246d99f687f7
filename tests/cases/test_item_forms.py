"""The forms of the shipped items fit the facts they name, and are whole in two languages."""

from __future__ import annotations

from itertools import pairwise

import pytest

from denghuo.cases.logic.forms import Field
from denghuo.cases.logic.forms_diff import difference
from denghuo.cases.logic.items import ServiceItem
from denghuo.cases.queries.items import items
from denghuo.policy.public import FactKind, policy, registry

pytestmark = pytest.mark.no_postgres
FORMS = [(item, form) for item in items().values() for form in item.forms]
FIELDS = [(item, one) for item, form in FORMS for one in form.fields]
NAMES = [f"{item.code}-{one.name}" for item, one in FIELDS]
KINDS = {
    FactKind.BOOL: "boolean",
    FactKind.INT: "number",
    FactKind.MONEY: "money",
    FactKind.DATE: "date",
    FactKind.CODE: "choice",
}


def test_everything_that_is_applied_for_has_a_form() -> None:
    lacking = [
        item.code
        for item in items().values()
        if item.mode == "apply" and item.listed and not item.forms
    ]
    assert lacking == []
    assert len(FORMS) >= 3


@pytest.mark.django_db
@pytest.mark.parametrize(("item", "one"), FIELDS, ids=NAMES)
def test_a_field_fits_the_fact_it_stands_for(item: ServiceItem, one: Field) -> None:
    specs = registry()
    named = [one.fact, one.tells, *(each.name for each in one.when if each.about == "fact")]
    for name in filter(None, named):
        assert specs[name].subject == item.who
        assert name in policy(item.policy).specs, "the rule does not read it"
    if one.fact:
        spec = specs[one.fact]
        assert one.kind == KINDS[spec.kind]
        if spec.kind is FactKind.CODE:
            assert {each.code for each in one.choices} == set(spec.values)
    if one.tells:
        assert specs[one.tells].kind is FactKind.BOOL


@pytest.mark.parametrize(("item", "one"), FIELDS, ids=NAMES)
def test_a_field_speaks_english_too_and_says_why(item: ServiceItem, one: Field) -> None:
    words = [one.label, one.title, *(each.label for each in one.choices)]
    words += [each for each in (one.help, one.why) if each is not None]
    assert all(each.en for each in words)
    assert one.why is not None or not one.required
    assert len(one.label.zh) <= 40


def test_a_newer_version_differs_from_the_one_before() -> None:
    for item in items().values():
        for earlier, later in pairwise(item.forms):
            assert not difference(earlier, later).is_empty
