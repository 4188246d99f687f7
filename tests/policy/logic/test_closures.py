"""Closures against a plain reading of the rules in fractions, and the laws of three values."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from denghuo.kernel.period import add_months
from denghuo.policy.logic import ir
from denghuo.policy.logic.closures import AS_OF_KEY, compile_expression
from denghuo.policy.logic.decide import missing_facts
from denghuo.policy.logic.ir import Kind
from denghuo.policy.logic.parser import parse
from denghuo.policy.logic.scope import Value
from tests.policy.logic.strategies import (
    PARAMS,
    SCOPE,
    completions,
    records,
    typed_expressions,
)

# The language is pure; a second database would show nothing new.
pytestmark = pytest.mark.no_postgres

Record = dict[str, Value | None]
THREE = (True, False, None)


def read(node: ir.Expr, record: Record) -> Any:
    """What a complete record makes of a node, in fractions, with no scale to keep right."""
    parts = [read(part, record) for part in ir.children(node)]
    if not parts:
        return read_leaf(node, record)
    match node:
        case ir.Not():
            return not parts[0]
        case ir.Conjunction():
            return all(parts)
        case ir.Disjunction():
            return any(parts)
        case ir.Compare(op=op) | ir.Arithmetic(op=op):
            return READ[op](*parts)
        case ir.In():
            return parts[0] in parts[1:]
        case ir.Case():
            pairs = zip(parts[:-1:2], parts[1::2], strict=True)
            return next((value for condition, value in pairs if condition), parts[-1])
        case ir.Extreme(which=which):
            return (min if which == "least" else max)(parts)
        case ir.StartsWith(prefix=prefix):
            return parts[0].startswith(prefix)
        case _:
            return add_months(parts[0], int(parts[1]))


READ: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge, "+": operator.add, "-": operator.sub, "*": operator.mul,
}  # fmt: skip


def read_leaf(node: ir.Expr, record: Record) -> Any:
    match node:
        case ir.Fact(name=name):
            return true_value(node.type, record[name])
        case ir.Param(name=name):
            return true_value(node.type, PARAMS[name].value)
        case ir.NumberLiteral(unscaled=unscaled):
            return true_value(node.type, unscaled)
        case (
            ir.BoolLiteral(value=value) | ir.DateLiteral(value=value) | ir.CodeLiteral(value=value)
        ):
            return value
        case _:
            return record[AS_OF_KEY]


def true_value(kind: ir.Type, value: Value | None) -> Any:
    if kind.kind is Kind.NUMBER:
        assert isinstance(value, int)
        return Fraction(value, 10**kind.scale)
    return value


def run(text: str, **facts: Value | None) -> Any:
    record: Record = dict.fromkeys(SCOPE.facts)
    record |= facts
    return compile_expression(parse(text, SCOPE), PARAMS)(record)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([Kind.BOOL, Kind.NUMBER, Kind.DATE]).flatmap(typed_expressions),
    records(complete=True),
)
def test_complete_records_come_to_what_the_text_says(node: ir.Expr, record: Record) -> None:
    value = compile_expression(node, PARAMS)(record)
    assert true_value(node.type, value) == read(node, record)
    if node.type.kind is Kind.NUMBER:
        assert node.type.low is not None
        assert node.type.high is not None
        assert node.type.low <= value <= node.type.high


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_what_is_decided_never_flips_when_facts_arrive(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from([Kind.BOOL, Kind.BOOL, Kind.NUMBER, Kind.DATE]))
    evaluate = compile_expression(data.draw(typed_expressions(kind)), PARAMS)
    record = data.draw(records())
    decided = evaluate(record)
    for _ in range(3):
        complete = evaluate(data.draw(completions(record)))
        assert complete is not None
        assert decided is None or decided == complete


@settings(max_examples=100, deadline=None)
@given(typed_expressions(), st.data())
def test_missing_facts_are_just_those_that_keep_it_unknown(
    node: ir.Expr, data: st.DataObject
) -> None:
    record = data.draw(records())
    closures = {id(part): compile_expression(part, PARAMS) for part in ir.walk(node)}
    evaluate = closures[id(node)]
    missing = missing_facts(node, closures, record)
    assert bool(missing) is (evaluate(record) is None)
    assert all(record[name] is None for name in missing)
    # All the other unknown facts together change nothing; all the missing ones decide it.
    whole = data.draw(completions(record))
    others = {name: None if name in missing else value for name, value in whole.items()}
    assert evaluate(others) == evaluate(record)
    if missing:
        named = {name: whole[name] if name in missing else value for name, value in record.items()}
        assert evaluate(named) is not None


@pytest.mark.parametrize(("a", "b"), [*itertools.product(THREE, THREE)])
def test_kleene_tables(a: bool | None, b: bool | None) -> None:
    known = {a, b} - {None}
    conjunction = False if False in known else (None if None in (a, b) else True)
    disjunction = True if True in known else (None if None in (a, b) else False)
    assert run("owes AND listed", owes=a, listed=b) is conjunction
    assert run("owes OR listed", owes=a, listed=b) is disjunction
    assert run("NOT owes", owes=a) is (None if a is None else not a)
    # De Morgan holds for three values as for two.
    assert run("NOT (owes AND listed)", owes=a, listed=b) is run(
        "NOT owes OR NOT listed", owes=a, listed=b
    )


def test_unknown_meets_every_part() -> None:
    assert run("n > 3") is None
    assert run("n > 3 OR TRUE") is True
    assert run("n * 0 = 0") is None
    assert run("n IN (1, 2)") is None
    assert run("NOT n IN (1, 2)") is None
    assert run("LEAST(n, 0) <= 0") is None
    assert run("GREATEST(n, k)", n=3) is None
    assert run("starts_with(trade, 'C')") is None
    assert run("add_months(start, 1) > as_of", as_of=date(2025, 1, 1)) is None
    assert run("n BETWEEN 3 AND 5", n=2) is False


def test_a_case_waits_for_its_condition_unless_the_branches_agree() -> None:
    assert run("CASE WHEN owes THEN 1 ELSE 1 END") is None
    assert run("CASE WHEN owes THEN n > 3 ELSE k > 3 END", n=5, k=5) is True
    assert run("CASE WHEN owes THEN n > 3 ELSE k > 3 END", n=5, k=1) is None
    assert run("CASE WHEN owes THEN n > 3 ELSE k > 3 END", n=5) is None
    assert run("CASE WHEN owes THEN n > 3 ELSE k > 3 END", owes=False, k=5) is True
    three = "CASE WHEN owes THEN n > 3 WHEN listed THEN k > 3 ELSE TRUE END"
    assert run(three, n=5, listed=True, k=5) is True
    assert run(three, n=5, listed=False) is True
    assert run(three, owes=True, n=5) is True


def test_scales_meet_exactly() -> None:
    assert run("p.rate * n", n=6) == 330
    assert run("n <= p.rate * 20 + 0.9", n=2) is True
    assert run("n < p.rate * 20 + 0.9", n=2) is False
    assert run("n IN (2.0, 3.5)", n=2) is True
    assert run("LEAST(n, 2.5)", n=3) == 25


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
        (date(2025, 1, 31), 25, date(2027, 2, 28)),
    ],
)
def test_months_end_by_the_end_of_month_rule(day: date, months: int, moved: date) -> None:
    assert run(f"add_months(start, {months})", start=day) == moved


def test_parts_without_facts_are_computed_once() -> None:
    node = parse("add_months(p.since, p.year) = DATE '2026-02-28'", SCOPE)
    assert compile_expression(node, PARAMS)({}) is True
