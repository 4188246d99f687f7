"""The shipped measures: eighteen of the plan, each whole; nothing typed."""

from __future__ import annotations

import pytest

from denghuo.measures.logic.definition import load_measures
from denghuo.measures.queries.library import (
    MeasureNotFoundError,
    all_series,
    measure,
    measures,
)
from denghuo.measures.queries.stored import QUERIES, UnknownQueryError, is_named, rows_of

pytestmark = pytest.mark.no_postgres


def test_the_plan_has_eighteen_measures_in_their_order() -> None:
    plan = [one for one in measures().values() if one.group == "plan"]
    assert [one.order for one in plan] == list(range(1, 19))
    service = [one for one in measures().values() if one.group == "service"]
    assert [one.order for one in service] == list(range(1, len(service) + 1))
    assert len(measures()) == len(plan) + len(service)


def test_every_target_says_where_it_comes_from_and_that_it_is_assumed() -> None:
    for one in measures().values():
        for target in one.targets:
            assert target.source
            # None of the plan's own papers was at hand. When one is, this test changes with it.
            assert target.status == "assumed", one.id


def test_every_query_and_series_named_is_there() -> None:
    for one in measures().values():
        if one.query:
            rows = rows_of(one)
            assert rows is not None
            if one.unit.basis == "amount":
                assert rows.amount is not None, one.id
            if one.unit.basis == "rate":
                assert rows.met is not None, one.id
            if one.unit.basis == "subjects" or one.unit.other:
                assert rows.subject is not None, one.id
        if one.series:
            assert all_series()[one.series].unit == one.unit
    used = {one.query for one in measures().values()} - {""}
    assert used == set(QUERIES), "a query no measure uses is a query nobody reads"


def test_person_names_are_marked_as_such() -> None:
    assert is_named(measure("persons-registered"))
    assert is_named(measure("corrections-in-time"))
    assert not is_named(measure("firms-registered"))
    assert not is_named(measure("cases-opened")), "a case number names nobody"


def test_unknown_measures_queries_and_parameters() -> None:
    with pytest.raises(MeasureNotFoundError):
        measure("no-such")
    text = """
- {id: x, group: plan, order: 1, name: {zh: 甲, en: A}, owner: 某局, unit: cases, period: year,
   query: %s, params: %s, method: 数。}
"""
    for query, params in (("no_such", "{}"), ("persons_registered", "{kind: 1}")):
        with pytest.raises(UnknownQueryError):
            rows_of(load_measures(text % (query, params))[0])
