"""One Arrow column to one kernel column: typed values as whole columns, the rest value by value."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from denghuo.policy.engines.plain_arrays import plain_numbers
from denghuo.policy.logic.columns.layout import (
    INT64_MAX,
    Bytes,
    Column,
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


@dataclass
class ReadColumn:
    """One column while it is read: values, which are known, which are wrong and why."""

    values: npt.NDArray[Any]
    known: Flags | None
    wrong: dict[int, str] = field(default_factory=dict)


def unknown_column(lane: Lane, rows: int) -> Column:
    size = (rows + 7) // 8
    if lane.dtype == "bits":
        return Column(np.zeros(size, np.uint8), np.zeros(size, np.uint8))
    return Column(np.zeros(rows, lane.dtype), np.zeros(size, np.uint8))


def filtered_column(column: Column, lane: Lane, keep: Flags) -> Column:
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


def boolean_column(array: pa.Array, *, closed: bool) -> Column:
    values = _bitmap(array.buffers()[1], array.offset, len(array))
    known = _known_bits(array)
    if closed and known is not None:
        return Column(values & known, None)  # a list that names every case: not listed is FALSE
    return Column(values, known)


def typed_column(spec: FactSpec, array: pa.Array) -> ReadColumn | None:
    """Columns whose Arrow type says what they hold; None when each value must be looked at."""
    kind = array.type
    match spec.kind:
        case FactKind.INT | FactKind.MONEY:
            if pa.types.is_string(kind) or pa.types.is_large_string(kind):
                array = _whole_numbers(array)
                kind = array.type
            if pa.types.is_integer(kind) and not pa.types.is_uint64(kind):
                return ReadColumn(plain_numbers(array), _known_flags(array))
        case FactKind.DECIMAL:
            return _decimals(spec, array)
        case FactKind.DATE:
            if pa.types.is_date32(kind):
                return ReadColumn(plain_numbers(array.view(pa.int32())), _known_flags(array))
        case _:
            pass
    return None


def _whole_numbers(array: pa.Array) -> pa.Array:
    """Text that is whole numbers all through as int64; anything else is given back as it is."""
    plain = pc.all(pc.match_substring_regex(array, _WHOLE), min_count=0).as_py()
    return pc.cast(array, pa.int64()) if plain is not False else array


def _decimals(spec: FactSpec, array: pa.Array) -> ReadColumn | None:
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
    return ReadColumn(low, known)


def check_bounds(
    spec: FactSpec, read: ReadColumn, doubts: Counter[tuple[str, WhyUnknown]]
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


def column_by_value(spec: FactSpec, array: pa.Array, layout: Layout) -> ReadColumn:
    """Each distinct value once through ``read_value``; bounds are checked by the caller."""
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    distinct = list(array.dictionary)
    keys = plain_numbers(array.indices).astype(np.int64)
    given = _known_flags(array.indices)
    if given is not None:
        keys[~given] = len(distinct)
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
    wrong: dict[int, str] = {}
    if reasons:
        faulty = np.isin(keys, list(reasons))
        wrong = {int(at): reasons[int(keys[at])] for at in np.flatnonzero(faulty)}
    return ReadColumn(held[keys], known[keys], wrong)


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
