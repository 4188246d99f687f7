"""The meaning of a rule program, written as plainly as possible: the judge of every engine.

One row at a time, unknown is None, numbers are exact fractions. It shares no code with the engines
but the intermediate form and the calendar.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from denghuo.kernel.period import add_months
from denghuo.policy.logic import ir
from denghuo.policy.logic.columns.program import RuleProgram, RuleVersion

Fact = object
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


@dataclass(frozen=True)
class Outcome:
    """What every engine must say of one subject and one policy."""

    verdict: int
    amount: int | None
    failed: int
    unknown: int
    version: int


def outcome(program: RuleProgram, record: Mapping[str, Fact], as_of: date) -> Outcome:
    """The oracle's answer. Numbers in ``record`` are unscaled integers."""
    if program.anchor is None:
        index = program.version_on(as_of)
    else:
        anchor = record.get(program.anchor)
        if anchor is None:
            answers = [_decide(version, record, as_of) for version in program.versions]
            refused = program.every_day and all(verdict == 0 for verdict, *_ in answers)
            impossible = _day_possible(program, record, as_of) is False
            return Outcome(0 if refused or impossible else 2, None, 0, 0, 255)
        assert isinstance(anchor, date)
        index = program.version_on(anchor)
    if index is None:
        possible = program.anchor is None or _day_possible(program, record, as_of)
        return Outcome({True: 3, False: 0, None: 2}[possible], None, 0, 0, 255)
    return Outcome(*_decide(program.versions[index], record, as_of), index)


def _day_possible(program: RuleProgram, record: Mapping[str, Fact], as_of: date) -> bool | None:
    version = program.versions[0]
    if version.gate is None:
        return True
    found = _value(version.conditions[version.gate], record, version, as_of)
    return None if found is None else bool(found)


def _decide(
    version: RuleVersion, record: Mapping[str, Fact], as_of: date
) -> tuple[int, int | None, int, int]:
    failed = unknown = 0
    for number, condition in enumerate(version.conditions):
        truth = _value(condition, record, version, as_of)
        failed |= (truth is False) << number
        unknown |= (truth is None) << number
    verdict = 0 if failed else 2 if unknown else 1
    amount = None
    if verdict == 1 and version.amount is not None:
        exact = _value(version.amount, record, version, as_of)
        if exact is not None:
            assert isinstance(exact, Fraction)
            amount = int((exact * 2 + 1) // 2)  # half up
    return verdict, amount, failed, unknown


def _value(  # noqa: C901, PLR0912 - one case for each node kind, to be read at one glance
    node: ir.Expr, record: Mapping[str, Fact], version: RuleVersion, as_of: date
) -> object | None:
    def value(part: ir.Expr) -> object | None:
        return _value(part, record, version, as_of)

    match node:
        case ir.Fact(name=name):
            return _scaled(record.get(name), node.type)
        case ir.Param(name=name):
            return _scaled(version.params[name], node.type)
        case ir.AsOf():
            return as_of
        case ir.NumberLiteral(unscaled=unscaled):
            return _scaled(unscaled, node.type)
        case ir.BoolLiteral(value=literal):
            return literal
        case ir.DateLiteral(value=day):
            return day
        case ir.CodeLiteral(value=text):
            return text
        case ir.Not(item=item):
            truth = value(item)
            return None if truth is None else not truth
        case ir.Conjunction(items=items):
            truths = [value(item) for item in items]
            return False if False in truths else None if None in truths else True
        case ir.Disjunction(items=items):
            truths = [value(item) for item in items]
            return True if True in truths else None if None in truths else False
        case ir.Compare(op=op, left=left, right=right):
            one, two = value(left), value(right)
            return None if one is None or two is None else _COMPARE[op](one, two)
        case ir.Arithmetic(op=op, left=left, right=right):
            one, two = value(left), value(right)
            return None if one is None or two is None else _ARITHMETIC[op](one, two)
        case ir.In(item=item, choices=choices):
            found = value(item)
            return None if found is None else found in [value(choice) for choice in choices]
        case ir.StartsWith(item=item, prefix=prefix):
            code = value(item)
            return None if code is None else str(code).startswith(prefix)
        case ir.Extreme(which=which, items=items):
            found_all = [value(item) for item in items]
            if None in found_all:
                return None
            return (min if which == "least" else max)(found_all)  # type: ignore[type-var]
        case ir.AddMonths(day=day_node, months=months):
            day_value, count = value(day_node), value(months)
            if day_value is None or count is None:
                return None
            assert isinstance(day_value, date)
            assert isinstance(count, Fraction)
            return add_months(day_value, int(count))
        case ir.Case(branches=branches, otherwise=otherwise):
            return _case(node, [(value(c), value(v)) for c, v in branches], value(otherwise))


def _case(
    node: ir.Case, branches: list[tuple[object | None, object | None]], otherwise: object | None
) -> object | None:
    result = otherwise
    for condition, then in reversed(branches):
        if condition is None:
            agree = node.type.kind is ir.Kind.BOOL and then is not None and then == result
            result = then if agree else None
        elif condition:
            result = then
    return result


def _scaled(value: object | None, kind: ir.Type) -> object | None:
    if kind.kind is ir.Kind.NUMBER and value is not None:
        assert isinstance(value, int)
        return Fraction(value, 10**kind.scale)
    return value
