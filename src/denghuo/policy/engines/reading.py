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
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from denghuo.kernel.refusal import RefusalError
from denghuo.policy.logic import ir
from denghuo.policy.logic.columns.layout import (
    INT64_MAX,
    Bytes,
    Column,
    FactColumns,
    Lane,
    Layout,
    day_number,
    pack_bits,
    unpack_bits,
)
from denghuo.policy.logic.fact_values import FactValueError, WhyUnknown, read_value
from denghuo.policy.logic.registry import FactKind, FactSpec
from denghuo.policy.logic.scope import Value

Flags = npt.NDArray[np.bool_]

_WHOLE = r"^-?[0-9]{1,18}$"
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


@dataclass
class _Read:
    """One column while it is read: values, which are known, which are wrong and why."""

    values: npt.NDArray[Any]
    known: Flags | None
    wrong: dict[int, str] = field(default_factory=dict)


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
                columns[lane.fact] = _all_unknown(lane, rows)
                continue
            if lane.fact in self.stale:
                columns[lane.fact] = _all_unknown(lane, rows)
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
                lane.fact: _filtered(columns[lane.fact], lane, keep) for lane in self.layout.lanes
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
            doubtful = pc.or_(
                pc.is_null(column),
                pc.invert(pc.match_substring_regex(column, f"^{_ENTITY.pattern}$")),
            )
            doubtful = pc.fill_null(doubtful, fill_value=True)
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
            return _boolean_column(array, closed=spec.world == "closed"), {}
        read = _typed(spec, array)
        if read is None:
            read = _through_reader(spec, array, self.layout)
        known = read.known
        if lane.type.kind in (ir.Kind.NUMBER, ir.Kind.DATE):
            known = _check_bounds(spec, read, doubts)
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


def _all_unknown(lane: Lane, rows: int) -> Column:
    size = (rows + 7) // 8
    if lane.dtype == "bits":
        return Column(np.zeros(size, np.uint8), np.zeros(size, np.uint8))
    return Column(np.zeros(rows, lane.dtype), np.zeros(size, np.uint8))


def _filtered(column: Column, lane: Lane, keep: Flags) -> Column:
    rows = len(keep)
    bits = lane.dtype == "bits"
    values = pack_bits(unpack_bits(column.values, rows)[keep]) if bits else column.values[keep]
    known = column.known
    return Column(values, None if known is None else pack_bits(unpack_bits(known, rows)[keep]))


def _bitmap(buffer: pa.Buffer, offset: int, rows: int) -> Bytes:
    """An Arrow bitmap as bytes that start at bit 0; shared memory unless cut within a byte."""
    whole = np.frombuffer(buffer, np.uint8)
    first, shift = divmod(offset, 8)
    if shift == 0:
        return whole[first : first + (rows + 7) // 8]
    return pack_bits(np.unpackbits(whole[first:], bitorder="little")[shift : shift + rows] == 1)


def _known_bits(array: pa.Array) -> Bytes | None:
    buffer = array.buffers()[0]
    if array.null_count == 0 or buffer is None:
        return None
    return _bitmap(buffer, array.offset, len(array))


def _known_flags(array: pa.Array) -> Flags | None:
    bits = _known_bits(array)
    return None if bits is None else unpack_bits(bits, len(array))


def _boolean_column(array: pa.Array, *, closed: bool) -> Column:
    values = _bitmap(array.buffers()[1], array.offset, len(array))
    known = _known_bits(array)
    if closed and known is not None:
        return Column(values & known, None)  # a list that names every case: not listed is FALSE
    return Column(values, known)


def _typed(spec: FactSpec, array: pa.Array) -> _Read | None:
    """Columns whose Arrow type says what they hold; None when each value must be looked at."""
    kind = array.type
    match spec.kind:
        case FactKind.INT | FactKind.MONEY:
            if pa.types.is_string(kind) or pa.types.is_large_string(kind):
                array = _whole_numbers(array)
                kind = array.type
            if pa.types.is_integer(kind) and not pa.types.is_uint64(kind):
                return _Read(_numbers(array), _known_flags(array))
        case FactKind.DECIMAL:
            return _decimals(spec, array)
        case FactKind.DATE:
            if pa.types.is_date32(kind):
                return _Read(_numbers(array.view(pa.int32())), _known_flags(array))
        case _:
            pass
    return None


def _whole_numbers(array: pa.Array) -> pa.Array:
    """Text that is whole numbers all through as int64; anything else is given back as it is."""
    plain = pc.all(pc.match_substring_regex(array, _WHOLE), min_count=0).as_py()
    return pc.cast(array, pa.int64()) if plain is not False else array


def _decimals(spec: FactSpec, array: pa.Array) -> _Read | None:
    """Exact decimals at the fact's scale, as whole numbers. Arrow refuses to drop digits."""
    kind = array.type
    if not (pa.types.is_decimal128(kind) or pa.types.is_integer(kind)):
        return None
    try:
        held = pc.cast(array, pa.decimal128(38, spec.scale))
    except pa.ArrowInvalid:
        return None
    words = np.frombuffer(held.buffers()[1], np.int64)
    low = words[2 * held.offset : 2 * (held.offset + len(held)) : 2]
    high = words[2 * held.offset + 1 : 2 * (held.offset + len(held)) + 1 : 2]
    known = _known_flags(held)
    fits = high == (low >> 63)
    if not (fits if known is None else fits | ~known).all():
        return None
    return _Read(low, known)


def _numbers(array: pa.Array) -> npt.NDArray[Any]:
    dtype = array.type.to_pandas_dtype()
    whole = np.frombuffer(array.buffers()[1], dtype)
    return whole[array.offset : array.offset + len(array)]


def _check_bounds(
    spec: FactSpec, read: _Read, doubts: Counter[tuple[str, WhyUnknown]]
) -> Flags | None:
    low, high = _held_bound(spec.low), _held_bound(spec.high)
    values, known = read.values, read.known
    if low is None or high is None or not len(values):
        return known
    if known is None and low <= int(values.min()) and int(values.max()) <= high:
        return None
    flags = np.ones(len(values), np.bool_) if known is None else known
    below, above = flags & (values < low), flags & (values > high)
    outside = below | above
    if not outside.any():
        return known
    doubts[spec.name, WhyUnknown.BELOW] += int(below.sum())
    doubts[spec.name, WhyUnknown.ABOVE] += int(above.sum())
    return flags & ~outside


def _held_bound(bound: int | date | None) -> int | None:
    return day_number(bound) if isinstance(bound, date) else bound


def _through_reader(spec: FactSpec, array: pa.Array, layout: Layout) -> _Read:
    """Each distinct value once through ``read_value``; bounds are checked by the caller."""
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    keys = array.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    distinct = list(array.dictionary)
    held = np.zeros(len(distinct) + 1, np.int64)
    known = np.zeros(len(distinct) + 1, np.bool_)
    reasons: dict[int, str] = {}
    for number, scalar in enumerate([*distinct, None]):  # the last stands for "nothing given"
        try:
            raw = None if scalar is None else scalar.as_py()
        except (OverflowError, ValueError, LookupError):
            # a day past the year 9999, a fraction of a microsecond, a time zone nobody has
            reasons[number] = f"“{spec.labels.zh}”的日期太远或写法特别，读不了。"
            continue
        try:
            value = _read_unbounded(spec, raw)
        except FactValueError as error:
            reasons[number] = error.sentence
            continue
        if value is not None:
            held[number], known[number] = _held(value, layout), True
    keys = np.where(keys < 0, len(distinct), keys)
    wrong: dict[int, str] = {}
    if reasons:
        faulty = np.isin(keys, list(reasons))
        wrong = {int(at): reasons[int(keys[at])] for at in np.flatnonzero(faulty)}
    return _Read(held[keys], known[keys], wrong)


def _read_unbounded(spec: FactSpec, raw: object) -> Value | None:
    """The value as held, even outside the bounds where 64 bits hold it, so that the caller can
    count it as such."""
    reading = read_value(spec, raw)
    if reading.why is WhyUnknown.BELOW:
        return _just_outside(spec.low, -1)
    if reading.why is WhyUnknown.ABOVE:
        return _just_outside(spec.high, 1)
    return reading.value


def _just_outside(bound: int | date | None, step: int) -> int | None:
    number = _held_bound(bound)
    if number is None or abs(number + step) > INT64_MAX:
        return None
    return number + step


def _held(value: Value, layout: Layout) -> int:
    match value:
        case bool() | int():
            return int(value)
        case date():
            return day_number(value)
        case str():
            return layout.book.id_of(value)
