"""Expressions compiled once to Python closures, evaluated many times; unknown is ``None``.

A closure reads a row: a dict that holds every fact of the policy (None where unknown) and the day
asked for under ``as_of``. Numbers are exact unscaled integers. Parts without facts are folded while
compiling. This is the engine of the one-person answer, and the oracle of the sweep engines.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any, cast

from denghuo.kernel.period import add_months
from denghuo.policy.logic import ir
from denghuo.policy.logic.scope import ParamValue, Value

Row = Mapping[str, Value | None]
Evaluate = Callable[[Row], Any]
AS_OF_KEY = "as_of"

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_ARITHMETIC: Mapping[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


@dataclass(frozen=True, slots=True)
class _Part:
    """A compiled node; ``constant`` when it reads no fact and no day."""

    run: Evaluate
    constant: bool = False


def compile_expression(node: ir.Expr, params: Mapping[str, ParamValue]) -> Evaluate:
    """A function from a row to the value: bool, unscaled int, date, code, or None for unknown."""
    return _compile(node, params).run


def _constant(value: Value | None) -> _Part:
    return _Part(lambda _row: value, constant=True)


def _compile(node: ir.Expr, params: Mapping[str, ParamValue]) -> _Part:
    match node:
        case (
            ir.BoolLiteral(value=value) | ir.DateLiteral(value=value) | ir.CodeLiteral(value=value)
        ):
            return _constant(value)
        case ir.NumberLiteral(unscaled=unscaled):
            return _constant(unscaled)
        case ir.Param(name=name):
            return _constant(params[name].value)
        case ir.Fact(name=name):
            return _Part(itemgetter(name))
        case ir.AsOf():
            return _Part(itemgetter(AS_OF_KEY))
        case _:
            made = _inner(node, params)
            if any(isinstance(part, ir.Fact | ir.AsOf) for part in ir.walk(node)):
                return _Part(made)
            return _constant(made({}))


def _inner(node: ir.Expr, params: Mapping[str, ParamValue]) -> Evaluate:
    match node:
        case ir.Not(item=item):
            return _negation(_compile(item, params).run)
        case ir.Conjunction(items=items):
            return _junction([_compile(item, params).run for item in items], decisive=False)
        case ir.Disjunction(items=items):
            return _junction([_compile(item, params).run for item in items], decisive=True)
        case ir.Compare(op=op, left=left, right=right):
            scale = max(left.type.scale, right.type.scale)
            return _binary(
                _COMPARE[op], _scaled(left, scale, params), _scaled(right, scale, params)
            )
        case ir.In():
            return _membership(node, params)
        case ir.Arithmetic(op="*", left=left, right=right):
            return _binary(operator.mul, _compile(left, params), _compile(right, params))
        case ir.Arithmetic(op=op, left=left, right=right):
            scale = node.type.scale
            both = _scaled(left, scale, params), _scaled(right, scale, params)
            return _binary(_ARITHMETIC[op], *both)
        case ir.Case():
            return _case(node, params)
        case ir.Extreme(which=which, items=items):
            runs = [_scaled(item, node.type.scale, params).run for item in items]
            return _extreme(min if which == "least" else max, runs)
        case ir.StartsWith(item=item, prefix=prefix):
            return _starts_with(_compile(item, params).run, prefix)
        case ir.AddMonths(day=day, months=months):
            return _add_months(_compile(day, params).run, _compile(months, params).run)
        case _:
            raise TypeError(f"no such node: {type(node).__name__}")


def _scaled(node: ir.Expr, scale: int, params: Mapping[str, ParamValue]) -> _Part:
    """The node's value at a larger scale; dates, codes and booleans have scale 0 and stay."""
    part = _compile(node, params)
    if node.type.kind is not ir.Kind.NUMBER or node.type.scale == scale:
        return part
    factor = 10 ** (scale - node.type.scale)
    if part.constant:
        return _constant(part.run({}) * factor)
    run = part.run

    def scaled(row: Row) -> int | None:
        value = run(row)
        return None if value is None else value * factor

    return _Part(scaled)


def _negation(item: Evaluate) -> Evaluate:
    def negation(row: Row) -> bool | None:
        value = item(row)
        return None if value is None else not value

    return negation


def _junction(items: list[Evaluate], *, decisive: bool) -> Evaluate:
    """AND is decided by one False, OR by one True; else unknown if any part is."""

    def junction(row: Row) -> bool | None:
        result: bool | None = not decisive
        for item in items:
            value: bool | None = item(row)
            if value is decisive:
                return value
            if value is None:
                result = None
        return result

    return junction


def _binary(compute: Callable[[Any, Any], Any], left: _Part, right: _Part) -> Evaluate:
    a, b = left.run, right.run
    if right.constant:
        fixed = b({})

        def against_constant(row: Row) -> Any:
            value = a(row)
            return None if value is None else compute(value, fixed)

        return against_constant

    def binary(row: Row) -> Any:
        one = a(row)
        if one is None:
            return None
        other = b(row)
        return None if other is None else compute(one, other)

    return binary


def _membership(node: ir.In, params: Mapping[str, ParamValue]) -> Evaluate:
    scale = max(part.type.scale for part in (node.item, *node.choices))
    item = _scaled(node.item, scale, params).run
    choices = frozenset(_scaled(choice, scale, params).run({}) for choice in node.choices)

    def membership(row: Row) -> bool | None:
        value = item(row)
        return None if value is None else value in choices

    return membership


def _case(node: ir.Case, params: Mapping[str, ParamValue]) -> Evaluate:
    scale = node.type.scale
    branches = [
        (_compile(condition, params).run, _scaled(value, scale, params).run)
        for condition, value in node.branches
    ]
    otherwise = _scaled(node.otherwise, scale, params).run
    if node.type.kind is ir.Kind.BOOL:
        return _agreeing_case(branches, otherwise)

    def case(row: Row) -> Any:
        for condition, value in branches:
            met = condition(row)
            if met is None:
                return None
            if met:
                return value(row)
        return otherwise(row)

    return case


def _agreeing_case(branches: list[tuple[Evaluate, Evaluate]], otherwise: Evaluate) -> Evaluate:
    """A boolean CASE is known when every branch that may still be taken says the same."""

    def agreeing_case(row: Row) -> bool | None:
        agreed: set[bool | None] = set()
        for condition, value in branches:
            met = condition(row)
            if met is False:
                continue
            agreed.add(value(row))
            if met is True:
                break
            if len(agreed) > 1 or None in agreed:
                return None
        else:
            agreed.add(otherwise(row))
        return agreed.pop() if len(agreed) == 1 else None

    return agreeing_case


def _extreme(pick: Callable[[list[Any]], Any], items: list[Evaluate]) -> Evaluate:
    def extreme(row: Row) -> Any:
        values = [item(row) for item in items]
        return None if None in values else pick(values)

    return extreme


def _starts_with(item: Evaluate, prefix: str) -> Evaluate:
    def starts_with(row: Row) -> bool | None:
        value = item(row)
        return None if value is None else cast("str", value).startswith(prefix)

    return starts_with


def _add_months(day: Evaluate, months: Evaluate) -> Evaluate:
    # The grammar allows only a literal or a parameter here.
    count = cast("int", months({}))

    def moved(row: Row) -> date | None:
        value = day(row)
        return None if value is None else add_months(value, count)

    return moved
