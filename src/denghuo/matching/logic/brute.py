"""Every pair over columns, with NumPy alone: slow, short, and what the kernels are held to.

Also what answers "why not" for one person: all limits of all offers at once.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from denghuo.matching.logic.columns import PAY_NOT_SAID, Offers, Seekers
from denghuo.matching.logic.kinds import PERCENT
from denghuo.matching.logic.text import Weights
from denghuo.matching.logic.ties import ID_MAX, TIE_BITS, tie_places
from denghuo.matching.logic.vocabulary import ANYWHERE, Vocabulary

Flags = npt.NDArray[np.bool_]
Int64s = npt.NDArray[np.int64]
_WORD = 64


def percents(seekers: Seekers, row: int, offers: Offers, words: Vocabulary) -> Int64s:
    """How near each offer's kind is to the nearest wish of one seeker."""
    table = np.zeros(len(words.kinds.codes), np.int64)
    for wanted in seekers.wants[row][seekers.wants[row] >= 0].tolist():
        part = slice(int(words.kinds.near_start[wanted]), int(words.kinds.near_start[wanted + 1]))
        kinds = words.kinds.near_kind[part]
        table[kinds] = np.maximum(table[kinds], words.kinds.near_percent[part])
    return table[offers.kind]


def squares(seekers: Seekers, row: int, offers: Offers) -> Int64s:
    """Squared distances in square metres."""
    east = offers.east.astype(np.int64) - int(seekers.east[row])
    north = offers.north.astype(np.int64) - int(seekers.north[row])
    found: Int64s = east * east + north * north
    return found


def limits(seekers: Seekers, row: int, offers: Offers, words: Vocabulary) -> Mapping[str, Flags]:
    """Which limits each offer meets, by name."""
    reach = int(seekers.reach[row])
    mask = int(seekers.districts[row]) | int(seekers.districts_more[row]) << _WORD
    accepted = np.array([mask >> place & 1 for place in range(ANYWHERE)] + [1], np.bool_)
    lacking, lacking_more = ~seekers.held[row], ~seekers.held_more[row]
    return {
        "kind": percents(seekers, row, offers, words) > 0,
        "place": (squares(seekers, row, offers) <= reach * reach) | accepted[offers.district],
        "hours": (offers.hours & seekers.hours[row]) != 0,
        "certificates": ((offers.required & lacking) == 0)
        & ((offers.required_more & lacking_more) == 0),
        "grade": offers.grade_least <= seekers.grade[row],
        "pay": offers.pay_top >= seekers.pay_least[row],
        "law": (offers.bars & seekers.barred[row]) == 0,
    }


def scores(
    seekers: Seekers, row: int, offers: Offers, words: Vocabulary, weights: Weights
) -> Int64s:
    """The score of every offer for one seeker, eligible or not."""
    total = weights.kind * percents(seekers, row, offers, words) // PERCENT
    total += _tag_points(seekers, row, offers, words, weights)
    floor = int(seekers.pay_least[row]) or weights.pay_floor_if_none_fen
    span = max(1, floor * weights.pay_span_percent // PERCENT)
    gain = np.clip(offers.pay.astype(np.int64) - floor, 0, span)
    total += np.where(offers.pay == PAY_NOT_SAID, 0, weights.pay * gain // span)
    reach = int(seekers.reach[row])
    metres = np.sqrt(squares(seekers, row, offers).astype(np.float64)).astype(np.int64)
    near = weights.distance * np.maximum(reach - metres, 0) // reach
    total += np.where(offers.district == ANYWHERE, weights.distance, near)
    years, wanted = int(seekers.years[row]), offers.years_wanted.astype(np.int64)
    part = weights.years * years // np.maximum(wanted, 1)
    total += np.where(wanted <= years, weights.years, part)
    return total


def _tag_points(
    seekers: Seekers, row: int, offers: Offers, words: Vocabulary, weights: Weights
) -> Int64s:
    own_tags = seekers.tags[int(seekers.tag_start[row]) : int(seekers.tag_start[row + 1])]
    mine = np.zeros(len(words.tags.words) + 1, np.int64)
    mine[own_tags] = words.tag_weights[own_tags]
    total = _row_sums(words.tag_weights[offers.tags], offers)
    own = _row_sums(mine[offers.tags], offers)
    none = weights.tags * weights.tags_none_listed_percent // PERCENT
    return np.where(total > 0, weights.tags * own // np.maximum(total, 1), none)


def _row_sums(values: npt.NDArray[np.integer], offers: Offers) -> Int64s:
    ends = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=ends[1:])
    sums: Int64s = ends[offers.tag_start[1:]] - ends[offers.tag_start[:-1]]
    return sums


def best(
    seekers: Seekers,
    row: int,
    offers: Offers,
    words: Vocabulary,
    weights: Weights,
    *,
    k: int,
    seed: str | None,
) -> Int64s:
    """The keys of the best ``k`` offers of one seeker, best first; fewer when fewer fit.

    A key is ``score << 52`` and, in the lower bits, the place in the lot turned round.
    """
    fits = np.logical_and.reduce(list(limits(seekers, row, offers, words).values()))
    rows = np.flatnonzero(fits)
    points = scores(seekers, row, offers, words, weights)[rows]
    keys = (points << TIE_BITS) | (ID_MAX - tie_places(offers.ids[rows], seed))
    return np.sort(keys)[::-1][:k]
