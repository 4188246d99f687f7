"""The best offers for each of some seekers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from denghuo.matching.engines.compiled import compiled, inlined
from denghuo.matching.engines.index import DISTRICT_PLACES, NONE_ASKED, SIGNS, OfferIndex, Rules
from denghuo.matching.engines.kernels.scoring import (
    BEYOND,
    NEAR,
    STRETCH,
    Work,
    add_segment,
    insert,
    tag_points,
    unsigned,
    wide,
    work_space,
)
from denghuo.matching.logic.columns import Seekers
from denghuo.matching.logic.ties import ID_MAX, TIE_BITS
from denghuo.matching.logic.values import WANTS_MAX
from denghuo.matching.logic.vocabulary import ANYWHERE

# Below every score by more than any points make good, also when two limits are not met.
OUT = np.int32(-1_000_000)
ANYWHERE_BIT = np.uint64(1 << (ANYWHERE - 64))  # every seeker is visited with these offers

Ints = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]


@inlined
def _fixed_points(
    rules: Rules, seekers: Seekers, row: int, index: OfferIndex, start: int, size: int,
    distances: int, signs: np.uint64, fixed: Ints,
) -> None:  # fmt: skip
    """Limits, points for distance and pay, and the most tags may make, into ``fixed``.

    The rows lie one behind the other. Two loops of few columns each, without places looked up:
    only such loops become vector instructions. Everything is a whole number below 2**53 in
    double precision, so exact.
    """
    east, north = np.float64(seekers.east[row]), np.float64(seekers.north[row])
    reach = np.float64(seekers.reach[row])
    divisor, square_most = max(reach, 1.0), reach * reach
    most, beyond = np.float64(rules.distance), distances == BEYOND
    for at in range(size):
        j = unsigned(start + at)
        to_east = np.float64(index.east[j]) - east
        to_north = np.float64(index.north[j]) - north
        square = to_east * to_east + to_north * to_north
        left = max(reach - np.floor(np.sqrt(square)), 0.0)
        points = np.int32(most * left / divisor)
        if index.district[j] == ANYWHERE:
            points = np.int32(rules.distance)
        if index.tag_signs[j] & signs != 0:
            points += np.int32(rules.tags)
        fixed[at] = points if (square > square_most) == beyond else OUT
    least, lacking = seekers.pay_least[row], ~seekers.held[row]
    lacking_more, hours = ~seekers.held_more[row], seekers.hours[row]
    grade, barred = seekers.grade[row], seekers.barred[row]
    floor = wide(least)
    if floor == 0:
        floor = wide(rules.pay_floor_if_none)
    span = np.float64(max(wide(1), floor * rules.pay_span_percent // 100))
    base, most = np.float64(floor), np.float64(rules.pay)
    for at in range(size):
        j = unsigned(start + at)
        gain = min(max(np.float64(index.pay[j]) - base, 0.0), span)  # not said is -1
        fits = (
            (index.pay_top[j] >= least)
            & ((index.required[j] & lacking) == 0)
            & ((index.required_more[j] & lacking_more) == 0)
            & ((index.hours[j] & hours) != 0)
            & (index.grade_least[j] <= grade)
            & ((index.bars[j] & barred) == 0)
        )
        fixed[at] += np.int32(most * gain / span) if fits else OUT


@inlined
def _keep_best(
    rules: Rules, seekers: Seekers, row: int, index: OfferIndex, start: int, size: int,
    signs: np.uint64, work: Work, keys: Int64s, slots: Ints,
) -> None:  # fmt: skip
    """The points of what still may come into the list, and into it."""
    years_points = rules.years_points[seekers.years[row]]
    last = len(keys) - 1
    bar = keys[last]
    least = max(bar >> TIE_BITS, 0)
    for at in range(size):
        j = unsigned(start + at)
        score = wide(
            work.fixed[at]
            + work.percents[unsigned(index.kind[j])]
            + years_points[unsigned(index.years_wanted[j])]
        )
        if score < least:
            continue  # a limit is not met, or not even with every tag
        if index.tag_signs[j] & signs != 0:
            score += tag_points(
                rules, wide(index.tag_total[j]), work.mine, index.tags,
                wide(index.tag_start[j]), wide(index.tag_start[j + np.uint64(1)]),
            ) - rules.tags  # fmt: skip
        key = (score << TIE_BITS) | (ID_MAX - index.tie[j])
        if key > bar:
            insert(keys, slots, key, index.slot[j])
            bar = keys[last]
            least = max(bar >> TIE_BITS, 0)


@inlined
def _take_up_wishes(rules: Rules, seekers: Seekers, row: int, turn: int, work: Work) -> int:
    """Points of kinds and weights of tags into the work space. Returns how many groups to visit."""
    groups = 0
    for want in range(WANTS_MAX):
        wanted = seekers.wants[row, want]
        if wanted < 0:
            continue
        for at in range(rules.near_start[wanted], rules.near_start[wanted + 1]):
            kind = unsigned(rules.near_kind[unsigned(at)])
            points = np.int32(rules.kind * wide(rules.near_percent[unsigned(at)]) // 100)
            work.percents[kind] = max(work.percents[kind], points)
            group = unsigned(rules.group[kind])
            if work.seen[group] != turn:
                work.seen[group] = turn
                work.groups[groups] = group
                groups += 1
    for at in range(seekers.tag_start[row], seekers.tag_start[row + 1]):
        work.mine[seekers.tags[at]] = rules.tag_weights[seekers.tags[at]]
    return groups


@inlined
def _put_down_wishes(rules: Rules, seekers: Seekers, row: int, work: Work) -> None:
    for want in range(WANTS_MAX):
        wanted = seekers.wants[row, want]
        if wanted >= 0:
            for at in range(rules.near_start[wanted], rules.near_start[wanted + 1]):
                work.percents[unsigned(rules.near_kind[unsigned(at)])] = OUT
    for at in range(seekers.tag_start[row], seekers.tag_start[row + 1]):
        work.mine[seekers.tags[at]] = 0


@inlined
def _segments_of_group(
    seekers: Seekers, row: int, index: OfferIndex, group: int, work: Work, count: int
) -> int:
    """Rows of cells within reach, then accepted districts and offers not bound to a place."""
    grid = index.grid
    east, north = wide(seekers.east[row]), wide(seekers.north[row])
    reach = wide(seekers.reach[row])
    west_at = max((east - reach - grid.west) // grid.cell, 0)
    east_at = min((east + reach - grid.west) // grid.cell, grid.columns - 1)
    south_at = max((north - reach - grid.south) // grid.cell, 0)
    north_at = min((north + reach - grid.south) // grid.cell, grid.rows - 1)
    if west_at <= east_at:
        for line in range(south_at, north_at + 1):
            base = (group * grid.rows + line) * grid.columns
            count = add_segment(
                work,
                count,
                wide(index.cell_start[base + west_at]),
                wide(index.cell_start[base + east_at + 1]),
                NEAR,
            )
    masks = (seekers.districts[row], seekers.districts_more[row] | ANYWHERE_BIT)
    for word in range(2):
        mask = masks[word]
        district = group * DISTRICT_PLACES + word * 64
        while mask != 0:
            if mask & np.uint64(1) != 0:
                start, end = index.district_start[district], index.district_start[district + 1]
                count = add_segment(work, count, wide(start), wide(end), BEYOND)
            mask >>= np.uint64(1)
            district += 1
    return count


@compiled
def best_offers(
    order: Ints, seekers: Seekers, index: OfferIndex, rules: Rules, keys: Int64s, slots: Ints
) -> int:
    """Put the best offers of an index into the lists of some seekers. Returns rows visited.

    ``keys`` and ``slots`` are (seekers, k) and may already hold the best of other indexes.
    """
    groups = len(index.district_start) // DISTRICT_PLACES
    segments = groups * (index.grid.rows + DISTRICT_PLACES)
    work = work_space(len(rules.group), len(rules.tag_weights), groups, segments)
    work.percents[:] = OUT
    visited = 0
    for turn in range(len(order)):
        row = wide(order[turn])
        groups = _take_up_wishes(rules, seekers, row, turn, work)
        signs = NONE_ASKED
        for at in range(seekers.tag_start[row], seekers.tag_start[row + 1]):
            signs |= np.uint64(1) << np.uint64(seekers.tags[at] % SIGNS)
        segments = 0
        for number in range(groups):
            segments = _segments_of_group(seekers, row, index, work.groups[number], work, segments)
        for number in range(segments):
            start, end, distances = work.starts[number], work.ends[number], work.distances[number]
            visited += end - start
            while start < end:
                size = min(end - start, STRETCH)
                _fixed_points(rules, seekers, row, index, start, size, distances, signs, work.fixed)
                _keep_best(
                    rules, seekers, row, index, start, size, signs, work, keys[row], slots[row]
                )
                start += size
        _put_down_wishes(rules, seekers, row, work)
    return visited
