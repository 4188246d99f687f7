"""What a printed kernel is called with besides columns: what is the same for all rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from denghuo.policy.logic import ir
from denghuo.policy.logic.columns.constants import constant_value, rescale
from denghuo.policy.logic.columns.layout import CodeBook, day_number
from denghuo.policy.logic.columns.loops import Slot
from denghuo.policy.logic.columns.printer import KernelSource
from denghuo.policy.logic.columns.program import UnfitRuleError
from denghuo.policy.logic.scope import Value

NAMES: dict[str, Any] = {
    "u1": np.uint8,
    "u2": np.uint16,
    "u4": np.uint32,
    "u8": np.uint64,
    "i4": np.int32,
    "i8": np.int64,
    "f8": np.float64,
    "min": min,
    "range": range,
    "__builtins__": {},
}
"""All that a printed kernel can see."""

# byte b as eight bytes of 0 or 1, least significant bit first: one look-up unpacks eight rows
SPREAD: npt.NDArray[np.uint64] = (
    np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little")
    .view(np.uint64)
    .reshape(256)
)


def slot_values(
    source: KernelSource, params: Mapping[str, Value], as_of: date, book: CodeBook
) -> npt.NDArray[np.int64]:
    """The constants vector of a kernel for these parameters and this day."""
    filled = [_slot_value(slot, params, as_of, book) for slot in source.slots]
    return np.array(filled or [0], dtype=np.int64)


def _slot_value(slot: Slot, params: Mapping[str, Value], as_of: date, book: CodeBook) -> int:
    value = constant_value(slot.node, params, as_of)
    match value:
        case bool():
            return int(value)
        case int():
            kind = slot.node.type
            # the kernel's widths were chosen from these bounds
            if (kind.low is not None and value < kind.low) or (
                kind.high is not None and value > kind.high
            ):
                raise UnfitRuleError(f"{value} lies outside its declared {kind.low}..{kind.high}")
            if kind.kind is not ir.Kind.NUMBER:
                raise UnfitRuleError("a number stands where a date or a code is due")
            return rescale(value, kind.scale, slot.scale)
        case date():
            return day_number(value)
        case str():
            return book.id_of(value)


def prefix_tables(source: KernelSource, book: CodeBook) -> list[npt.NDArray[np.uint8]]:
    """For each prefix the kernel tests: 1 for every code number whose text starts with it.

    Made anew for each batch, because an open list of codes grows as it is read.
    """
    tables = []
    for prefix in source.prefixes:
        table = np.zeros(max(len(book), 1), np.uint8)
        table[: len(book)] = [value.startswith(prefix) for value in book.values]
        tables.append(table)
    return tables
