"""Subjects that stand in a source more than once: found while it streams, and counted.

Each would be answered, paid and counted once per row. Eight bytes are kept per row, so 24 million
rows take some 190 MB; rows beyond that are answered but not compared, and the summary says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from denghuo.policy.engines.plain_arrays import plain_numbers

ROWS_MAX = 24_000_000
REPEATS_SHOWN = 10
ROWS_SHOWN = 5
_PART_ROWS = 1_000_000
_CHOSEN_MAX = 1_000

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Repeats:
    """``entities`` stand more than once among the first ``rows_compared`` rows; ``rows`` holds the
    row numbers (a few) of a few of them; whose rows they are is not kept. ``complete``: there were
    no more rows than that."""

    entities: int = 0
    rows: tuple[tuple[int, ...], ...] = ()
    rows_compared: int = 0
    complete: bool = True


@dataclass
class RepeatFinder:
    """Takes the entities of each batch in order, and says at the end which came again.

    Two different names share a 64-bit hash by chance about once in fifty thousand sources of 24
    million rows; then the count is one too high. Nothing else hangs on it.
    """

    rows_max: int = ROWS_MAX
    _batches: list[Hashes] = field(default_factory=list)
    _rows: int = 0
    _complete: bool = True

    def add(self, entities: pa.Array, kept: npt.NDArray[np.bool_] | None, rows: int) -> None:
        """A batch of ``rows`` records, of which ``kept`` (None: all) were answered."""
        self._complete = self._complete and self._rows + rows <= self.rows_max
        if not self._complete:
            return
        hashes = hashes_of(entities)
        if kept is not None:
            every = np.zeros(rows, np.uint64)
            every[kept] = hashes
            hashes = every
        self._batches.append(hashes)
        self._rows += rows

    def found(self) -> Repeats:
        """What came more than once; the hashes are let go."""
        parts = 1 << max(self._rows // _PART_ROWS, 0).bit_length()
        count = 0
        chosen: list[Hashes] = []
        for part in range(parts):
            again = _repeated(self._part(part, parts))
            count += len(again)
            if sum(map(len, chosen)) < _CHOSEN_MAX:
                chosen.append(again[:_CHOSEN_MAX])
        rows = self._rows_of(np.concatenate(chosen)) if count else ()
        self._batches.clear()
        return Repeats(count, rows, self._rows, self._complete)

    def _part(self, part: int, parts: int) -> Hashes:
        """One share of all hashes, by their top bits, so that only a share is sorted at a time."""
        if not self._batches:
            return np.empty(0, np.uint64)
        if parts == 1:
            return np.concatenate(self._batches)
        shift = np.uint64(64 - (parts.bit_length() - 1))
        return np.concatenate([each[(each >> shift) == part] for each in self._batches])

    def _rows_of(self, wanted: Hashes) -> tuple[tuple[int, ...], ...]:
        """Row numbers of the wanted hashes, those that appear first in the source first."""
        rows: dict[int, list[int]] = {}
        wanted = np.sort(wanted)
        first = 1
        for batch in self._batches:
            place = np.minimum(np.searchsorted(wanted, batch), len(wanted) - 1)
            for at in np.flatnonzero(wanted[place] == batch).tolist():
                found = rows.setdefault(int(batch[at]), [])
                if len(found) < ROWS_SHOWN:
                    found.append(first + at)
            first += len(batch)
        return tuple(tuple(each) for each in list(rows.values())[:REPEATS_SHOWN])


def _repeated(hashes: Hashes) -> Hashes:
    """Each hash that is there more than once; 0 stands for a row that was set aside."""
    hashes.sort()
    again = hashes[1:] == hashes[:-1]
    again[1:] &= ~again[:-1]  # the first of a run of equal ones
    found = hashes[1:][again]
    kept: Hashes = found[found != 0]
    return kept


def hashes_of(entities: pa.Array) -> Hashes:
    """A 64-bit hash of each entity, never 0. The same text or number gives the same hash in every
    batch, however the batch holds it."""
    if pa.types.is_integer(entities.type):
        numbers = plain_numbers(entities)
        mixed = _mix(numbers.astype(np.int64, copy=False).view(np.uint64).copy())
    else:
        mixed = _text_hashes(entities.cast(pa.large_string()))
    return np.where(mixed == 0, np.uint64(1), mixed)


def _text_hashes(texts: pa.Array) -> Hashes:
    rows = len(texts)
    found = np.zeros(rows, np.uint64)
    if not rows:
        return found
    _, offsets_buffer, data = texts.buffers()
    offsets = np.frombuffer(offsets_buffer, np.int64)[texts.offset : texts.offset + rows + 1]
    bytes_ = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    lengths = np.diff(offsets)
    for length in np.unique(lengths).tolist():
        same = np.flatnonzero(lengths == length)
        padded = np.zeros((len(same), -(-max(length, 1) // 8) * 8), np.uint8)
        if len(same) == rows:
            whole = bytes_[offsets[0] : offsets[0] + rows * length]
            padded[:, :length] = whole.reshape(rows, length)
        else:
            padded[:, :length] = bytes_[offsets[same][:, None] + np.arange(length)]
        # Mixed on its own: else a length could stand in for a control sign of a shorter name.
        mixed = np.full(len(same), _mix(np.array([length], np.uint64))[0])
        for word in padded.view(np.uint64).T:
            mixed = _mix(mixed ^ word)
        found[same] = mixed
    return found


def _mix(words: Hashes) -> Hashes:
    """The finaliser of SplitMix64: every bit of the input moves every bit of the output."""
    words = words + np.uint64(0x9E3779B97F4A7C15)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))
