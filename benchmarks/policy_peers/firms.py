"""Synthetic firms for the policy benchmark: 25 facts, 0.5 to 12 % unknown, the same for a seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

TRADES = ["A01", "B06", "C13", "C14", "C25", "C31", "D44", "E47", "F52", "G54", "H61", "I65"]
REGIONS = [f"R{number:02d}" for number in range(1, 13)]
SIZES = ["micro", "small", "medium", "large"]
GRADES = ["A", "B", "M", "C", "D"]
BATCH = 100_000
ROWS_AT_ONCE = 65_536

UNKNOWN_SHARE = {
    "size_class": 0.01, "trade": 0.005, "region": 0.005, "insured_months": 0.02, "headcount": 0.03,
    "headcount_before": 0.12, "layoffs": 0.05, "premium_fen": 0.02, "in_arrears": 0.03,
    "founded_on": 0.01, "new_hires": 0.06, "graduate_hires": 0.08, "disabled_hires": 0.07,
    "training_hours": 0.10, "trained_heads": 0.10, "certificates": 0.12, "wage_bill_fen": 0.05,
    "tax_grade": 0.04, "safety_accident": 0.02, "export_share": 0.09, "loan_fen": 0.12,
    "loan_rate": 0.12, "claim_ratio": 0.06, "green": 0.03,
}  # fmt: skip


def make_batch(rows: int, seed: int, first: int) -> pa.Table:
    """``rows`` firms numbered from ``first``; closed lists have no unknowns."""
    draw = np.random.default_rng([seed, first])
    heads = np.minimum(np.exp(draw.normal(2.6, 1.4, rows)) + 1, 200_000).astype(np.int32)
    before = np.maximum(heads + draw.integers(-4, 5, rows), 0).astype(np.int32)
    wages = (heads * draw.integers(300_000, 900_000, rows) * 12).astype(np.int64)
    hires = draw.integers(0, 6, rows).astype(np.int32)
    trained = draw.integers(0, 60, rows).astype(np.int32)
    columns: dict[str, object] = {
        "size_class": (draw.choice(4, rows, p=[0.6, 0.3, 0.07, 0.03]), SIZES),
        "trade": (draw.integers(0, 12, rows), TRADES),
        "region": (draw.integers(0, 12, rows), REGIONS),
        "insured_months": draw.integers(0, 200, rows).astype(np.int32),
        "headcount": heads,
        "headcount_before": before,
        "layoffs": (draw.random(rows) < 0.3) * draw.integers(0, 8, rows).astype(np.int32),
        "premium_fen": (wages // 100).astype(np.int64),
        "in_arrears": draw.random(rows) < 0.06,
        "dishonest": draw.random(rows) < 0.02,
        "founded_on": draw.integers(9_000, 20_600, rows).astype(np.int32),
        "new_hires": hires,
        "graduate_hires": np.minimum(draw.integers(0, 4, rows), hires).astype(np.int32),
        "disabled_hires": (draw.random(rows) < 0.2) * draw.integers(0, 5, rows).astype(np.int32),
        "training_hours": draw.integers(0, 120, rows).astype(np.int32),
        "trained_heads": trained,
        "certificates": (trained * draw.random(rows)).astype(np.int32),
        "wage_bill_fen": wages,
        "tax_grade": (draw.choice(5, rows, p=[0.2, 0.4, 0.25, 0.1, 0.05]), GRADES),
        "safety_accident": draw.random(rows) < 0.03,
        "export_share": draw.integers(0, 4_000, rows),
        "loan_fen": draw.integers(0, 60_000_000_000, rows),
        "loan_rate": draw.integers(300, 700, rows),
        "claim_ratio": draw.integers(0, 12_000, rows),
        "green": draw.random(rows) < 0.2,
    }
    arrays = [pa.array(np.arange(first, first + rows, dtype=np.int64))]
    for name, values in columns.items():
        unknown = draw.random(rows) < UNKNOWN_SHARE.get(name, 0.0)
        arrays.append(_array(name, values, unknown))
    return pa.Table.from_arrays(arrays, names=["entity", *columns])


def _array(name: str, values: object, unknown: np.ndarray) -> pa.Array:
    if isinstance(values, tuple):
        numbers, words = values
        indices = pa.array(numbers.astype(np.int8), mask=unknown)
        return pa.DictionaryArray.from_arrays(indices, pa.array(words))
    if name == "founded_on":
        return pa.array(values, pa.int32(), mask=unknown).cast(pa.date32())
    if name in ("export_share", "loan_rate", "claim_ratio"):
        # whole numbers of ten-thousandths, written as the decimals they are
        words = np.zeros(2 * len(unknown), np.int64)
        words[::2] = values
        known = np.packbits(~unknown, bitorder="little")
        kind = pa.decimal128(6, 4)
        return pa.Array.from_buffers(kind, len(unknown), [pa.py_buffer(known), pa.py_buffer(words)])
    return pa.array(values, mask=unknown)


def write_firms(path: Path, rows: int, seed: int = 7) -> None:
    """A Parquet file of ``rows`` firms, made and written a part at a time."""
    writer: pq.ParquetWriter | None = None
    for first in range(1, rows + 1, BATCH):
        table = make_batch(min(BATCH, rows + 1 - first), seed, first)
        if writer is None:
            writer = pq.ParquetWriter(path, table.schema, compression="snappy")
        writer.write_table(table)
    if writer is not None:
        writer.close()
