"""Who gets which offer when many ask for few: what is given, what came out, what it cost.

The assignments themselves are computed by ``engines/assignment.py``. Here stands what a result
means, so that any result can be checked without trusting whoever computed it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from denghuo.matching.logic.refusals import OutOfRangeError
from denghuo.matching.logic.ties import ID_MAX, TIE_BITS

CAPACITY_MAX = 1_000_000

Ints = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Choices:
    """The question: each seeker's list (a row, best first), each offer's places, the lot.

    ``slots`` (seekers, k) are offers, -1 where the list ends; ``scores`` go with them.
    ``capacity`` is places per offer, ``lot`` one place per seeker, smaller goes first among equals.
    """

    slots: Ints
    scores: Ints
    capacity: Ints
    lot: Int64s

    def __post_init__(self) -> None:
        if self.capacity.size and not 0 <= int(self.capacity.min()) <= int(self.capacity.max()):
            raise OutOfRangeError(
                name="人数", value=int(self.capacity.min()), low=0, high=CAPACITY_MAX
            )
        if self.capacity.size and int(self.capacity.max()) > CAPACITY_MAX:
            raise OutOfRangeError(
                name="人数", value=int(self.capacity.max()), low=0, high=CAPACITY_MAX
            )

    @property
    def priority(self) -> Int64s:
        """What an offer goes by among its seekers: the score, then the lot. Larger goes first."""
        return (self.scores.astype(np.int64) << TIE_BITS) | (ID_MAX - self.lot[:, None])


@dataclass(frozen=True, slots=True)
class Figures:
    """What an assignment comes to. Shares are left to whoever shows them.

    ``blocking`` pairs would both rather have one another than what they got: each is somebody who
    can rightly ask why. ``at_most_total`` is a proven bound: no assignment has a larger total of
    scores and bonuses; ``at_most_placed`` likewise for how many are placed (None: not computed).
    """

    seekers: int
    places: int
    placed: int
    total_score: int
    first_choice: int
    blocking: int
    offers_without: int
    at_most_total: int | None = None
    at_most_placed: int | None = None


def figures(
    choices: Choices,
    chosen: Ints,
    *,
    at_most_total: int | None = None,
    at_most_placed: int | None = None,
) -> Figures:
    """Count an assignment. ``chosen`` is the place on each seeker's list, -1 for none."""
    rows = np.flatnonzero(chosen >= 0)
    slots = choices.slots[rows, chosen[rows]]
    taken = np.bincount(slots, minlength=len(choices.capacity))
    if (taken > choices.capacity).any() or (slots < 0).any():
        raise ValueError("more are placed than there are places")
    return Figures(
        seekers=len(chosen),
        places=int(choices.capacity.sum(dtype=np.int64)),
        placed=len(rows),
        total_score=int(choices.scores[rows, chosen[rows]].sum(dtype=np.int64)),
        first_choice=int((chosen == 0).sum()),
        blocking=blocking_pairs(choices, chosen),
        offers_without=int(((taken == 0) & (choices.capacity > 0)).sum()),
        at_most_total=at_most_total,
        at_most_placed=at_most_placed,
    )


def blocking_pairs(choices: Choices, chosen: Ints) -> int:
    """Pairs on the lists who would both rather have one another; a stable assignment has none."""
    rows = np.flatnonzero(chosen >= 0)
    slots = choices.slots[rows, chosen[rows]]
    priority = choices.priority
    # The least wanted one an offer took; below everybody while it has a place left.
    least = np.full(len(choices.capacity), np.iinfo(np.int64).max)
    np.minimum.at(least, slots, priority[rows, chosen[rows]])
    taken = np.bincount(slots, minlength=len(choices.capacity))
    least[taken < choices.capacity] = -1
    least[choices.capacity == 0] = np.iinfo(np.int64).max
    count, k = choices.slots.shape
    got = np.where(chosen >= 0, chosen, k)
    rather = (np.arange(k)[None, :] < got[:, None]) & (choices.slots >= 0)
    wanted = priority > np.append(least, np.iinfo(np.int64).max)[choices.slots]
    return int((rather & wanted).sum()) if count else 0


@dataclass(frozen=True, slots=True)
class Exposure:
    """How lists fall on the offers: an offer on no list finds nobody, whatever it pays."""

    offers: int
    on_no_list: int
    shown: int
    most: int
    tenth_shown: int  # how much of all showing the most shown tenth of offers takes

    @property
    def tenth_percent(self) -> int:
        """The share of the most shown tenth, in whole percent."""
        return self.tenth_shown * 100 // self.shown if self.shown else 0


def exposure(slots: Ints, offers: int) -> Exposure:
    """Count how often each offer stands on a list."""
    shown = np.bincount(slots[slots >= 0], minlength=offers)
    tenth = np.sort(shown)[::-1][: -(-offers // 10)]
    return Exposure(
        offers,
        int((shown == 0).sum()),
        int(shown.sum()),
        int(shown.max(initial=0)),
        int(tenth.sum()),
    )
