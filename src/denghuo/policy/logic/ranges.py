"""Number types: a scale and the inclusive bounds every value must lie in.

Each arithmetic node carries the range its value can take, worked out from the ranges of its parts,
so that every engine may compute in 64-bit integers and never overflow. ``None`` answers mean "the
result could pass 64 bits"; the parser turns them into a refusal at the right place.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from denghuo.policy.logic.ir import Kind, Type

INT64_MAX = 2**63 - 1
SCALE_MAX = 12
DAY_MIN = date(1900, 1, 1)
DAY_MAX = date(2200, 12, 31)
MONTHS_MAX = 1200


def number(scale: int, low: int, high: int) -> Type | None:
    """A number type, or None when a value or the scale is out of bounds."""
    if scale > SCALE_MAX or low < -INT64_MAX or high > INT64_MAX:
        return None
    return Type(Kind.NUMBER, scale, low, high)


def bounds(kind: Type) -> tuple[int, int]:
    """The inclusive bounds of a number type; a number without bounds has no place here."""
    if kind.low is None or kind.high is None:
        raise ValueError("a number type needs both bounds")
    return kind.low, kind.high


def rescaled(kind: Type, scale: int) -> Type | None:
    """The same values written at a larger ``scale``."""
    low, high = bounds(kind)
    factor = 10 ** (scale - kind.scale)
    return number(scale, low * factor, high * factor)


def hull(kinds: Iterable[Type]) -> Type | None:
    """The narrowest type that holds every value of every part, at the largest scale."""
    aligned = align(tuple(kinds))
    if aligned is None:
        return None
    spans = [bounds(each) for each in aligned]
    return number(aligned[0].scale, min(low for low, _ in spans), max(high for _, high in spans))


def align(kinds: tuple[Type, ...]) -> tuple[Type, ...] | None:
    """Every type written at the largest scale among them."""
    scale = max(each.scale for each in kinds)
    aligned = [rescaled(each, scale) for each in kinds]
    found = tuple(each for each in aligned if each is not None)
    return found if len(found) == len(aligned) else None


def extreme(kinds: tuple[Type, ...], which: str) -> Type | None:
    """The range of the least or greatest of several numbers."""
    aligned = align(kinds)
    if aligned is None:
        return None
    pick = min if which == "least" else max
    spans = [bounds(each) for each in aligned]
    return number(aligned[0].scale, pick(low for low, _ in spans), pick(high for _, high in spans))


def combine(op: str, left: Type, right: Type) -> Type | None:
    """The range of ``left op right`` for ``+``, ``-`` (aligned) and ``*`` (scales add)."""
    if op == "*":
        corners = [a * b for a in bounds(left) for b in bounds(right)]
        return number(left.scale + right.scale, min(corners), max(corners))
    aligned = align((left, right))
    if aligned is None:
        return None
    (a_low, a_high), (b_low, b_high) = bounds(aligned[0]), bounds(aligned[1])
    if op == "+":
        return number(aligned[0].scale, a_low + b_low, a_high + b_high)
    return number(aligned[0].scale, a_low - b_high, a_high - b_low)
