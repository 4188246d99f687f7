"""What would open more offers to one seeker: the smallest steps, each with what it opens.

Only offers that fail one limit alone are counted: giving way there opens exactly these. The law is
never given way to, and nobody is told to wait for more schooling.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from denghuo.matching.logic import brute
from denghuo.matching.logic.columns import Offers, Seekers, take
from denghuo.matching.logic.kinds import PERCENT
from denghuo.matching.logic.text import Weights
from denghuo.matching.logic.vocabulary import Vocabulary

REACH_STEPS_METRES = (10_000, 20_000, 50_000)
PAY_STEPS_PERCENT = (5, 10, 20)
EXAMPLES_MAX = 3
_WORD = 64

Int64s = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One step: ``limit`` gives way by ``metres``, to ``pay_least_fen`` or for one more ``word``.

    ``opens`` offers become eligible; ``examples`` are rows of the best of them.
    """

    limit: str
    opens: int
    examples: tuple[int, ...]
    metres: int | None = None
    pay_least_fen: int | None = None
    word: str | None = None


def relaxations(
    seekers: Seekers, row: int, offers: Offers, words: Vocabulary, weights: Weights
) -> tuple[Relaxation, ...]:
    """Every step that opens something; by limit, smallest or most opening step first.

    No step gives way in the kind of work, so only offers of a kind near to a wish are looked at.
    """
    near = np.flatnonzero(brute.percents(seekers, row, offers, words) > 0)
    offers = take(offers, near)
    met = brute.limits(seekers, row, offers, words)
    unmet = np.sum([~flags for flags in met.values()], axis=0)
    alone: Mapping[str, Int64s] = {
        name: np.flatnonzero(~flags & (unmet == 1)) for name, flags in met.items()
    }
    points = brute.scores(seekers, row, offers, words, weights)
    ids = offers.ids

    def step(
        limit: str, rows: Int64s, *, metres: int | None = None, fen: int | None = None,
        word: str | None = None,
    ) -> Relaxation:  # fmt: skip
        best = np.lexsort((ids[rows], -points[rows]))[:EXAMPLES_MAX]
        examples = tuple(near[rows[best]].tolist())
        return Relaxation(limit, len(rows), examples, metres, fen, word)

    found: list[Relaxation] = []
    for metres, rows in _by_reach(seekers, row, offers, alone["place"]):
        found.append(step("place", rows, metres=metres))
    for limit, rows_by_word in (
        ("place", _by_district(offers, words, alone["place"])),
        ("certificates", _by_certificate(seekers, row, offers, words, alone["certificates"])),
        ("hours", _by_hours(offers, words, alone["hours"])),
    ):
        steps = [step(limit, rows, word=word) for word, rows in rows_by_word]
        found += sorted(steps, key=lambda one: (-one.opens, one.word))
    for fen, rows in _by_pay(seekers, row, offers, alone["pay"]):
        found.append(step("pay", rows, fen=fen))
    return tuple(found)


def _by_reach(
    seekers: Seekers, row: int, offers: Offers, rows: Int64s
) -> Iterator[tuple[int, Int64s]]:
    squares = brute.squares(seekers, row, offers)[rows]
    opened = 0
    for metres in REACH_STEPS_METRES:
        reach = int(seekers.reach[row]) + metres
        inside = rows[squares <= reach * reach]
        if len(inside) > opened:
            opened = len(inside)
            yield metres, inside


def _by_district(offers: Offers, words: Vocabulary, rows: Int64s) -> Iterator[tuple[str, Int64s]]:
    for place in np.unique(offers.district[rows]).tolist():
        yield words.districts.words[place], rows[offers.district[rows] == place]


def _by_certificate(
    seekers: Seekers, row: int, offers: Offers, words: Vocabulary, rows: Int64s
) -> Iterator[tuple[str, Int64s]]:
    low = offers.required[rows] & ~seekers.held[row]
    high = offers.required_more[rows] & ~seekers.held_more[row]
    for place, word in enumerate(words.certificates.words):
        bit = np.uint64(1 << place % _WORD)
        none = np.uint64(0)
        first, second = (bit, none) if place < _WORD else (none, bit)
        only = (low == first) & (high == second)
        if only.any():
            yield word, rows[only]


def _by_hours(offers: Offers, words: Vocabulary, rows: Int64s) -> Iterator[tuple[str, Int64s]]:
    for place, word in enumerate(words.hours.words):
        has = (offers.hours[rows] & np.uint8(1 << place)) != 0
        if has.any():
            yield word, rows[has]


def _by_pay(
    seekers: Seekers, row: int, offers: Offers, rows: Int64s
) -> Iterator[tuple[int, Int64s]]:
    opened = 0
    for percent in PAY_STEPS_PERCENT:
        fen = int(seekers.pay_least[row]) * (PERCENT - percent) // PERCENT
        inside = rows[offers.pay_top[rows] >= fen]
        if len(inside) > opened:
            opened = len(inside)
            yield fen, inside
