"""A question put to a shelf: who has the words and passes the choices, how many, in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from heapq import nsmallest
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from denghuo.search.logic.segment import NOWHERE, Segment
from denghuo.search.logic.shelf import Matched, Shelf, chosen
from denghuo.search.logic.values import UNKNOWN, Found, Hit, Near, Question, Shape

EARTH_METRES = 6_371_009
_MICRO = 1_000_000
_METRES_A_DEGREE = 111_195
# An order is one whole number: what it goes by above, the entry's place below.
_PLACE_BITS = 24
_DAY_SECONDS = 86_400
_DAY_BITS = 13
_DAYS_MAX = (1 << _DAY_BITS) - 1
_POINTS_MAX = (1 << 25) - 1
_FAR = (1 << 31) - 1
_MOST = 1 << 38

Bools = npt.NDArray[np.bool_]
Int64s = npt.NDArray[np.int64]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class _Passed:
    """What one layer has to say."""

    total: int
    hits: list[tuple[int, str, int, int]]
    counts: Mapping[str, Mapping[str, int]]
    steps: Mapping[str, Mapping[int, int]]


def answer(shelf: Shelf, question: Question) -> Found:
    """What is found. Where no entry has all words, those that have half of their pairs."""
    matched = shelf.all_words(question.words) if question.words else shelf.everything()
    partly = False
    if question.words and not any(len(one.docs) for one in matched):
        matched = shelf.some_words(question.words)
        partly = any(len(one.docs) for one in matched)
    passed = [
        _passed(layer.segment, found, question, shelf)
        for layer, found in zip(shelf.layers, matched, strict=True)
    ]
    wanted = question.offset + question.limit
    hits = nsmallest(wanted, (hit for one in passed for hit in one.hits))[question.offset :]
    return Found(
        total=sum(one.total for one in passed),
        hits=tuple(
            Hit(key, score, None if metres < 0 else metres) for _, key, score, metres in hits
        ),
        counts={name: _summed([one.counts[name] for one in passed]) for name in question.counted},
        steps={name: _summed([one.steps[name] for one in passed]) for name in question.steps},
        partly=partly,
    )


def _summed(counts: list[Mapping[Value, int]]) -> Mapping[Value, int]:
    whole: Counter[Value] = Counter()
    for one in counts:
        whole.update(one)
    return whole


def _passed(segment: Segment, found: Matched, question: Question, shelf: Shelf) -> _Passed:
    docs, score = _open(segment, found, question)
    metres = _metres(segment, docs, question.near) if question.near else None
    if question.near and question.near.metres_max is not None and metres is not None:
        reached = (metres >= 0) & (metres <= question.near.metres_max)
        docs, score, metres = docs[reached], score[reached], metres[reached]
    # Which filter an entry fails: one that fails only a choice's own filter still counts there.
    passes = {
        **{name: chosen(segment, name, values)[docs] for name, values in question.choices.items()},
        **{name: segment.number(name)[docs] >= least for name, least in question.at_least.items()},
    }
    fails = np.zeros(len(docs), np.int8)
    for one in passes.values():
        fails += ~one
    every = fails == 0
    counts = {
        name: _counted(segment, name, docs[_aside(every, fails, passes.get(name))])
        for name in question.counted
    }
    steps = {
        name: {
            least: int(
                (segment.number(name)[docs[_aside(every, fails, passes.get(name))]] >= least).sum()
            )
            for least in leasts
        }
        for name, leasts in question.steps.items()
    }
    docs, score = docs[every], score[every]
    metres = metres[every] if metres is not None else None
    return _Passed(
        len(docs),
        _first(segment, docs, score, metres, asked=question, shape=shelf.shape),
        counts,
        steps,
    )


def _aside(every: Bools, fails: npt.NDArray[np.int8], own: Bools | None) -> Bools:
    """Entries that pass every filter but (perhaps) this one."""
    return every if own is None else (fails - ~own) == 0


def _open(
    segment: Segment, found: Matched, question: Question
) -> tuple[npt.NDArray[np.int32], Int64s]:
    """Those open at the instant of the question: from is in, until is out."""
    now = int(question.now.timestamp())
    docs = found.docs
    is_open = (segment.number("open_from")[docs] <= now) & (
        now < segment.number("open_until")[docs]
    )
    if is_open.all():
        return docs, found.score
    return docs[is_open], found.score[is_open]


def _metres(segment: Segment, docs: npt.NDArray[np.int32], near: Near) -> Int64s:
    """Straight distance in whole metres, -1 where an entry has no point.

    With a limit, entries outside its square are told apart by whole numbers alone.
    """
    latitude, longitude = segment.latitude[docs], segment.longitude[docs]
    known = latitude != NOWHERE
    if near.metres_max is not None:
        reach = near.metres_max / _METRES_A_DEGREE * _MICRO + _MICRO / 1_000
        known &= np.abs(latitude - round(near.point.latitude * _MICRO)) <= reach
    made = np.full(len(docs), -1, np.int64)
    at = np.flatnonzero(known)
    if len(at):
        north = np.radians(latitude[at] / _MICRO)
        here = np.radians(near.point.latitude)
        half = np.radians(longitude[at] / _MICRO - near.point.longitude) / 2
        chord = np.sin((north - here) / 2) ** 2 + np.cos(north) * np.cos(here) * np.sin(half) ** 2
        made[at] = np.rint(2 * EARTH_METRES * np.arcsin(np.sqrt(np.minimum(chord, 1))))
    return made


def _counted(segment: Segment, name: str, docs: npt.NDArray[np.int32]) -> dict[str, int]:
    choices = segment.choice(name)
    if choices.many:
        column = choices.column[docs]
        counted = [int(((column >> at) & 1).sum()) for at in range(len(choices.values))]
    else:
        shifted = np.bincount(choices.column[docs] + 1, minlength=len(choices.values) + 1)
        counted = [int(many) for many in shifted[1:]]
    return {value: many for value, many in zip(choices.values, counted, strict=True) if many}


def _first(
    segment: Segment,
    docs: npt.NDArray[np.int32],
    score: Int64s,
    metres: Int64s | None,
    *,
    asked: Question,
    shape: Shape,
) -> list[tuple[int, str, int, int]]:
    """The best of a layer by the order asked for, with their place in that order."""
    if not len(docs) or not asked.limit:
        return []
    newest = segment.number(shape.newest)[docs]
    if asked.sort == "near" and metres is not None:
        order = np.where(metres < 0, _FAR, metres)
    elif asked.sort == "new":
        order = np.clip(_MOST - 1 - newest, 0, _MOST - 1)
    elif asked.sort == "high":
        order = _FAR - np.clip(segment.number(shape.highest)[docs], -1, _FAR - 1)
    else:
        # The better first, and among equals the newer.
        points = np.minimum(score, _POINTS_MAX)
        order = ((_POINTS_MAX - points) << _DAY_BITS) | _age_in_days(newest, asked)
    joined = (order << _PLACE_BITS) | docs
    best = np.arange(len(docs))
    wanted = asked.offset + asked.limit
    if wanted < len(docs):
        best = np.argpartition(joined, wanted - 1)[:wanted]
    best = best[np.argsort(joined[best])]
    return [
        (
            int(joined[at]) >> _PLACE_BITS,
            segment.keys[docs[at]].decode(),
            int(score[at]),
            int(metres[at]) if metres is not None else -1,
        )
        for at in best
    ]


def _age_in_days(seconds: Int64s, question: Question) -> Int64s:
    known = seconds != UNKNOWN
    days = (int(question.now.timestamp()) - np.where(known, seconds, 0)) // _DAY_SECONDS
    return np.where(known, np.clip(days, 0, _DAYS_MAX), _DAYS_MAX)
