"""Intermediate form back to text. ``parse(print_expression(x))`` is ``x`` again, spans aside."""

from __future__ import annotations

from denghuo.policy.logic import ir

_OR, _AND, _NOT, _COMPARE, _ADD, _MULTIPLY, _LEAF = 10, 20, 30, 40, 50, 60, 100


def print_expression(node: ir.Expr) -> str:
    """One line of policy language, with no bracket that is not needed."""
    return _print(node)[0]


def print_number(unscaled: int, scale: int) -> str:
    """``55`` at scale 3 is ``0.055``; always ``scale`` decimals."""
    digits = str(abs(unscaled)).rjust(scale + 1, "0")
    sign = "-" if unscaled < 0 else ""
    return f"{sign}{digits[:-scale]}.{digits[-scale:]}" if scale else f"{sign}{digits}"


def _print(node: ir.Expr) -> tuple[str, int]:
    match node:
        case ir.Not(item=item):
            return f"NOT {_in(item, _NOT)}", _NOT
        case ir.Conjunction(items=items):
            return " AND ".join(_in(item, _AND + 1) for item in items), _AND
        case ir.Disjunction(items=items):
            return " OR ".join(_in(item, _OR + 1) for item in items), _OR
        case ir.Compare(op=op, left=left, right=right):
            return f"{_in(left, _COMPARE + 1)} {op} {_in(right, _COMPARE + 1)}", _COMPARE
        case ir.In(item=item, choices=choices):
            listed = ", ".join(_print(choice)[0] for choice in choices)
            return f"{_in(item, _COMPARE + 1)} IN ({listed})", _COMPARE
        case ir.Arithmetic(op=op, left=left, right=right):
            power = _MULTIPLY if op == "*" else _ADD
            return f"{_in(left, power)} {op} {_in(right, power + 1)}", power
        case ir.Case(branches=branches, otherwise=otherwise):
            whens = " ".join(f"WHEN {_print(c)[0]} THEN {_print(v)[0]}" for c, v in branches)
            return f"CASE {whens} ELSE {_print(otherwise)[0]} END", _LEAF
        case ir.Extreme(which=which, items=items):
            return f"{which.upper()}({', '.join(_print(item)[0] for item in items)})", _LEAF
        case ir.StartsWith(item=item, prefix=prefix):
            return f"starts_with({_print(item)[0]}, '{prefix}')", _LEAF
        case ir.AddMonths(day=day, months=months):
            return f"add_months({_print(day)[0]}, {_print(months)[0]})", _LEAF
        case _:
            return _leaf(node), _LEAF


def _leaf(node: ir.Expr) -> str:
    match node:
        case ir.BoolLiteral(value=value):
            return "TRUE" if value else "FALSE"
        case ir.NumberLiteral(unscaled=unscaled, type=kind):
            return print_number(unscaled, kind.scale)
        case ir.DateLiteral(value=value):
            return f"DATE '{value.isoformat()}'"
        case ir.CodeLiteral(value=value):
            return f"'{value}'"
        case ir.Fact(name=name):
            return name
        case ir.Param(name=name):
            return f"p.{name}"
        case ir.AsOf():
            return "as_of"
        case _:
            raise TypeError(f"not a leaf: {type(node).__name__}")


def _in(node: ir.Expr, power: int) -> str:
    text, own = _print(node)
    return text if own >= power else f"({text})"
