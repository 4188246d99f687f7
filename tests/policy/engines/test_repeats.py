"""A subject that stands twice in a file is counted and shown, whatever holds its name."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from denghuo.policy.engines.repeats import RepeatFinder, hashes_of

pytestmark = pytest.mark.no_postgres


@settings(deadline=None)
@given(st.lists(st.lists(st.text(max_size=20), max_size=30), max_size=5))
def test_the_count_is_that_of_a_counter(batches: list[list[str]]) -> None:
    finder = RepeatFinder()
    for batch in batches:
        finder.add(pa.array(batch, pa.string()), None, len(batch))
    found = finder.found()
    every = [name for batch in batches for name in batch]
    again = [name for name, count in Counter(every).items() if count > 1]
    assert found.entities == len(again)
    rows = [[row for row, name in enumerate(every, 1) if name == each][:5] for each in again]
    assert found.rows == tuple(tuple(each) for each in sorted(rows)[:10])
    assert found.complete


def test_a_slice_and_a_wider_type_hash_alike() -> None:
    texts = pa.array(["x", "九一", "91150100MA0000000A", "", "九一"])
    expected = hashes_of(texts)
    assert expected[1] == expected[4]
    assert len(set(expected.tolist())) == 4
    assert hashes_of(texts.slice(1, 3)).tolist() == expected[1:4].tolist()
    assert hashes_of(texts.cast(pa.large_string())).tolist() == expected.tolist()
    numbers = pa.array([7, -1, 7], pa.int32())
    assert hashes_of(numbers).tolist() == hashes_of(numbers.cast(pa.int64())).tolist()
    assert hashes_of(numbers)[0] == hashes_of(numbers)[2] != hashes_of(numbers)[1]


def test_a_length_is_no_letter() -> None:
    hashes = hashes_of(pa.array(["", "\x01", "a", "b\0", "c\0\0"]))
    assert len(set(hashes.tolist())) == 5


def test_rows_set_aside_are_not_compared_but_keep_their_number() -> None:
    finder = RepeatFinder()
    finder.add(pa.array(["a", "b"]), np.array([True, False, False, True]), 4)
    finder.add(pa.array(["b"]), None, 1)
    assert finder.found().rows == ((4, 5),)


def test_many_rows_are_compared_in_parts() -> None:
    finder = RepeatFinder()
    for start in range(0, 2_400_000, 300_000):
        finder.add(pa.array(np.arange(start, start + 300_000)), None, 300_000)
    finder.add(pa.array([5, 2_000_000, 9_999_999]), None, 3)
    found = finder.found()
    assert (found.entities, found.rows) == (2, ((6, 2_400_001), (2_000_001, 2_400_002)))


def test_what_does_not_fit_is_said() -> None:
    finder = RepeatFinder(rows_max=3)
    finder.add(pa.array(["a", "a"]), None, 2)
    finder.add(pa.array(["a", "b"]), None, 2)
    finder.add(pa.array(["a"]), None, 1)
    found = finder.found()
    assert (found.entities, found.rows_compared, found.complete) == (1, 2, False)
