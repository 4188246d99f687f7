"""The best offers for each of some seekers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from denghuo.matching.engines.compiled import compiled, inlined
from denghuo.matching.engines.index import DISTRICT_PLACES, OfferIndex, Rules
from denghuo.matching.engines.kernels.scoring import (
    BEYOND,
    NEAR,
    SLACK,
    SLACK_METRES,
    STRETCH,
    Work,
    add_segment,
    fixed_points,
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

ANYWHERE_BIT = np.uint64(1 << (ANYWHERE - 64))  # every seeker is visited with these offers

Ints = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]


@inlined
def _score_offers(
    rules: Rules, seekers: Seekers, row: int, index: OfferIndex, work: Work, count: int,
    distances: int, keys: Int64s, slots: Ints,
) -> None:  # fmt: skip
    """Score the offers that passed the filter (positions in ``work.found``), keep the best."""
    east, north = wide(seekers.east[row]), wide(seekers.north[row])
    reach = wide(seekers.reach[row])
    lacking = ~seekers.held_more[row]
    years = wide(seekers.years[row])
    floor = wide(seekers.pay_least[row])
    if floor == 0:
        floor = wide(rules.pay_floor_if_none)
    last = len(keys) - 1
    for at in range(count):
        j = work.found[at]
        percent = work.percents[unsigned(index.kind[j])]
        to_east, to_north = wide(index.east[j]) - east, wide(index.north[j]) - north
        square = to_east * to_east + to_north * to_north
        if (
            percent == 0
            or index.required_more[j] & lacking != 0
            or (square > reach * reach) != (distances == BEYOND)
        ):
            continue
        score = fixed_points(
            rules, percent, wide(index.pay[j]), floor, square, reach, index.district[j],
            years, wide(index.years_wanted[j]),
        )  # fmt: skip
        bar = keys[last]
        if (score + rules.tags + 1) << TIE_BITS <= bar:
            continue  # not even with every tag
        score += tag_points(
            rules, wide(index.tag_total[j]), work.mine, index.tags,
            wide(index.tag_start[j]), wide(index.tag_start[j + 1]),
        )  # fmt: skip
        key = (score << TIE_BITS) | (ID_MAX - index.tie[j])
        if key > bar:
            insert(keys, slots, key, index.slot[j])


@inlined
def _filter_offers(
    seekers: Seekers, row: int, index: OfferIndex, start: int, size: int, far: bool, work: Work
) -> int:
    """Positions that pass, into ``work.found``. ``far``: whatever the distance, by district."""
    east, north, reach = seekers.east[row], seekers.north[row], seekers.reach[row]
    floor, lacking = seekers.pay_least[row], ~seekers.held[row]
    hours, grade, barred = seekers.hours[row], seekers.grade[row], seekers.barred[row]
    count = 0
    if far:
        for at in range(start, start + size):
            j = index.by_district[at]
            work.found[count] = j
            count += (
                (index.pay_top[j] >= floor)
                & ((index.required[j] & lacking) == 0)
                & ((index.hours[j] & hours) != 0)
                & (index.grade_least[j] <= grade)
                & ((index.bars[j] & barred) == 0)
            )
        return count
    wide = np.float32(reach) * np.float32(reach) * SLACK + SLACK_METRES
    passed = work.passed
    for at in range(size):
        j = unsigned(start + at)
        # Single precision holds every place on the plane to the metre.
        to_east = np.float32(index.east[j]) - np.float32(east)
        to_north = np.float32(index.north[j]) - np.float32(north)
        passed[at] = (
            (to_east * to_east + to_north * to_north <= wide)
            & (index.pay_top[j] >= floor)
            & ((index.required[j] & lacking) == 0)
            & ((index.hours[j] & hours) != 0)
            & (index.grade_least[j] <= grade)
            & ((index.bars[j] & barred) == 0)
        )
    for at in range(size):
        work.found[count] = start + at
        count += passed[at]
    return count


@inlined
def _take_up_wishes(rules: Rules, seekers: Seekers, row: int, turn: int, work: Work) -> int:
    """Percents and weights of one seeker into the work space. Returns how many groups to visit."""
    groups = 0
    for want in range(WANTS_MAX):
        wanted = seekers.wants[row, want]
        if wanted < 0:
            continue
        for at in range(rules.near_start[wanted], rules.near_start[wanted + 1]):
            kind = unsigned(rules.near_kind[unsigned(at)])
            work.percents[kind] = max(work.percents[kind], rules.near_percent[unsigned(at)])
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
                work.percents[unsigned(rules.near_kind[unsigned(at)])] = 0
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
    visited = 0
    for turn in range(len(order)):
        row = wide(order[turn])
        groups = _take_up_wishes(rules, seekers, row, turn, work)
        segments = 0
        for number in range(groups):
            segments = _segments_of_group(seekers, row, index, work.groups[number], work, segments)
        for number in range(segments):
            start, end, distances = work.starts[number], work.ends[number], work.distances[number]
            visited += end - start
            while start < end:
                size = min(end - start, STRETCH)
                count = _filter_offers(seekers, row, index, start, size, distances == BEYOND, work)
                _score_offers(
                    rules, seekers, row, index, work, count, distances, keys[row], slots[row]
                )
                start += size
        _put_down_wishes(rules, seekers, row, work)
    return visited
