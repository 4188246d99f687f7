"""Columns for the kernels from plain dictionaries: slow, and easy to see through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from denghuo.policy.logic.columns.layout import (
    CodeBook,
    Column,
    FactColumns,
    Layout,
    Values,
    day_number,
    pack_bits,
)
from denghuo.policy.logic.columns.program import UnfitRuleError


def columns_from_records(layout: Layout, records: Sequence[Mapping[str, object]]) -> FactColumns:
    """A missing key or None is unknown; numbers are whole and unscaled, codes text."""
    columns = {}
    for lane in layout.lanes:
        found = [record.get(lane.fact) for record in records]
        known = np.array([value is not None for value in found], dtype=np.bool_)
        numbers = [0 if value is None else _as_number(value, layout.book) for value in found]
        if lane.dtype == "bits":
            values: Values = pack_bits(np.array(numbers, dtype=np.bool_))
        else:
            values = np.array(numbers, dtype=np.dtype(lane.dtype))
        columns[lane.fact] = Column(values, None if known.all() else pack_bits(known))
    return FactColumns(len(records), columns)


def _as_number(value: object, book: CodeBook) -> int:
    match value:
        case bool() | int():
            return int(value)
        case date():
            return day_number(value)
        case str():
            return book.id_of(value)
        case _:
            raise UnfitRuleError(f"{type(value).__name__} is no kind of fact")
