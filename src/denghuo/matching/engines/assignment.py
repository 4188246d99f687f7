"""Many seekers and few places, given out at once: stable, best in total, or as many as possible.

Each way has its price, and ``compare`` puts them side by side: a stable assignment leaves nobody
who could rightly ask why, and places fewer; the largest places the most, and leaves pairs who
would rather have had one another. Which one is taken is for people to say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from denghuo.matching.engines.kernels.assigning import (
    NO_PLACE,
    bid,
    defer,
    place_more,
    worth_at_most,
)
from denghuo.matching.engines.lists import Ranked
from denghuo.matching.logic.assignment import Choices, Figures, figures
from denghuo.matching.logic.refusals import OutOfRangeError
from denghuo.matching.logic.text import TOTAL_POINTS
from denghuo.matching.logic.ties import tie_places

PRECISION, PRECISION_MAX = 4, 1 << 32
# Placing one more is worth a whole score: before the last ways are looked for, the auction places
# nearly all that can be.
LARGEST_BONUS = TOTAL_POINTS

Ints = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Assignment:
    """What each seeker got (the place on the own list and the offer, -1 for none), counted."""

    way: str
    chosen: Ints
    slots: Ints
    figures: Figures


def choices_of(lists: Ranked, capacity: Ints, seeker_ids: Int64s, seed: str | None) -> Choices:
    """The question that lists and places put. The lot is drawn from the published seed."""
    return Choices(lists.slots, lists.scores, capacity, tie_places(seeker_ids, seed))


def assign_stable(choices: Choices) -> Assignment:
    """Deferred acceptance, seekers asking: no pair is left that would rather have one another.

    Of all stable assignments it is the best one for every seeker. Needs no order: it is the only
    such result under the scores and the lot.
    """
    held = _defer(choices, 1, choices.capacity)
    chosen = np.where(held.any(axis=1), held.argmax(axis=1), -1).astype(np.int32)
    return _assignment("stable", choices, chosen)


def assign_best_total(choices: Choices, *, precision: int = PRECISION) -> Assignment:
    """An auction: the sum of scores is within ``placed / precision`` points of the best one.

    ``precision`` above the number of seekers makes it the best one exactly, and slow.
    ``at_most_total`` is proven by the prices, whatever the precision.
    """
    chosen, bound = run_auction(choices, precision, 0)
    return _assignment("best_total", choices, chosen, at_most_total=bound)


def assign_largest(choices: Choices, *, precision: int = PRECISION) -> Assignment:
    """As many placed as the lists allow, exactly; among those nearly the best total.

    ``at_most_total`` bounds the total of every assignment that places as many.
    """
    chosen, bound = run_auction(choices, precision, LARGEST_BONUS)
    place_more(_order(choices), choices.slots, _starts(choices.capacity), chosen)
    placed = int((chosen >= 0).sum())
    return _assignment(
        "largest",
        choices,
        chosen,
        at_most_total=bound - LARGEST_BONUS * placed,
        at_most_placed=placed,
    )


def compare(choices: Choices) -> tuple[Assignment, Assignment, Assignment]:
    """Stable, best total and largest, side by side."""
    return assign_stable(choices), assign_best_total(choices), assign_largest(choices)


def spread(lists: Ranked, *, k: int, shown_at_most: Ints, lot: Int64s) -> Ranked:
    """Shorter lists that fall on more offers: from long lists, ``k`` each.

    An offer is shown to the ``shown_at_most`` best of those who would have it on their lists;
    others see their next best instead. Nobody's list gets shorter by it: where too few are left,
    the best of one's own fill up.
    """
    if not 1 <= k <= lists.keys.shape[1]:
        raise OutOfRangeError(name="名单长度", value=k, low=1, high=lists.keys.shape[1])
    choices = Choices(lists.slots, lists.scores, shown_at_most, lot)
    held = _defer(choices, k, shown_at_most)
    place = np.arange(lists.keys.shape[1])
    # Held ones first, then what one's own list has next; each part in the order of the list.
    rank = np.where(held == 1, place, place + lists.keys.shape[1])
    rank = np.where(lists.slots >= 0, rank, 2 * lists.keys.shape[1])
    kept = np.sort(np.argsort(rank, axis=1, kind="stable")[:, :k], axis=1)
    return Ranked(
        np.take_along_axis(lists.keys, kept, axis=1), np.take_along_axis(lists.slots, kept, axis=1)
    )


def _defer(choices: Choices, quota: int, capacity: Ints) -> npt.NDArray[np.uint8]:
    held = np.zeros(choices.slots.shape, np.uint8)
    starts = _starts(capacity)
    defer(_order(choices), choices.slots, choices.priority, starts, quota, held)
    return held


def run_auction(choices: Choices, precision: int, bonus: int) -> tuple[Ints, int]:
    """Places on the lists, and a bound: no assignment has more points and bonuses. Nothing is
    counted yet."""
    if not 1 <= precision <= PRECISION_MAX:
        raise OutOfRangeError(name="精度", value=precision, low=1, high=PRECISION_MAX)
    slots, scores = choices.slots, choices.scores
    chosen = np.full(len(slots), -1, np.int32)
    prices = np.where(choices.capacity > 0, 0, NO_PLACE)
    starts = _starts(choices.capacity)
    bid(_order(choices), slots, scores, bonus, precision, starts, chosen, prices)
    gains = worth_at_most(slots, scores, bonus, precision, prices)
    asked = int((np.where(choices.capacity > 0, prices, 0) * choices.capacity).sum())
    return chosen, (asked + gains) // precision


def _assignment(
    way: str,
    choices: Choices,
    chosen: Ints,
    *,
    at_most_total: int | None = None,
    at_most_placed: int | None = None,
) -> Assignment:
    got = chosen >= 0
    slots = np.full(len(chosen), -1, np.int32)
    slots[got] = choices.slots[np.flatnonzero(got), chosen[got]]
    counted = figures(choices, chosen, at_most_total=at_most_total, at_most_placed=at_most_placed)
    return Assignment(way, chosen, slots, counted)


def _order(choices: Choices) -> Ints:
    return np.argsort(choices.lot, kind="stable").astype(np.int32)


def _starts(capacity: Ints) -> Int64s:
    starts = np.zeros(len(capacity) + 1, np.int64)
    np.cumsum(capacity, out=starts[1:])
    return starts
