"""How each fact lies in memory for the kernels: Arrow's own shapes, as narrow as its range allows.

A column is an array of values and a bitmap that says which values are known (bit ``i % 8`` of byte
``i // 8``, Arrow's order). Booleans are bitmaps too. Numbers take the smallest signed integer that
holds the fact's declared range, dates are days since 1970-01-01, codes are small numbers from one
``CodeBook``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from denghuo.policy.logic import ir
from denghuo.policy.logic.columns.program import RuleProgram, UnfitRuleError, program_fact_types

Bytes = npt.NDArray[np.uint8]
Values = npt.NDArray[Any]

EPOCH = date(1970, 1, 1)
INT64_MAX = 2**63 - 1
_SIGNED = (("int8", 7), ("int16", 15), ("int32", 31), ("int64", 63))


class CodeBook:
    """One numbering of every code value a sweep meets.

    Closed lists and literals come first, in order, so their numbers do not depend on the data;
    values of open lists are added as they are met. One book serves all facts, so two code facts
    can be compared by number.
    """

    def __init__(self, values: Iterable[str]) -> None:
        self._values = sorted(set(values))
        self._ids = {value: index for index, value in enumerate(self._values)}
        self.closed_count = len(self._values)

    def __len__(self) -> int:
        return len(self._values)

    @property
    def values(self) -> Sequence[str]:
        return self._values

    def id_of(self, value: str) -> int:
        """The number of a value; a new value is given the next one."""
        found = self._ids.get(value)
        if found is None:
            found = self._ids[value] = len(self._values)
            self._values.append(value)
        return found


@dataclass(frozen=True, slots=True)
class Lane:
    """One fact's place in memory. ``dtype`` is ``"bits"`` or the name of a NumPy integer type."""

    fact: str
    type: ir.Type
    dtype: str


@dataclass(frozen=True, slots=True)
class Layout:
    """All facts of a sweep, in a fixed order."""

    lanes: tuple[Lane, ...]
    book: CodeBook

    def lane(self, fact: str) -> Lane:
        for lane in self.lanes:
            if lane.fact == fact:
                return lane
        raise UnfitRuleError(f"no column was laid out for fact {fact}")


@dataclass(frozen=True, slots=True)
class Column:
    """One fact for many subjects. ``known`` is a bitmap, or None when every value is known.

    Where a value is not known a number may hold anything, but a code must hold a number of the
    book (0 will do), because kernels look prefixes up by it.
    """

    values: Values
    known: Bytes | None


@dataclass(frozen=True, slots=True)
class FactColumns:
    """A batch of subjects: one column for each lane of the layout, ``rows`` long."""

    rows: int
    columns: Mapping[str, Column]


def layout_for(programs: Sequence[RuleProgram]) -> Layout:
    """The layout of every fact that the programs read."""
    types = program_fact_types(programs)
    closed: set[str] = set()
    for fact_type in types.values():
        closed |= fact_type.values or frozenset()
    for program in programs:
        for version in program.versions:
            closed.update(value for value in version.params.values() if isinstance(value, str))
            roots = [*version.conditions, *([version.amount] if version.amount else [])]
            for root in roots:
                closed.update(n.value for n in ir.walk(root) if isinstance(n, ir.CodeLiteral))
    book = CodeBook(closed)
    lanes = [Lane(name, kind, dtype_of(kind, book)) for name, kind in types.items()]
    return Layout(tuple(lanes), book)


def dtype_of(fact_type: ir.Type, book: CodeBook) -> str:
    """The narrowest shape that holds every allowed value of a fact."""
    match fact_type.kind:
        case ir.Kind.BOOL:
            return "bits"
        case ir.Kind.DATE:
            return "int32"
        case ir.Kind.CODE:
            if fact_type.values is None:
                return "int32"
            return "uint8" if book.closed_count <= 2**8 else "int32"
        case ir.Kind.NUMBER:
            return width_for(fact_type.low, fact_type.high)


def width_for(low: int | None, high: int | None) -> str:
    """The smallest signed integer type that holds ``low..high``; refuses what int64 cannot."""
    if low is None or high is None:
        raise UnfitRuleError("a number without bounds cannot be computed in whole 64-bit numbers")
    for name, bits in _SIGNED:
        if -(2**bits) <= low and high < 2**bits:
            return name
    raise UnfitRuleError(f"{low}..{high} does not fit 64 bits")


def pack_bits(flags: npt.NDArray[np.bool_]) -> Bytes:
    """A bitmap from booleans, in Arrow's order."""
    return np.packbits(flags, bitorder="little")


def unpack_bits(bits: Bytes, rows: int) -> npt.NDArray[np.bool_]:
    """Booleans from a bitmap."""
    return np.unpackbits(bits, count=rows, bitorder="little").view(np.bool_)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days
