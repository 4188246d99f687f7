"""What the SQL printer refuses, and that nested choices do not grow the text without end."""

from __future__ import annotations

from datetime import date

import pytest

from denghuo.policy.logic import build, ir
from denghuo.policy.logic.columns.program import RuleProgram, RuleVersion, UnfitRuleError
from denghuo.policy.logic.sql import DIALECTS, DUCKDB, SPARK, Dialect, quoted, sweep_query

AS_OF = date(2026, 6, 30)


def query(rule: RuleVersion, dialect: Dialect = DUCKDB, *, guard: bool = False) -> str:
    program = RuleProgram("p", (rule,))
    return sweep_query([program], dialect=dialect, as_of=AS_OF, table="t", keys=["id"], guard=guard)


@pytest.mark.parametrize("text", ["a'b", "a\\", "a\n", "\x00"])
def test_text_that_could_end_a_literal_is_refused(text: str) -> None:
    with pytest.raises(UnfitRuleError):
        quoted(text)


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
@pytest.mark.parametrize("name", ['x"; DROP TABLE t', "x`", "X", "数", ""])
def test_a_fact_with_a_strange_name_is_refused(name: str, dialect: Dialect) -> None:
    with pytest.raises(UnfitRuleError):
        query(RuleVersion((ir.Fact(ir.BOOL, name),)), dialect)


def test_the_policy_s_own_id_is_not_printed() -> None:
    program = RuleProgram("x'); DROP TABLE t; --", (RuleVersion((ir.Fact(ir.BOOL, "a"),)),))
    text = sweep_query([program], dialect=SPARK, as_of=AS_OF, table="t", keys=["id"], guard=False)
    assert "DROP" not in text


def test_choices_within_choices_stay_short() -> None:
    heads = ir.Fact(ir.Type(ir.Kind.NUMBER, 0, 0, 10), "heads")
    nested: ir.Expr = ir.Fact(ir.BOOL, "a")
    for number in range(20):
        nested = build.case(
            ((build.compare("=", heads, build.number(number, 0)), nested),), build.negation(nested)
        )
        nested = build.junction("AND", (nested, ir.Fact(ir.BOOL, "a")))
        nested = build.case(((nested, ir.Fact(ir.BOOL, "b")),), ir.Fact(ir.BOOL, "c"))
        if number == 2:
            break
    short = len(query(RuleVersion((nested,))))
    deeper = build.case(((nested, ir.Fact(ir.BOOL, "b")),), build.negation(nested))
    assert len(query(RuleVersion((deeper,)))) < 4 * short


def test_numbers_out_of_bounds_are_guarded_where_the_table_is_foreign() -> None:
    heads = ir.Fact(ir.Type(ir.Kind.NUMBER, 0, 0, 10), "heads")
    rule = RuleVersion((build.compare("=", heads, build.number(1, 0)),))
    assert "BETWEEN 0 AND 10" in query(rule, guard=True)
    assert "BETWEEN" not in query(rule)


def test_parameters_and_the_day_are_folded_into_literals() -> None:
    day = build.add_months((ir.AsOf(ir.DATE), build.number(-36, 0)))
    rule = RuleVersion((build.compare("<=", ir.Fact(ir.DATE, "founded_on"), day),))
    assert "DATE '2023-06-30'" in query(rule)
    assert "months" not in query(rule)
