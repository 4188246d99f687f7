"""The intermediate form: what every policy expression is parsed into and emitted from.

A closed set of node kinds, each typed when it is made. Nothing is ever executed as given text:
closures, columnar kernels and SQL are all printed from these nodes.

Meaning (three-valued, Kleene): any node may be unknown. A conjunction is False as soon as one item
is False, a disjunction True as soon as one is True; every other node is unknown when a part it
needs is unknown. ``Case`` takes a branch only when its condition is known; when the condition is
unknown the whole is unknown, except that a boolean ``Case`` whose reachable branches agree
has that value. ``Least`` and ``Greatest`` are unknown when any item is unknown.

Numbers are exact: an integer ``unscaled`` and a decimal ``scale`` (``0.055`` is 55 at scale 3).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Literal


class Kind(Enum):
    """The four types a value may have. Money is a number of fen at scale 0."""

    BOOL = "bool"
    NUMBER = "number"
    DATE = "date"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Type:
    """``scale`` and the inclusive bounds ``low``/``high`` (unscaled integers at that scale)
    are meaningful for numbers only; ``values`` is the closed list of a code, or None if open."""

    kind: Kind
    scale: int = 0
    low: int | None = None
    high: int | None = None
    values: frozenset[str] | None = None


BOOL = Type(Kind.BOOL)
DATE = Type(Kind.DATE)


@dataclass(frozen=True, slots=True)
class Span:
    """Where in the source text a node stands: 1-based line and column of its first character."""

    line: int
    column: int


NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class _Node:
    type: Type
    span: Span = field(default=NOWHERE, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class BoolLiteral(_Node):
    """``TRUE`` or ``FALSE``."""

    value: bool


@dataclass(frozen=True, slots=True)
class NumberLiteral(_Node):
    """``0.055`` is ``unscaled=55`` with ``type.scale == 3``."""

    unscaled: int


@dataclass(frozen=True, slots=True)
class DateLiteral(_Node):
    """``DATE '2025-01-01'``."""

    value: date


@dataclass(frozen=True, slots=True)
class CodeLiteral(_Node):
    """``'small'``: a value of a code fact."""

    value: str


@dataclass(frozen=True, slots=True)
class Fact(_Node):
    """The value of a registered fact for the subject at hand."""

    name: str


@dataclass(frozen=True, slots=True)
class Param(_Node):
    """``p.name``: a dated parameter of the version in force."""

    name: str


@dataclass(frozen=True, slots=True)
class AsOf(_Node):
    """The day for which the question is asked; passed in, never read from a clock."""


@dataclass(frozen=True, slots=True)
class Not(_Node):
    item: Expr


@dataclass(frozen=True, slots=True)
class Conjunction(_Node):
    """``AND`` of two or more booleans."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Disjunction(_Node):
    """``OR`` of two or more booleans."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Compare(_Node):
    """Two numbers, two dates, or two codes (codes and booleans only by ``=`` and ``<>``)."""

    op: Literal["=", "<>", "<", "<=", ">", ">="]
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class In(_Node):
    """Membership of a code, number or date in a constant list of literals."""

    item: Expr
    choices: tuple[CodeLiteral | NumberLiteral | DateLiteral, ...]


@dataclass(frozen=True, slots=True)
class Arithmetic(_Node):
    """``+``, ``-``, ``*`` on numbers. There is no division (its zero has no one meaning)."""

    op: Literal["+", "-", "*"]
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Case(_Node):
    """``CASE WHEN c THEN v ... ELSE v END``; ELSE is required."""

    branches: tuple[tuple[Expr, Expr], ...]
    otherwise: Expr


@dataclass(frozen=True, slots=True)
class Extreme(_Node):
    """``LEAST(...)`` or ``GREATEST(...)`` of numbers, or of dates."""

    which: Literal["least", "greatest"]
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class StartsWith(_Node):
    """``starts_with(code, 'C')``."""

    item: Expr
    prefix: str


@dataclass(frozen=True, slots=True)
class AddMonths(_Node):
    """``add_months(date, n)`` by the end-of-month rule; ``months`` is a literal or a parameter."""

    day: Expr
    months: NumberLiteral | Param


Expr = (
    BoolLiteral
    | NumberLiteral
    | DateLiteral
    | CodeLiteral
    | Fact
    | Param
    | AsOf
    | Not
    | Conjunction
    | Disjunction
    | Compare
    | In
    | Arithmetic
    | Case
    | Extreme
    | StartsWith
    | AddMonths
)


def children(node: Expr) -> tuple[Expr, ...]:
    """The direct parts of a node, left to right."""
    match node:
        case Not(item=item) | StartsWith(item=item):
            return (item,)
        case Conjunction(items=items) | Disjunction(items=items) | Extreme(items=items):
            return items
        case Compare(left=left, right=right) | Arithmetic(left=left, right=right):
            return (left, right)
        case In(item=item, choices=choices):
            return (item, *choices)
        case Case(branches=branches, otherwise=otherwise):
            return (*(part for branch in branches for part in branch), otherwise)
        case AddMonths(day=day, months=months):
            return (day, months)
        case _:
            return ()


def walk(node: Expr) -> Iterator[Expr]:
    """Every node, parents before parts, without recursion (depth is bounded by the parser)."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))


def facts_of(node: Expr) -> tuple[str, ...]:
    """Names of the facts a node reads, in order of first appearance."""
    return tuple(dict.fromkeys(each.name for each in walk(node) if isinstance(each, Fact)))


def params_of(node: Expr) -> tuple[str, ...]:
    """Names of the parameters a node reads, in order of first appearance."""
    return tuple(dict.fromkeys(each.name for each in walk(node) if isinstance(each, Param)))
