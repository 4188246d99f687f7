"""Records of any origin to kernel columns, checked fact by fact; wrong rows reported, none lost.

Three things can be the matter with a value, and they are kept apart:

* nothing is given, or the column is absent: the fact is unknown (in a closed world, FALSE);
* it lies outside the fact's bounds: unknown, and counted, because somebody should look at it;
* it cannot be read as its kind at all: the whole row is set aside and reported with its number and
  the reason, because a row that is wrong in one place is not to be trusted in another.

Values already typed are checked as whole columns; only what is text, or does not fit, is read value
by value through the same ``read_value`` that reads one person's form, once per distinct value.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from denghuo.kernel.refusal import RefusalError
from denghuo.policy.engines.reading_columns import (
    Flags,
    boolean_column,
    check_bounds,
    column_by_value,
    filtered_column,
    typed_column,
    unknown_column,
)
from denghuo.policy.logic import ir
from denghuo.policy.logic.columns.layout import (
    Column,
    FactColumns,
    Lane,
    Layout,
    pack_bits,
)
from denghuo.policy.logic.fact_values import WhyUnknown
from denghuo.policy.logic.registry import FactSpec

ENTITY_LENGTH_MAX = 64
_ENTITY = re.compile(r"\S(?:[^\x00-\x1f]{0,62}\S)?")


class SourceUnreadableError(RefusalError):
    """The file is not what its name says, is damaged, or holds what cannot be a fact."""

    code = "policy.source_unreadable"
    template = "“{name}”读不了：{reason}"


def check_names(source: str, columns: Sequence[str]) -> None:
    """A column given twice has no one meaning: Arrow finds neither by name, and the fact would
    silently be unknown."""
    for name, count in Counter(columns).items():
        if count > 1:
            reason = f"“{name[:40]}”这一列有 {count} 个，不知道用哪一个。请只留一个。"
            raise SourceUnreadableError(name=source, reason=reason)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row set aside: its number in the source (the first record is 1), the column, the reason."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class FactBatch:
    """A batch ready for an engine, and what was noticed while reading it. ``kept`` marks the
    records that were not set aside (None: none was)."""

    entities: pa.Array
    facts: FactColumns
    rows_read: int
    bad_rows: tuple[BadRow, ...]
    doubtful: Mapping[tuple[str, WhyUnknown], int]
    kept: Flags | None = None


class BatchReader:
    """Reads record batches into the columns of a layout."""

    def __init__(
        self,
        layout: Layout,
        specs: Mapping[str, FactSpec],
        entity_column: str,
        *,
        stale: frozenset[str] = frozenset(),
        source: str = "table",
    ) -> None:
        """``stale`` names facts whose column was drawn too long ago: all of it is unknown.
        ``source`` names the file in a refusal."""
        self.source = source
        self._accepted: pa.Schema | None = None
        self.layout = layout
        self.specs = specs
        self.entity_column = entity_column
        self.stale = stale

    def read(self, batch: pa.RecordBatch, first_row: int) -> FactBatch:
        """Check and lay out one batch whose first record has number ``first_row``.

        Raises ``SourceUnreadableError`` for a column whose type can hold no fact.
        """
        self._accept(batch.schema)
        rows = batch.num_rows
        wrong: dict[int, BadRow] = {}
        doubts: Counter[tuple[str, WhyUnknown]] = Counter()
        entities = self._entities(batch, first_row, wrong)
        columns: dict[str, Column] = {}
        for lane in self.layout.lanes:
            index = batch.schema.get_field_index(lane.fact)
            if index < 0:
                columns[lane.fact] = unknown_column(lane, rows)
                continue
            if lane.fact in self.stale:
                columns[lane.fact] = unknown_column(lane, rows)
                doubts[lane.fact, WhyUnknown.STALE] += rows
                continue
            columns[lane.fact], faults = self._column(lane, batch.column(index), doubts)
            for position, reason in faults.items():
                wrong.setdefault(position, BadRow(first_row + position, lane.fact, reason))
        kept = rows
        keep: Flags | None = None
        if wrong:
            keep = np.ones(rows, np.bool_)
            keep[list(wrong)] = False
            columns = {
                lane.fact: filtered_column(columns[lane.fact], lane, keep)
                for lane in self.layout.lanes
            }
            entities = entities.filter(pa.array(keep))
            kept = len(entities)
        ordered = tuple(wrong[position] for position in sorted(wrong))
        return FactBatch(entities, FactColumns(kept, columns), rows, ordered, doubts, keep)

    def _accept(self, schema: pa.Schema) -> None:
        """Every column that is wanted stands there once and holds plain values."""
        if self._accepted is not None and schema.equals(self._accepted):
            return
        check_names(self.source, schema.names)
        for place in schema:
            if place.name == self.entity_column:
                fits, wanted = _names_subjects(place.type), _NAME_TYPES
            else:
                fits = place.name not in self.specs or _is_plain(place.type)
                wanted = _PLAIN_TYPES
            if not fits:
                reason = f"“{place.name[:40]}”这一列是 {str(place.type)[:60]}，{wanted}"
                raise SourceUnreadableError(name=self.source, reason=reason)
        self._accepted = schema

    def _entities(
        self, batch: pa.RecordBatch, first_row: int, wrong: dict[int, BadRow]
    ) -> pa.Array:
        column = batch.column(self.entity_column)
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            doubtful = pc.or_kleene(
                pc.is_null(column),
                pc.invert(pc.match_substring_regex(column, f"^{_ENTITY.pattern}$")),
            )
        else:
            doubtful = pc.is_null(column)
        if pc.any(doubtful).as_py():
            reason = f"没有编号，或编号超过 {ENTITY_LENGTH_MAX} 个字、带空格或控制字符。"
            for position in np.flatnonzero(doubtful.to_numpy(zero_copy_only=False)).tolist():
                wrong[position] = BadRow(first_row + position, self.entity_column, reason)
        return column

    def _column(
        self, lane: Lane, array: pa.Array, doubts: Counter[tuple[str, WhyUnknown]]
    ) -> tuple[Column, dict[int, str]]:
        spec = self.specs[lane.fact]
        if lane.dtype == "bits" and pa.types.is_boolean(array.type):
            return boolean_column(array, closed=spec.world == "closed"), {}
        read = typed_column(spec, array)
        if read is None:
            read = column_by_value(spec, array, self.layout)
        known = read.known
        if lane.type.kind in (ir.Kind.NUMBER, ir.Kind.DATE):
            known = check_bounds(spec, read, doubts)
        if lane.dtype == "bits":
            values: npt.NDArray[Any] = pack_bits(read.values.astype(np.bool_))
        else:
            values = np.ascontiguousarray(read.values.astype(lane.dtype, copy=False))
        packed = None if known is None or known.all() else pack_bits(known)
        return Column(values, packed), read.wrong


_PLAIN_TYPES = "不是一格一个值。请改成文字、数字、日期或者是非。"
_NAME_TYPES = "不能当编号。请改成文字或整数。"


def _valued(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _names_subjects(kind: pa.DataType) -> bool:
    kind = _valued(kind)
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_integer(kind)
    )


def _is_plain(kind: pa.DataType) -> bool:
    """One value in each cell, of a type that a person's answer could have."""
    kind = _valued(kind)
    tests = pa.types
    return any(
        test(kind)
        for test in (
            tests.is_null,
            tests.is_boolean,
            tests.is_integer,
            tests.is_floating,
            tests.is_decimal,
            tests.is_string,
            tests.is_large_string,
            tests.is_date,
            tests.is_timestamp,
        )
    )
