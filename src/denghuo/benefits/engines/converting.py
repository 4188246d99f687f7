"""Whole columns of text to typed columns: the plain cases at once, the rest value by value.

``logic.conversions.read_cell`` is the one meaning of a cell. What is here only saves calling it
for what needs no thought: digits that are a whole number, yuan with two places, a code with both
check characters true. A property test holds the two equal.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from denghuo.benefits.logic.conversions import Held, Trouble, read_cell
from denghuo.benefits.logic.mapping import ColumnMapping
from denghuo.benefits.logic.targets import Target
from denghuo.kernel import uscc
from denghuo.kernel.table_text import BLANKS

Flags = npt.NDArray[np.bool_]
_WHOLE = r"^-?[0-9]{1,15}$"
_YUAN = r"^([0-9]{1,11}|[0-9]{1,3}(,[0-9]{3}){1,2})(\.[0-9]{1,2})?$"
_BLANKS = pa.array(sorted(BLANKS))
_TYPES = {
    "yes_no": pa.bool_(),
    "integer": pa.int64(),
    "yuan": pa.int64(),
    "wan_yuan": pa.int64(),
    "fen": pa.int64(),
    "date": pa.date32(),
}


def column_type(column: ColumnMapping, target: Target | None) -> pa.DataType:
    """How the values of a column are held in a table."""
    if target is not None and target.kind == "decimal":
        return pa.decimal128(18, target.scale)
    return _TYPES.get(column.how, pa.string())


def tidy(texts: pa.Array) -> pa.Array:
    """Trimmed; what offices write for "nothing" is null."""
    trimmed = pc.utf8_trim_whitespace(texts)
    blank = pc.is_in(pc.utf8_lower(trimmed), value_set=_BLANKS)
    return pc.if_else(blank, pa.scalar(None, pa.string()), trimmed)


def convert(
    texts: pa.Array, column: ColumnMapping, target: Target | None, *, today: date
) -> tuple[pa.Array, dict[int, Trouble]]:
    """The column as held, and the cells that cannot be (by place), which are null in it."""
    held_as = pa.int64() if target is not None and target.kind == "decimal" else None
    kind = held_as or column_type(column, target)
    if not len(texts):
        return pa.array([], column_type(column, target)), {}
    fast, done = _fast(texts, column, target)
    left = np.flatnonzero(~done)
    troubles: dict[int, Trouble] = {}
    if len(left):
        slow = texts.take(pa.array(left)).dictionary_encode()
        values: list[Held | None] = []
        wrong: dict[int, Trouble] = {}
        for number, text in enumerate(slow.dictionary.to_pylist()):
            read = read_cell(column.how, text, target=target, words=column.words, today=today)
            if isinstance(read, Trouble):
                wrong[number] = read
                values.append(None)
            else:
                values.append(read)
        keys = slow.indices.fill_null(len(values))
        values.append(None)
        if wrong:
            places = keys.to_numpy(zero_copy_only=False)
            for at in np.flatnonzero(np.isin(places, list(wrong))).tolist():
                troubles[int(left[at])] = wrong[int(places[at])]
        taken = pa.array(values, kind).take(keys)
        fast = taken if len(left) == len(texts) else _merged(fast, done, left, taken, kind)
    if held_as is not None and target is not None:
        fast = _as_decimal(fast, target.scale)
    return fast, troubles


def _merged(fast: Any, done: Flags, left: Any, taken: pa.Array, kind: pa.DataType) -> pa.Array:
    """The two parts in their places."""
    order = np.empty(len(done), np.int64)
    order[done] = np.flatnonzero(done)
    order[left] = len(done) + np.arange(len(left))
    return pa.concat_arrays([fast.cast(kind), taken]).take(pa.array(order))


def _fast(
    texts: pa.Array, column: ColumnMapping, target: Target | None
) -> tuple[pa.Array | None, Flags]:
    """The values that need no thought, and which those are (blank cells among them)."""
    blank = _flags(pc.is_null(texts))
    if column.how == "uscc":
        good = _true_codes(texts)
        return texts, good | blank
    if target is None or not isinstance(target.low, int) or not isinstance(target.high, int):
        return None, np.zeros(len(texts), np.bool_)
    if column.how in ("integer", "fen"):
        fits = _matching(texts, _WHOLE)
        numbers = pc.if_else(pa.array(fits), texts, "0").cast(pa.int64())
        held = numbers.to_numpy(zero_copy_only=False)
    elif column.how == "yuan":
        fits = _matching(texts, _YUAN)
        plain = pc.replace_substring(pc.if_else(pa.array(fits), texts, "0"), ",", "")
        numbers = plain.cast(pa.float64())
        # Thirteen digits at most: a double carries them with room to spare.
        held = np.rint(numbers.to_numpy(zero_copy_only=False) * 100).astype(np.int64)
    else:
        return None, np.zeros(len(texts), np.bool_)
    done = fits & (held >= target.low) & (held <= target.high)
    return pa.array(held, mask=~done), done | blank


def _matching(texts: pa.Array, pattern: str) -> Flags:
    return _flags(pc.fill_null(pc.match_substring_regex(texts, pattern), fill_value=False))


def _flags(array: pa.Array) -> Flags:
    found: Flags = array.to_numpy(zero_copy_only=False).astype(np.bool_)
    return found


_USCC_PLACES = np.full(128, -1, np.int64)
_USCC_PLACES[np.frombuffer(uscc.ALPHABET.encode(), np.uint8)] = np.arange(31)
_ORGANISATION_PLACES = np.full(128, -1, np.int64)
_ORGANISATION_PLACES[np.frombuffer(uscc.ORGANISATION_ALPHABET.encode(), np.uint8)] = np.arange(36)
_ORGANISATION_CHECKS = np.frombuffer(b"0123456789X0", np.uint8)
_USCC_CHECKS = np.frombuffer(uscc.ALPHABET.encode(), np.uint8)


def _true_codes(texts: pa.Array) -> Flags:
    """Which are codes already in their one form, with both check characters true."""
    good = np.zeros(len(texts), np.bool_)
    shaped = _matching(texts, "^[0-9A-Z]{2}[0-9]{6}[0-9A-Z]{10}$")
    at = np.flatnonzero(shaped)
    if not len(at):
        return good
    joined = "".join(texts.take(pa.array(at)).to_pylist()).encode()
    signs = np.frombuffer(joined, np.uint8).reshape(len(at), uscc.LENGTH)
    places = _USCC_PLACES[signs]
    own = _ORGANISATION_PLACES[signs[:, 8:16]]
    organisation = _ORGANISATION_CHECKS[
        11 - (own * np.array(uscc.ORGANISATION_WEIGHTS)).sum(axis=1) % 11
    ]
    whole = _USCC_CHECKS[-(places[:, :17] * np.array(uscc.WEIGHTS)).sum(axis=1) % 31]
    good[at] = (places >= 0).all(axis=1) & (organisation == signs[:, 16]) & (whole == signs[:, 17])
    return good


def _as_decimal(numbers: pa.Array, scale: int) -> pa.Array:
    """Unscaled whole numbers as exact decimals: the two words of each, low and high."""
    values = numbers.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    words = np.empty(2 * len(values), np.int64)
    words[::2], words[1::2] = values, values >> 63
    valid = np.packbits(_flags(pc.is_valid(numbers)), bitorder="little")
    buffers = [pa.py_buffer(valid), pa.py_buffer(words)]
    return pa.Array.from_buffers(pa.decimal128(18, scale), len(values), buffers)
