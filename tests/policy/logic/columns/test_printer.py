"""Printed kernels, run as ordinary Python, against the oracle; and what the printer refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random

import numpy as np
import pytest

from denghuo.policy.logic import build, ir
from denghuo.policy.logic.columns.arguments import NAMES, SPREAD, prefix_tables, slot_values
from denghuo.policy.logic.columns.layout import layout_for
from denghuo.policy.logic.columns.printer import print_kernel
from denghuo.policy.logic.columns.program import RuleProgram, RuleVersion, UnfitRuleError
from tests.policy.logic.columns.oracle import outcome
from tests.policy.logic.columns.programs import AS_OF, ProgramMaker
from tests.policy.logic.columns.records import columns_from_records

PARAMS = {"cap": 55, "months": -13, "tiny": 30}


def interpreted(program: RuleProgram, records: Sequence[Mapping[str, object]]) -> list[tuple]:
    """The kernel's answers without a compiler: verdict, amount, failed, unknown of each record."""
    layout = layout_for([program])
    version = program.versions[0]
    source = print_kernel(version, layout)
    space = dict(NAMES)
    exec(source.text, space)  # noqa: S102 - the thing under test
    facts = columns_from_records(layout, records)
    rows = facts.rows
    columns = []
    for lane in source.lanes:
        column = facts.columns[lane.fact]
        known = np.full((rows + 7) // 8, 255, np.uint8) if column.known is None else column.known
        columns += [column.values, known]
    verdict, amount = np.zeros(rows, np.uint8), np.zeros(rows, np.int64)
    failed, unknown = (np.zeros(rows, source.mask_dtype) for _ in range(2))
    with np.errstate(over="ignore"):  # rows with an unknown part hold arbitrary numbers
        scratch = np.zeros(source.scratch_bytes // 8, np.uint64)
        space[source.name](
            0, rows, slot_values(source, version.params, AS_OF, layout.book), SPREAD,
            scratch, scratch.view(np.uint8), *columns,
            *prefix_tables(source, layout.book), verdict, amount, failed, unknown,
        )  # fmt: skip
    return list(
        zip(verdict.tolist(), amount.tolist(), failed.tolist(), unknown.tolist(), strict=True)
    )


@pytest.mark.parametrize("seed", range(60))
def test_a_printed_kernel_means_what_the_rule_means(seed: int) -> None:
    maker = ProgramMaker(Random(seed))
    program = RuleProgram("p", (maker.version(None, None),))
    records = maker.records(24)
    for record, found in zip(records, interpreted(program, records), strict=True):
        expected = outcome(program, record, AS_OF)
        amount = 0
        if expected.verdict == 1 and program.versions[0].amount is not None:
            amount = -1 if expected.amount is None else expected.amount
        assert found == (expected.verdict, amount, expected.failed, expected.unknown), record


def test_no_word_of_the_rule_reaches_the_kernel() -> None:
    trade = ir.Fact(ir.Type(ir.Kind.CODE), "trade_secret_name")
    rule = RuleVersion(
        (
            build.compare("=", trade, build.code("HostileValue")),
            build.starts_with((trade, build.code("Prefix"))),
            build.compare("<=", ir.Fact(ir.DATE, "evil_day"), ir.AsOf(ir.DATE)),
        )
    )
    source = print_kernel(rule, layout_for([RuleProgram("evil_policy", (rule,))]))
    words = set(re.findall(r"[A-Za-z_]{4,}", source.text.split("\n", 1)[1]))
    assert words == {
        "scratch", "constants", "start", "while", "words", "base", "first",
        "range", "spread", "verdict", "amount", "failed", "unknown", "open",
    }  # fmt: skip


def test_a_changed_parameter_or_day_prints_the_same_kernel() -> None:
    headcount = ir.Fact(ir.Type(ir.Kind.NUMBER, 0, 0, 1000), "headcount")

    def source(cap: int) -> str:
        kind = ir.Type(ir.Kind.NUMBER, 0, cap, cap)
        rule = RuleVersion(
            (build.compare("<=", headcount, ir.Param(kind, "cap")),), None, {"cap": cap}
        )
        return print_kernel(rule, layout_for([RuleProgram("p", (rule,))])).name

    assert source(30) == source(31)


def test_a_number_without_bounds_is_refused() -> None:
    endless = ir.Fact(ir.Type(ir.Kind.NUMBER), "endless")
    rule = RuleVersion((ir.Compare(ir.BOOL, "=", endless, build.number(1, 0)),))
    with pytest.raises(UnfitRuleError, match="bounds"):
        layout_for([RuleProgram("p", (rule,))])


def test_a_product_beyond_64_bits_is_refused_even_when_its_type_lies() -> None:
    big = ir.Fact(ir.Type(ir.Kind.NUMBER, 0, 0, 2**40), "big")
    product = ir.Arithmetic(ir.Type(ir.Kind.NUMBER, 0, 0, 2**80), "*", big, big)
    rule = RuleVersion((ir.Compare(ir.BOOL, ">", product, build.number(1, 0)),))
    with pytest.raises(UnfitRuleError, match="64 bits"):
        print_kernel(rule, layout_for([RuleProgram("p", (rule,))]))


def test_a_parameter_outside_its_declared_bounds_is_refused() -> None:
    headcount = ir.Fact(ir.Type(ir.Kind.NUMBER, 0, 0, 1000), "headcount")
    cap = ir.Param(ir.Type(ir.Kind.NUMBER, 0, 0, 50), "cap")
    rule = RuleVersion((build.compare("<=", headcount, cap),), None, {"cap": 51})
    layout = layout_for([RuleProgram("p", (rule,))])
    source = print_kernel(rule, layout)
    with pytest.raises(UnfitRuleError, match="outside"):
        slot_values(source, rule.params, AS_OF, layout.book)


def test_an_amount_that_could_be_negative_is_refused() -> None:
    balance = ir.Fact(ir.Type(ir.Kind.NUMBER, 0, -5, 5), "balance")
    with pytest.raises(UnfitRuleError, match="never negative"):
        RuleVersion((ir.Fact(ir.BOOL, "open"),), balance)
