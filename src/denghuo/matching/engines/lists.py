"""Exact lists for everybody, in both directions, over one set of offers and seekers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from denghuo.matching.engines.index import (
    OfferIndex,
    Rules,
    SeekerIndex,
    index_offers,
    index_seekers,
    places_in,
    rules_for,
    visiting_order,
)
from denghuo.matching.engines.kernels.forward import best_offers
from denghuo.matching.engines.kernels.reverse import best_seekers
from denghuo.matching.logic.columns import Offers, Seekers, take
from denghuo.matching.logic.refusals import OutOfRangeError
from denghuo.matching.logic.text import Weights
from denghuo.matching.logic.ties import TIE_BITS
from denghuo.matching.logic.vocabulary import Vocabulary

LIST_MAX = 200
Ints = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A list per row, best first: ``slots`` are rows of the other side, -1 where there is none."""

    keys: Int64s
    slots: Ints

    @property
    def scores(self) -> Ints:
        """Points, 0 to 1,000; -1 where there is none."""
        return (self.keys >> TIE_BITS).astype(np.int32)

    def clear(self, rows: Ints) -> None:
        """Empty some lists."""
        self.keys[rows] = -1
        self.slots[rows] = -1

    def row(self, at: int) -> Iterator[tuple[int, int]]:
        """Slots and scores of one list."""
        for slot, key in zip(self.slots[at].tolist(), self.keys[at].tolist(), strict=True):
            if slot >= 0:
                yield slot, key >> TIE_BITS


@dataclass(frozen=True)
class Lists:
    """Two lists under one version of a text. ``seed`` draws the lot among equals; None is by id.

    The same whatever the number of threads: every row is computed on its own.
    """

    offers: Offers
    seekers: Seekers
    words: Vocabulary
    weights: Weights
    seed: str | None = None
    threads: int = 1

    @cached_property
    def rules(self) -> Rules:
        """Weights and relations as the kernels read them."""
        return rules_for(self.words, self.weights)

    @cached_property
    def offer_index(self) -> OfferIndex:
        """The offers in visiting order."""
        return index_offers(self.offers, self.words.kinds, self.words.tag_weights, seed=self.seed)

    @cached_property
    def seeker_index(self) -> SeekerIndex:
        """The seekers in visiting order."""
        return index_seekers(self.seekers, self.words.kinds, seed=self.seed)

    @cached_property
    def _position(self) -> Ints:
        """Where each offer stands in the visiting order."""
        return np.ascontiguousarray(places_in(self.offer_index, 0)[:, 0])

    def for_seekers(self, k: int, rows: Int64s | None = None) -> Ranked:
        """The best ``k`` offers of each seeker, or of those in ``rows``, in that order."""
        if rows is not None:
            return self.for_others(take(self.seekers, rows), k)
        return self.for_others(self.seekers, k)

    def for_others(self, seekers: Seekers, k: int) -> Ranked:
        """The best ``k`` offers of seekers who need not be in these lists: one person online."""
        lists = empty_lists(len(seekers.ids), k)
        index, rules = self.offer_index, self.rules
        self._spread(
            visiting_order(seekers, self.words.kinds.group),
            lambda part, _: best_offers(part, seekers, index, rules, lists.keys, lists.slots),
        )
        return lists

    def for_offers(self, k: int, rows: Int64s | None = None) -> Ranked:
        """The best ``k`` seekers of each offer, or of those in ``rows``, in that order."""
        index, entries, rules = self.offer_index, self.seeker_index, self.rules
        wanted = np.arange(len(self.offers.ids)) if rows is None else rows
        positions = self._position[wanted]
        order = np.argsort(positions).astype(np.int32)  # neighbours read the same seekers
        positions = positions[order]
        found = empty_lists(len(positions), k)

        def part_of(part: Ints, start: int) -> int:
            end = start + len(part)
            return best_seekers(
                part, index, entries, rules, False,
                found.keys[start:end], found.slots[start:end],
            )  # fmt: skip

        self._spread(positions, part_of)
        lists = empty_lists(len(positions), k)
        lists.keys[order] = found.keys
        lists.slots[order] = found.slots
        return lists

    def _spread(self, order: Ints, work: Callable[[Ints, int], int]) -> None:
        if self.threads == 1 or len(order) < self.threads:
            work(order, 0)
            return
        parts = np.array_split(order, self.threads * 4)
        starts = np.cumsum([0, *(len(part) for part in parts[:-1])]).tolist()
        with ThreadPoolExecutor(self.threads) as pool:
            for _ in pool.map(work, parts, starts):
                pass


def empty_lists(rows: int, k: int) -> Ranked:
    """Lists with nothing in them yet."""
    if not 1 <= k <= LIST_MAX:
        raise OutOfRangeError(name="名单长度", value=k, low=1, high=LIST_MAX)
    return Ranked(np.full((rows, k), -1, np.int64), np.full((rows, k), -1, np.int32))
