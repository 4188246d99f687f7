"""One batch of seekers in, one batch of lists out: the only unit that any engine carries.

Types are those every engine has: signed whole numbers and lists. Masks of 64 bits are the same
bits with a sign.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from denghuo.matching.engines.index import visiting_order
from denghuo.matching.engines.kernels.forward import best_offers
from denghuo.matching.engines.lists import empty_lists
from denghuo.matching.engines.snapshots import Snapshot
from denghuo.matching.logic.columns import TAGS_PER_ROW_MAX, Seekers, take
from denghuo.matching.logic.refusals import BatchShapeError, OutOfRangeError
from denghuo.matching.logic.ties import ID_MAX, TIE_BITS
from denghuo.matching.logic.values import (
    GRADE_MAX,
    METRES_MAX,
    PAY_MAX_FEN,
    WANTS_MAX,
    YEARS_MAX,
)

BATCH_ROWS = 25_000
_MASKS = ("districts", "districts_more", "held", "held_more")
_NUMBERS = ("east", "north", "reach", "pay_least")
_SMALLS = {"grade": GRADE_MAX, "years": YEARS_MAX, "hours": 255, "barred": 255}
_WANTS = tuple(f"want_{place + 1}" for place in range(WANTS_MAX))

SEEKER_SCHEMA = pa.schema(
    [
        pa.field("id", pa.int64()),
        *(pa.field(name, pa.int32()) for name in (*_WANTS, *_NUMBERS)),
        *(pa.field(name, pa.int64()) for name in _MASKS),
        *(pa.field(name, pa.int16()) for name in _SMALLS),
        pa.field("tags", pa.list_(pa.int32())),
    ]
)
LIST_SCHEMA = pa.schema(
    [
        pa.field("id", pa.int64()),
        pa.field("offers", pa.list_(pa.int64())),
        pa.field("scores", pa.list_(pa.int32())),
    ]
)
# The same in the words of SQL.
LIST_DDL = "id BIGINT, offers ARRAY<BIGINT>, scores ARRAY<INT>"


def seeker_batches(
    seekers: Seekers, group: npt.NDArray[np.int32], rows: int = BATCH_ROWS
) -> Iterator[pa.RecordBatch]:
    """Seekers as batches in visiting order, so that each batch reads few offers."""
    order = visiting_order(seekers, group).astype(np.int64)
    for start in range(0, len(order), rows):
        yield _batch(take(seekers, order[start : start + rows]))


def match_batch(batch: pa.RecordBatch, snapshot: Snapshot, k: int) -> pa.RecordBatch:
    """The best ``k`` offers of each seeker of a batch, in its order: ``LIST_SCHEMA``.

    Raises ``BatchShapeError`` for columns that are not ``SEEKER_SCHEMA``, ``OutOfRangeError`` for
    the first value that fits no column: the kernels themselves ask nothing.
    """
    rules = snapshot.rules
    seekers = _seekers(batch, kinds=len(rules.group), tags=len(rules.tag_weights))
    lists = empty_lists(batch.num_rows, k)
    order = visiting_order(seekers, rules.group)
    best_offers(order, seekers, snapshot.index, rules, lists.keys, lists.slots)
    found = lists.slots >= 0
    ends = np.zeros(batch.num_rows + 1, np.int32)
    np.cumsum(found.sum(axis=1), out=ends[1:])
    offsets = pa.array(ends)
    offers = snapshot.ids[lists.slots[found]]
    scores = (lists.keys[found] >> TIE_BITS).astype(np.int32)
    columns = [
        batch.column("id"),
        pa.ListArray.from_arrays(offsets, pa.array(offers)),
        pa.ListArray.from_arrays(offsets, pa.array(scores)),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=LIST_SCHEMA)


def _batch(seekers: Seekers) -> pa.RecordBatch:
    columns: dict[str, Any] = {"id": seekers.ids}
    columns |= {name: np.ascontiguousarray(seekers.wants[:, at]) for at, name in enumerate(_WANTS)}
    columns |= {name: getattr(seekers, name) for name in _NUMBERS}
    columns |= {name: getattr(seekers, name).view(np.int64) for name in _MASKS}
    columns |= {name: getattr(seekers, name).astype(np.int16) for name in _SMALLS}
    columns["tags"] = pa.ListArray.from_arrays(
        pa.array(seekers.tag_start), pa.array(seekers.tags.astype(np.int32))
    )
    return pa.RecordBatch.from_pydict(columns, schema=SEEKER_SCHEMA)


def _seekers(batch: pa.RecordBatch, *, kinds: int, tags: int) -> Seekers:
    for field in SEEKER_SCHEMA:
        at = batch.schema.get_field_index(field.name)
        if at < 0 or not _same_type(batch.schema.field(at).type, field.type):
            raise BatchShapeError(name=field.name, type=str(field.type))
        if batch.column(at).null_count:
            raise BatchShapeError(name=field.name, type=f"{field.type} not null")
    start, own = _tags(batch.column("tags"), tags)
    wants = np.empty((batch.num_rows, WANTS_MAX), np.int32)
    for place, name in enumerate(_WANTS):
        wants[:, place] = _within(batch, name, 0 if place == 0 else -1, kinds - 1)
    lows = {"east": -METRES_MAX, "north": -METRES_MAX, "reach": 1, "pay_least": 0}
    highs = {"reach": 2 * METRES_MAX, "pay_least": PAY_MAX_FEN}
    types = {"grade": np.int8, "years": np.int8, "hours": np.uint8, "barred": np.uint8}
    columns = {
        name: _within(batch, name, lows[name], highs.get(name, METRES_MAX)) for name in _NUMBERS
    }
    columns |= {name: batch.column(name).to_numpy().view(np.uint64) for name in _MASKS}
    columns |= {
        name: _within(batch, name, 0, most).astype(types[name]) for name, most in _SMALLS.items()
    }
    columns["ids"] = _within(batch, "id", 0, ID_MAX)
    # Columns of a batch may be read only; the kernels are compiled for those that are not.
    plain = {name: np.require(column, requirements=("C", "W")) for name, column in columns.items()}
    return Seekers(wants=wants, tag_start=start, tags=own, **plain)


def _same_type(one: pa.DataType, other: pa.DataType) -> bool:
    if pa.types.is_list(other):  # what the items are called differs from engine to engine
        return bool(pa.types.is_list(one) and one.value_type == other.value_type)
    return bool(one == other)


def _within(batch: pa.RecordBatch, name: str, low: int, high: int) -> npt.NDArray[Any]:
    column: npt.NDArray[Any] = batch.column(name).to_numpy()
    if len(column):
        for value in (int(column.min()), int(column.max())):
            if not low <= value <= high:
                raise OutOfRangeError(name=name, value=value, low=low, high=high)
    return column


def _tags(column: pa.ListArray, tags: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint16]]:
    flat = column.flatten()
    if flat.null_count:
        raise BatchShapeError(name="tags", type="int32 not null")
    values = flat.to_numpy()
    lengths = column.value_lengths().to_numpy()
    if len(lengths) and int(lengths.max()) > TAGS_PER_ROW_MAX:
        raise OutOfRangeError(name="tags", value=int(lengths.max()), low=0, high=TAGS_PER_ROW_MAX)
    if len(values) and not 0 <= int(values.min()) <= int(values.max()) < tags:
        worst = int(values.max()) if int(values.max()) >= tags else int(values.min())
        raise OutOfRangeError(name="tags", value=worst, low=0, high=tags - 1)
    start = np.zeros(len(column) + 1, np.int32)
    np.cumsum(lengths, out=start[1:])
    return start, values.astype(np.uint16)
