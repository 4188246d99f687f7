"""Numbers and words between numpy and Arrow, as they lie in memory.

Arrow's own ways from and to Python values (``pa.array``, ``pa.scalar``, ``to_numpy``) load pandas
wherever it happens to be installed: 35 MB that a sweep has no use for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from denghuo.policy.logic.columns.layout import pack_bits


def plain_numbers(array: pa.Array) -> npt.NDArray[Any]:
    """Whole numbers, shared; where one is missing, anything may stand."""
    dtype = np.dtype(str(array.type))  # named alike
    buffer = array.buffers()[1]
    if buffer is None:  # no rows
        return np.empty(0, dtype)
    return np.frombuffer(buffer, dtype)[array.offset : array.offset + len(array)]


def number_array(values: npt.NDArray[Any], known: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    """Whole numbers as an Arrow column, shared where they lie in one piece."""
    bits = None if known is None or known.all() else pa.py_buffer(pack_bits(known))
    held = pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [bits, held])


def word_array(words: Sequence[str]) -> pa.Array:
    """A few words as an Arrow column."""
    parts = [word.encode() for word in words]
    ends = np.cumsum([0, *map(len, parts)], dtype=np.int32)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(parts))]
    return pa.Array.from_buffers(pa.string(), len(parts), buffers)
