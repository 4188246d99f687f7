"""MinHash: 64 numbers that agree in as many places, on average, as two texts overlap.

Of each of 64 fixed mixings of the runs the least is kept. The chance that two texts have the
same least is their overlap, so the share of agreeing places estimates it (standard error at
most 1/16). Sixteen bands of four places are the keys by which likely pairs meet: a pair of overlap
.8 meets with probability 1 − (1 − .8⁴)¹⁶ = .9998, a pair of .3 with .12.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from denghuo.employment.logic.duplicates.shingles import Shingles

PLACES = 64
BANDS = 16
ROWS = PLACES // BANDS

Sketch = npt.NDArray[np.uint64]
_WIDE = 2**64
_STEP = 0x9E3779B97F4A7C15


def _mixed(value: int) -> int:
    """SplitMix64's finisher, by which the 64 mixings are told apart. Fixed for ever: a stored
    sketch must be comparable with tomorrow's."""
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 % _WIDE
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB % _WIDE
    return value ^ (value >> 31)


_SALTS: Sketch = np.array(
    [_mixed((place + 1) * _STEP % _WIDE) for place in range(PLACES)], np.uint64
)


def sketch(runs: Shingles) -> Sketch:
    """The 64 least mixings of a text's runs; of an empty text all places are the greatest."""
    if not runs:
        return np.full(PLACES, _WIDE - 1, np.uint64)
    values = np.fromiter(runs, np.uint64, len(runs))
    mixed = values[:, None] ^ _SALTS[None, :]
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed ^= mixed >> np.uint64(shift)
        mixed *= np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    least: Sketch = mixed.min(axis=0)
    return least


def estimated(one: Sketch, other: Sketch) -> float:
    """The overlap as the sketches tell it."""
    return float(np.mean(one == other))


def band_keys(made: Sketch) -> tuple[bytes, ...]:
    """Sixteen keys; texts that share one are compared."""
    rows = made.reshape(BANDS, ROWS)
    return tuple(bytes([at]) + row.tobytes() for at, row in enumerate(rows))
