"""Where a fact tips an expression: the values it is compared with, and the codes a rule names.

Searches for near misses and for useful questions look there first. Compiled once per version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import cast

from denghuo.policy.logic import ir
from denghuo.policy.logic.closures import AS_OF_KEY, Evaluate, Row, compile_expression
from denghuo.policy.logic.definition import PolicyDefinition, PolicyVersion
from denghuo.policy.logic.registry import FactKind, FactSpec
from denghuo.policy.logic.scope import ParamValue, Value

CODES_MAX = 12
# A code no rule names: what an open list can always hold.
OTHER_CODE = "other.code"
_DAY_ZERO = date(1900, 1, 1)


def days_of(day: date) -> int:
    """A day as a number that can be searched."""
    return (day - _DAY_ZERO).days


def day_of(number: int) -> date:
    """The inverse of ``days_of``."""
    return _DAY_ZERO + timedelta(days=number)


@dataclass(frozen=True, slots=True)
class Plan:
    """What one expression reads (``as_of`` among it) and where each of that tips it."""

    reads: frozenset[str]
    compared: Mapping[str, tuple[Evaluate, ...]]
    codes: Mapping[str, tuple[str, ...]]

    def thresholds(self, name: str, row: Row) -> list[int]:
        """Values the fact is directly compared with, at its scale; days as numbers."""
        found: list[int] = []
        for evaluate in self.compared.get(name, ()):
            value = evaluate(row)
            if value is not None:
                found.append(value)
        return found

    def trials(self, spec: FactSpec, row: Row) -> list[Value]:
        """The values worth trying for a fact: thresholds and neighbours, bounds, every code."""
        match spec.kind:
            case FactKind.BOOL:
                return [True, False]
            case FactKind.CODE:
                return [*self.codes[spec.name]]
            case FactKind.DATE:
                low, high = days_of(cast("date", spec.low)), days_of(cast("date", spec.high))
                return [day_of(each) for each in self._around(spec.name, low, high, row)]
            case _:
                return [*self._around(spec.name, *spec.number_bounds, row)]

    def _around(self, name: str, low: int, high: int, row: Row) -> list[int]:
        tried = {low, high, (low + high) // 2}
        for hint in self.thresholds(name, row):
            tried |= {hint - 1, hint, hint + 1}
        return sorted(value for value in tried if low <= value <= high)


@dataclass(frozen=True, slots=True)
class VersionPlan:
    """The plans of a version's conditions, in order, and of its amount."""

    conditions: tuple[Plan, ...]
    amount: Plan | None

    def read_by_others(self, name: str, index: int) -> bool:
        """Whether any other condition reads this fact (or ``as_of``) too."""
        return any(name in plan.reads for i, plan in enumerate(self.conditions) if i != index)


@lru_cache(maxsize=4096)
def plan_of(definition: PolicyDefinition, key: str) -> VersionPlan:
    """The plans of one version, made once per definition."""
    version = next(each for each in definition.versions if each.key == key)
    return VersionPlan(
        tuple(make_plan(each.expr, definition.specs, version) for each in version.conditions),
        make_plan(version.amount.expr, definition.specs, version) if version.amount else None,
    )


def make_plan(node: ir.Expr, specs: Mapping[str, FactSpec], version: PolicyVersion) -> Plan:
    """Find what an expression compares with what."""
    params = version.held()
    compared: dict[str, list[Evaluate]] = {}
    reads: set[str] = set()
    for part in ir.walk(node):
        if name := _name(part):
            reads.add(name)
        match part:
            case ir.Compare(left=left, right=right):
                for mine, other in ((left, right), (right, left)):
                    _note(compared, mine, other, params)
            case ir.In(item=item, choices=choices):
                for choice in choices:
                    _note(compared, item, choice, params)
            case _:
                pass
    codes = {
        name: tuple(_codes(node, specs[name]))
        for name in reads - {AS_OF_KEY}
        if specs[name].kind is FactKind.CODE
    }
    return Plan(frozenset(reads), {name: tuple(each) for name, each in compared.items()}, codes)


def _name(node: ir.Expr) -> str:
    if isinstance(node, ir.Fact):
        return node.name
    return AS_OF_KEY if isinstance(node, ir.AsOf) else ""


def _note(
    compared: dict[str, list[Evaluate]],
    mine: ir.Expr,
    other: ir.Expr,
    params: Mapping[str, ParamValue],
) -> None:
    name = _name(mine)
    if not name or mine.type.kind not in (ir.Kind.NUMBER, ir.Kind.DATE):
        return
    run = compile_expression(other, params)
    if mine.type.kind is ir.Kind.DATE:
        compared.setdefault(name, []).append(_day_number(run))
        return
    compared.setdefault(name, []).append(_at_scale(run, mine.type.scale - other.type.scale))


def _day_number(run: Evaluate) -> Evaluate:
    def day_number(row: Row) -> int | None:
        day = run(row)
        return None if day is None else days_of(day)

    return day_number


def _at_scale(run: Evaluate, shift: int) -> Evaluate:
    """A threshold with more decimals than the fact is rounded down; its neighbours are tried."""

    def at_scale(row: Row) -> int | None:
        value: int | None = run(row)
        if value is None:
            return None
        factor: int = 10 ** abs(shift)
        return value * factor if shift >= 0 else value // factor

    return at_scale


def _codes(node: ir.Expr, spec: FactSpec) -> dict[str, None]:
    if spec.values and len(spec.values) <= CODES_MAX:
        return dict.fromkeys(spec.values)
    named: dict[str, None] = {}
    for part in ir.walk(node):
        match part:
            case ir.CodeLiteral(value=value) | ir.StartsWith(prefix=value):
                named[value] = None
            case ir.Param(type=kind) if kind.values:
                named |= dict.fromkeys(sorted(kind.values))
            case _:
                pass
    if not spec.values:
        return {**named, OTHER_CODE: None}
    # Of a long list: the codes the rule names or whose start it names, and one that it does not.
    fitting = [each for each in spec.values if any(each.startswith(name) for name in named)]
    rest = [each for each in spec.values if each not in fitting]
    return {**dict.fromkeys(fitting), **dict.fromkeys(rest[:1])}
