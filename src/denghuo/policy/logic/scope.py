"""The names an expression may use: registered facts, dated parameters, and ``let`` definitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from denghuo.policy.logic import ir
from denghuo.policy.logic.ranges import DAY_MAX, DAY_MIN, INT64_MAX, SCALE_MAX

# A value of a fact or a parameter. A number is its unscaled integer at the scale of its type.
Value = bool | int | date | str


@dataclass(frozen=True, slots=True)
class ParamValue:
    """A parameter's type and value; a number is held unscaled at ``type.scale``."""

    type: ir.Type
    value: Value


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean. ``lets`` are parsed already and are copied in where they are named."""

    facts: Mapping[str, ir.Type] = field(default_factory=dict)
    params: Mapping[str, ParamValue] = field(default_factory=dict)
    lets: Mapping[str, ir.Expr] = field(default_factory=dict)

    def with_let(self, name: str, expression: ir.Expr) -> Scope:
        """The same scope with one more definition."""
        return replace(self, lets={**self.lets, name: expression})


def param_value(value: bool | int | Decimal | date | str) -> ParamValue:
    """Type a parameter by its value: a number's range is the number itself.

    ``Decimal("0.60")`` is 60 at scale 2. Raises ``ValueError`` for a number that 64 bits cannot
    hold, and for a day outside 1900 to 2200.
    """
    if isinstance(value, bool):
        return ParamValue(ir.BOOL, value)
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        if not isinstance(exponent, int) or -exponent > SCALE_MAX:
            raise ValueError(f"not a plain decimal: {value}")
        scale = max(-exponent, 0)
        return _number(int(value.scaleb(scale)), scale)
    if isinstance(value, int):
        return _number(value, 0)
    if isinstance(value, date):
        if not DAY_MIN <= value <= DAY_MAX:
            raise ValueError(f"day out of range: {value}")
        return ParamValue(ir.DATE, value)
    return ParamValue(ir.Type(ir.Kind.CODE, values=frozenset({value})), value)


def _number(unscaled: int, scale: int) -> ParamValue:
    if abs(unscaled) > INT64_MAX:
        raise ValueError(f"number too large: {unscaled}")
    return ParamValue(ir.Type(ir.Kind.NUMBER, scale, unscaled, unscaled), unscaled)
