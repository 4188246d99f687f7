"""Firms as plain NumPy arrays in which a missing value has become 0 or False."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

DAYS = ((date(2025, 6, 30) - date(1970, 1, 1)).days, (date(2024, 6, 30) - date(1970, 1, 1)).days)
"""One and two years before the day of the sweep."""


def load_with_defaults(path: Path) -> dict[str, Any]:
    """Each column filled as these libraries fill it; codes as positions, rates as whole numbers."""
    columns: dict[str, Any] = {}
    for name in pq.read_schema(path).names:
        if name != "entity":
            columns[name] = _plain(pq.read_table(path, columns=[name])[name].combine_chunks())
    return columns


def positions(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Codes, decimals and days as whole numbers, unknown kept."""
    if isinstance(column, pa.ChunkedArray):
        column = column.unify_dictionaries().combine_chunks()
    if pa.types.is_dictionary(column.type):
        return column.indices.cast(pa.int32())
    if pa.types.is_decimal(column.type):
        return pc.cast(pc.multiply(column, pa.scalar(10_000)), pa.int32(), safe=False)
    if pa.types.is_date32(column.type):
        return column.cast(pa.int32())
    return column


def _plain(column: pa.Array) -> Any:
    numbers = positions(column)
    empty: Any = False if pa.types.is_boolean(numbers.type) else 0
    return np.ascontiguousarray(pc.fill_null(numbers, empty).to_numpy(zero_copy_only=False))
