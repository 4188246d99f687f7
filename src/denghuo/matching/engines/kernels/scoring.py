"""The score of a pair as machine code, and the lists it goes into.

Each kernel goes over a stretch of rows twice: a filter without branches over the limits, then the
score of what is left. The score is a sum of whole points, each a quotient rounded down. Quotients
are taken in double precision: numerator and divisor are whole and below 2**53, IEEE division
rounds to the nearest, and a quotient that is not whole lies further from the next whole number
than that, so the result rounded down is exact on every machine.

A key is the score in its upper bits and the place in the lot, turned round, in the lower 52: larger
keys come first, and no two are equal. Lists are sorted rows of keys, -1 where there is nothing.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from denghuo.matching.engines.compiled import inlined
from denghuo.matching.engines.index import Rules
from denghuo.matching.logic.vocabulary import ANYWHERE

STRETCH = 2048
# The filter measures in single precision, a little too wide; the exact test follows.
SLACK = np.float32(1.00001)
SLACK_METRES = np.float32(4)
# Which distances a pass is about. What stands in an accepted district is visited apart, and an
# offer within reach must not be scored twice.
NEAR, BEYOND, ALL = 0, 1, 2

Ints = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]


class Work(NamedTuple):
    """Work space of one thread; ``starts``, ``ends``, ``distances`` are the runs to go over.

    ``percents`` are by kind: how near it is, or forward the points for that. ``fixed`` are the
    points of a stretch of rows.
    """

    percents: Ints
    mine: Ints
    fixed: Ints
    found: npt.NDArray[np.uint32]
    passed: npt.NDArray[np.uint8]
    seen: Int64s
    groups: Int64s
    starts: Int64s
    ends: Int64s
    distances: Int64s


@inlined
def work_space(kinds: int, tags: int, groups: int, segments: int) -> Work:
    return Work(
        np.zeros(kinds, np.int32),
        np.zeros(tags, np.int32),
        np.empty(STRETCH, np.int32),
        np.empty(STRETCH, np.uint32),
        np.empty(STRETCH, np.uint8),
        np.full(groups, -1, np.int64),
        np.empty(groups, np.int64),
        np.empty(segments, np.int64),
        np.empty(segments, np.int64),
        np.empty(segments, np.int64),
    )


@inlined
def add_segment(work: Work, count: int, start: int, end: int, distances: int) -> int:
    """A run of rows to go over; empty ones are left out. Returns how many there are now."""
    if start >= end:
        return count
    work.starts[count] = start
    work.ends[count] = end
    work.distances[count] = distances
    return count + 1


@inlined
def wide(number: Any) -> int:
    """Any number as a whole one of 64 bits."""
    return np.int64(number)  # type: ignore[return-value]  # the compiler's whole number


@inlined
def unsigned(number: Any) -> int:
    """A place in a column. A signed one may count from the end, and is asked each time."""
    return np.uint64(number)  # type: ignore[return-value]  # the compiler's whole number


@inlined
def quotient(numerator: int, divisor: int) -> int:
    return wide(np.float64(numerator) / np.float64(divisor))


@inlined
def fixed_points(
    rules: Rules, percent: int, pay: int, floor: int, square: int, reach: int, district: int,
    years: int, wanted: int,
) -> int:  # fmt: skip
    """All points but those of the tags."""
    score = wide(rules.kind * percent // 100)
    if pay > floor:  # not said is -1
        span = max(wide(1), floor * rules.pay_span_percent // 100)
        score += quotient(rules.pay * min(pay - floor, span), span)
    if district == ANYWHERE:
        score += rules.distance
    else:
        # The root of a whole number below 2**52, correctly rounded, never crosses a whole number.
        metres = wide(math.sqrt(np.float64(square)))
        if metres < reach:
            score += quotient(rules.distance * (reach - metres), reach)
    if years >= wanted:
        return score + rules.years
    return score + quotient(rules.years * years, wanted)


@inlined
def tag_points(
    rules: Rules, total: int, mine: Ints, tags: npt.NDArray[np.uint16], start: int, end: int
) -> int:
    if total == 0:
        return wide(rules.tags_none_listed)
    own = wide(0)
    for at in range(start, end):
        own += mine[tags[unsigned(at)]]
    return quotient(rules.tags * own, total)


@inlined
def insert(keys: Int64s, slots: Ints, key: int, slot: int) -> None:
    """Into a sorted row, the last one falls out; a key above the last one is due."""
    one = np.uint64(1)
    at = np.uint64(len(keys) - 1)
    while at > 0 and keys[at - one] < key:
        keys[at] = keys[at - one]
        slots[at] = slots[at - one]
        at -= one
    keys[at] = key
    slots[at] = slot
