"""Lists that follow arrivals and withdrawals, always as a rebuild from nothing would make them.

Offers stand in segments: the large one of the last rebuild and small ones of what came since. An
arriving offer is put into the lists of those it is for, found from its own side. A withdrawn one
is shut at once; whoever had it on the list gets a new list. Whole numbers and keys without ties
leave one possible answer, so order and grouping of the events do not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from denghuo.matching.engines.index import (
    OfferIndex,
    SeekerIndex,
    index_offers,
    index_seekers,
    places_in,
    rules_for,
    shut_offers,
    visiting_order,
)
from denghuo.matching.engines.kernels.forward import best_offers
from denghuo.matching.engines.kernels.reverse import best_seekers
from denghuo.matching.engines.lists import Ranked, empty_lists
from denghuo.matching.logic.columns import Offers, Seekers, join, take
from denghuo.matching.logic.refusals import DoubledError, NotHereError
from denghuo.matching.logic.text import Weights
from denghuo.matching.logic.vocabulary import Vocabulary

SMALL_SEGMENTS_MAX = 8

Ints = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]


@dataclass(slots=True)
class _SomeSeekers:
    """Seekers ``first_row`` and on, the same in visiting order, and their lists."""

    first_row: int
    seekers: Seekers
    entries: SeekerIndex
    lists: Ranked


@dataclass(slots=True)
class _SomeOffers:
    """Offers ``first_slot`` and on, and the same in visiting order."""

    first_slot: int
    offers: Offers
    index: OfferIndex
    places: Ints  # of each offer in the index, both


class LiveLists:
    """The best ``k`` offers of each seeker, kept while offers and seekers come and go.

    Not for several threads at once.
    """

    def __init__(
        self,
        offers: Offers,
        seekers: Seekers,
        words: Vocabulary,
        weights: Weights,
        *,
        k: int,
        seed: str | None = None,
    ) -> None:
        self._words, self._seed, self._k = words, seed, k
        self._rules = rules_for(words, weights)
        self._offers: list[_SomeOffers] = []
        self._offer_slot: dict[int, int] = {}
        self._offer_ids: list[Int64s] = []
        self._slots = 0
        self._seekers: list[_SomeSeekers] = []
        self._seeker_row: dict[int, int] = {}
        self._rows = 0
        self._add_segment(offers)
        self.add_seekers(seekers)

    @property
    def offers(self) -> Offers:
        """All offers that are here, in the order they came."""
        return take(join([one.offers for one in self._offers]), _places(self._offer_slot))

    @property
    def seekers(self) -> Seekers:
        """All seekers that are here, in the order they came."""
        return take(join([one.seekers for one in self._seekers]), _places(self._seeker_row))

    def list_of(self, seeker_id: int) -> list[tuple[int, int]]:
        """Ids of offers and their keys, best first. Raises ``NotHereError``."""
        some, row = self._find(seeker_id)
        count = int((some.lists.keys[row] >= 0).sum())
        ids = self._ids_of(some.lists.slots[row, :count])
        return list(zip(ids.tolist(), some.lists.keys[row, :count].tolist(), strict=True))

    def for_others(self, seekers: Seekers, k: int) -> tuple[Int64s, Int64s]:
        """Ids of the best ``k`` offers and keys for seekers who are not here; -1 where none.

        For whoever keeps offers alone in memory and asks for one person at a time.
        """
        lists = empty_lists(len(seekers.ids), k)
        order = visiting_order(seekers, self._words.kinds.group)
        for one in self._offers:
            best_offers(order, seekers, one.index, self._rules, lists.keys, lists.slots)
        return np.where(lists.slots >= 0, self._ids_of(lists.slots), -1), lists.keys

    def all_lists(self) -> tuple[Int64s, Int64s]:
        """Ids of offers and keys for all seekers that are here, a row each; -1 where none."""
        rows = _places(self._seeker_row)
        keys = np.concatenate([one.lists.keys for one in self._seekers])[rows]
        slots = np.concatenate([one.lists.slots for one in self._seekers])[rows]
        return np.where(slots >= 0, self._ids_of(slots), -1), keys

    def add_offers(self, offers: Offers) -> int:
        """Put arriving offers into the lists they belong in. Returns how many entries were made.

        Raises ``DoubledError`` for an id that is here already; nothing has changed then.
        """
        arrived = self._add_segment(offers)
        positions = np.arange(len(offers.ids), dtype=np.int32)
        edits = 0
        for some in self._seekers:
            edits += best_seekers(
                positions,
                arrived.index,
                some.entries,
                self._rules,
                True,
                some.lists.keys,
                some.lists.slots,
            )
        if len(self._offers) > SMALL_SEGMENTS_MAX:
            self._merge_small_offers()
        return edits

    def withdraw_offers(self, ids: Sequence[int]) -> int:
        """Shut offers and make new lists for whoever had them. Returns how many lists were made.

        Raises ``NotHereError`` for an id that is not here; nothing has changed then.
        """
        missing = next((one for one in ids if one not in self._offer_slot), None)
        if missing is not None:
            raise NotHereError(id=missing)
        gone = np.zeros(self._slots + 1, np.bool_)  # the last place stands for "none", slot -1
        for one in ids:
            slot = self._offer_slot.pop(one, None)
            if slot is not None:
                gone[slot] = True
                self._shut(slot)
        renewed = 0
        for some in self._seekers:
            rows = np.flatnonzero(gone[some.lists.slots].any(axis=1)).astype(np.int32)
            some.lists.clear(rows)
            self._fill(some, rows)
            renewed += len(rows)
        return renewed

    def add_seekers(self, seekers: Seekers) -> None:
        """Take seekers in and make their lists. Raises ``DoubledError`` before any is in."""
        for one in seekers.ids.tolist():
            if one in self._seeker_row:
                raise DoubledError(name="编号", value=one)
        some = self._some_seekers(self._rows, seekers, empty_lists(len(seekers.ids), self._k))
        for at, one in enumerate(seekers.ids.tolist()):
            self._seeker_row[one] = self._rows + at
        self._rows += len(seekers.ids)
        self._seekers.append(some)
        self._fill(some, visiting_order(seekers, self._words.kinds.group))
        if len(self._seekers) > SMALL_SEGMENTS_MAX:
            self._merge_small_seekers()

    def withdraw_seekers(self, ids: Sequence[int]) -> None:
        """Forget seekers and their lists at once. Raises ``NotHereError`` before any is gone."""
        found = [self._find(one) for one in ids]
        for one in ids:
            self._seeker_row.pop(one, None)
        for some in self._seekers:
            rows = np.array([row for where, row in found if where is some], np.int32)
            if len(rows):
                some.lists.clear(rows)
                some.entries.people.hours[np.isin(some.entries.row, rows)] = 0

    def _find(self, seeker_id: int) -> tuple[_SomeSeekers, int]:
        row = self._seeker_row.get(seeker_id)
        if row is None:
            raise NotHereError(id=seeker_id)
        some = next(one for one in reversed(self._seekers) if row >= one.first_row)
        return some, row - some.first_row

    def _ids_of(self, slots: npt.NDArray[np.integer]) -> Int64s:
        if len(self._offer_ids) > 1:
            self._offer_ids = [np.concatenate(self._offer_ids)]
        if not self._slots:
            return np.zeros(slots.shape, np.int64)
        found: Int64s = self._offer_ids[0][slots]
        return found

    def _add_segment(self, offers: Offers) -> _SomeOffers:
        for one in offers.ids.tolist():
            if one in self._offer_slot:
                raise DoubledError(name="编号", value=one)
        segment = self._segment(offers, self._slots)
        for at, one in enumerate(offers.ids.tolist()):
            self._offer_slot[one] = self._slots + at
        self._offers.append(segment)
        self._offer_ids.append(offers.ids)
        self._slots += len(offers.ids)
        return segment

    def _segment(self, offers: Offers, first_slot: int) -> _SomeOffers:
        index = index_offers(
            offers, self._words.kinds, self._words.tag_weights, seed=self._seed,
            first_slot=first_slot,
        )  # fmt: skip
        return _SomeOffers(first_slot, offers, index, places_in(index, first_slot))

    def _merge_small_offers(self) -> None:
        """All segments but the first become one; what was shut stays shut."""
        first, *small = self._offers
        start = small[0].first_slot
        merged = self._segment(join([one.offers for one in small]), start)
        self._offers = [first, merged]
        shut = np.ones(len(merged.places), np.bool_)
        here = _places(self._offer_slot)
        shut[here[here >= start] - start] = False
        shut_offers(merged.index, merged.places[shut])

    def _merge_small_seekers(self) -> None:
        first, *small = self._seekers
        lists = Ranked(
            np.concatenate([one.lists.keys for one in small]),
            np.concatenate([one.lists.slots for one in small]),
        )
        start = small[0].first_row
        merged = self._some_seekers(start, join([one.seekers for one in small]), lists)
        self._seekers = [first, merged]
        gone = np.ones(len(lists.keys), np.bool_)
        here = _places(self._seeker_row)
        gone[here[here >= start] - start] = False
        merged.entries.people.hours[gone[merged.entries.row]] = 0

    def _some_seekers(self, first_row: int, seekers: Seekers, lists: Ranked) -> _SomeSeekers:
        entries = index_seekers(seekers, self._words.kinds, seed=self._seed, first_slot=first_row)
        return _SomeSeekers(first_row, seekers, entries, lists)

    def _shut(self, slot: int) -> None:
        some = next(one for one in reversed(self._offers) if slot >= one.first_slot)
        shut_offers(some.index, some.places[slot - some.first_slot])

    def _fill(self, some: _SomeSeekers, rows: Ints) -> None:
        for one in self._offers:
            best_offers(
                rows, some.seekers, one.index, self._rules, some.lists.keys, some.lists.slots
            )


def _places(of: dict[int, int]) -> Int64s:
    return np.sort(np.fromiter(of.values(), np.int64, len(of)))
