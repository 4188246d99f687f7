"""Columns of facts: drawn for many subjects at once, written to files or told one by one.

One maker serves both, so that the file that an officer sweeps and the records behind a page
have the same shapes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from denghuo.policy.public import Ask, FactKind, FactRegistry, FactSpec

Array = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]
EPOCH = date(1970, 1, 1)
_UNKNOWN_LEAST, _UNKNOWN_MOST = 0.005, 0.12
_DECIMAL_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Column:
    """One fact of many subjects.

    ``values`` as the engine holds them: whole numbers for int, fen, unscaled decimals and days
    since 1970; for a code the place of its word in the registry's list. Where ``known`` is
    False nothing is known, or nothing is to be known (no loan, no contract date).
    """

    values: Array
    known: Flags


def day_number(day: date) -> int:
    """Days since 1970."""
    return (day - EPOCH).days


def unknown_share(spec: FactSpec) -> float:
    """How often an office has nothing: seldom for lists, often for what people must tell."""
    if spec.world == "closed":
        return _UNKNOWN_LEAST
    if spec.ask is not Ask.FREE:
        return _UNKNOWN_MOST
    part = zlib.crc32(spec.name.encode()) % 1_000 / 1_000
    return _UNKNOWN_LEAST + part * 0.075


class ColumnMaker:
    """Collects columns of one block of subjects and blots some of the answers out."""

    def __init__(self, registry: FactRegistry, draw: np.random.Generator, rows: int) -> None:
        self.registry = registry
        self.draw = draw
        self.rows = rows
        self.columns: dict[str, Column] = {}

    def chance(self, share: float | Array) -> Flags:
        """True for about ``share`` of the subjects."""
        return np.asarray(self.draw.random(self.rows) < share)

    def choose(self, values: list[int], shares: list[float]) -> Array:
        """One of the values for each subject."""
        weights = np.array(shares) / sum(shares)
        return self.draw.choice(np.array(values, np.int64), self.rows, p=weights)

    def words(self, name: str, shares: Mapping[str, float]) -> Array:
        """Places of code words in the registry's list, by share."""
        order = list(self.registry[name].values)
        return self.choose([order.index(word) for word in shares], list(shares.values()))

    def place(self, name: str, word: str) -> int:
        """The place of one code word."""
        return list(self.registry[name].values).index(word)

    def put(self, name: str, values: Array, applies: Flags | None = None) -> Array:
        """Keep a column; ``applies`` says for whom there is anything to know. Returns ``values``.

        Values are brought within the registry's bounds: an office's own checks do as much.
        """
        spec = self.registry[name]
        if spec.kind is not FactKind.BOOL:
            values = values.astype(np.int64)
        if isinstance(spec.low, int) and isinstance(spec.high, int):
            values = np.clip(values, spec.low, spec.high)
        known = ~self.chance(unknown_share(spec))
        self.columns[name] = Column(values, known if applies is None else known & applies)
        return values

    def put_bool(self, name: str, share: float | Array, applies: Flags | None = None) -> Flags:
        """Keep a yes-or-no column."""
        values = self.chance(share)
        if applies is not None:
            values = values & applies
        self.put(name, values, applies)
        return values


def to_arrow(spec: FactSpec, column: Column) -> pa.Array:
    """The column as a file holds it."""
    unknown = ~column.known
    match spec.kind:
        case FactKind.BOOL:
            return pa.array(column.values.astype(np.bool_), mask=unknown)
        case FactKind.DATE:
            return pa.array(column.values.astype(np.int32), pa.int32(), mask=unknown).cast(
                pa.date32()
            )
        case FactKind.CODE:
            places = pa.array(column.values.astype(np.int8), mask=unknown)
            return pa.DictionaryArray.from_arrays(places, pa.array(list(spec.values)))
        case FactKind.DECIMAL:
            # A 128-bit decimal is two words; ours fit the low one, and none is negative.
            words = np.zeros(2 * len(column.values), np.int64)
            words[::2] = column.values
            valid = np.packbits(column.known, bitorder="little")
            buffers = [pa.py_buffer(valid), pa.py_buffer(words)]
            kind = pa.decimal128(_DECIMAL_DIGITS, spec.scale)
            return pa.Array.from_buffers(kind, len(column.values), buffers)
        case _:
            return pa.array(column.values.astype(np.int64), mask=unknown)


def told(
    registry: FactRegistry, columns: Mapping[str, Column], row: int
) -> Iterator[tuple[FactSpec, object]]:
    """What the offices say of one subject, in the strict form; what is unknown is left out."""
    for name, column in columns.items():
        spec = registry[name]
        if column.known[row]:
            yield spec, strict_form(spec, column.values[row])
        elif spec.world == "closed":
            # A list that names every case was asked, and does not name this one.
            yield spec, None


def strict_form(spec: FactSpec, held: Any) -> object:
    """One held value as an office's file would write it."""
    match spec.kind:
        case FactKind.BOOL:
            return bool(held)
        case FactKind.DATE:
            return (EPOCH + timedelta(days=int(held))).isoformat()
        case FactKind.CODE:
            return list(spec.values)[int(held)]
        case FactKind.DECIMAL:
            return format(Decimal(int(held)).scaleb(-spec.scale), "f")
        case _:
            return int(held)
