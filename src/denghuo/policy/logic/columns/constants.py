"""Parts of an expression that are the same for every row: parameters, the day asked for, literals.

They are computed once, here, with Python's exact integers, and handed to the engines as values, so
that a changed parameter or day changes no printed kernel, and no engine's own date arithmetic is
trusted where ours can be used.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date

from denghuo.kernel.period import add_months
from denghuo.policy.logic import ir
from denghuo.policy.logic.columns.program import UnfitRuleError
from denghuo.policy.logic.scope import Value

COMPARISONS: dict[str, Callable[[object, object], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,  # type: ignore[dict-item]
    "<=": operator.le,  # type: ignore[dict-item]
    ">": operator.gt,  # type: ignore[dict-item]
    ">=": operator.ge,  # type: ignore[dict-item]
}
ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


def is_constant(node: ir.Expr) -> bool:
    """True when no part reads a fact."""
    return not any(isinstance(each, ir.Fact) for each in ir.walk(node))


def rescale(value: int, scale: int, to: int) -> int:
    """The same number, written at a finer scale."""
    if to < scale:
        raise UnfitRuleError(f"a number at scale {scale} cannot be written at scale {to}")
    return int(value * 10 ** (to - scale))


def common_scale(*nodes: ir.Expr) -> int:
    """The finest scale among numbers (0 for dates and codes)."""
    return max(node.type.scale for node in nodes)


def constant_value(node: ir.Expr, params: Mapping[str, Value], as_of: date) -> Value:
    """The value of a constant node; a number is its unscaled integer at the node's scale."""
    return _Constants(params, as_of).value(node)


class _Constants:
    def __init__(self, params: Mapping[str, Value], as_of: date) -> None:
        self.params = params
        self.as_of = as_of

    def value(self, node: ir.Expr) -> Value:
        match node:
            case ir.BoolLiteral() | ir.DateLiteral() | ir.CodeLiteral():
                return node.value
            case ir.NumberLiteral(unscaled=unscaled):
                return unscaled
            case ir.Param(name=name):
                return self.params[name]
            case ir.AsOf():
                return self.as_of
            case ir.Fact(name=name):
                raise UnfitRuleError(f"fact {name} differs from row to row")
            case _:
                return self._computed(node)

    def at(self, node: ir.Expr, scale: int) -> Value:
        """The value, a number written at ``scale``."""
        found = self.value(node)
        if node.type.kind is ir.Kind.NUMBER and isinstance(found, int):
            return rescale(found, node.type.scale, scale)
        return found

    def _computed(self, node: ir.Expr) -> Value:
        match node:
            case ir.Arithmetic(left=left, right=right):
                return _arithmetic(node, self.value(left), self.value(right))
            case ir.Case(branches=branches, otherwise=otherwise):
                taken = (then for condition, then in branches if self.value(condition))
                return self.at(next(taken, otherwise), node.type.scale)
            case ir.Extreme(which=which, items=items):
                chosen = [self.at(item, node.type.scale) for item in items]
                return (min if which == "least" else max)(chosen)
            case ir.AddMonths(day=day, months=months):
                start, count = self.value(day), self.value(months)
                if not isinstance(start, date) or not isinstance(count, int):
                    raise UnfitRuleError("add_months takes a date and a whole number")
                return add_months(start, count)
            case _:
                return self._truth(node)

    def _truth(self, node: ir.Expr) -> bool:
        match node:
            case ir.Not(item=item):
                return not self.value(item)
            case ir.Conjunction(items=items):
                return all(self.value(item) for item in items)
            case ir.Disjunction(items=items):
                return any(self.value(item) for item in items)
            case ir.Compare(op=op, left=left, right=right):
                scale = common_scale(left, right)
                return COMPARISONS[op](self.at(left, scale), self.at(right, scale))
            case ir.In(item=item, choices=choices):
                scale = common_scale(item, *choices)
                return self.at(item, scale) in [self.at(choice, scale) for choice in choices]
            case ir.StartsWith(item=item, prefix=prefix):
                return str(self.value(item)).startswith(prefix)
            case _:
                raise UnfitRuleError(f"{type(node).__name__} has no constant value")


def _arithmetic(node: ir.Arithmetic, left: Value, right: Value) -> int:
    if not isinstance(left, int) or not isinstance(right, int):
        raise UnfitRuleError("arithmetic takes numbers")
    if node.op == "*":
        scale = node.left.type.scale + node.right.type.scale
    else:
        scale = node.type.scale
        left = rescale(left, node.left.type.scale, scale)
        right = rescale(right, node.right.type.scale, scale)
    return rescale(ARITHMETIC[node.op](left, right), scale, node.type.scale)
