"""The best offers for each of some seekers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from denghuo.matching.engines.compiled import compiled, inlined
from denghuo.matching.engines.index import (
    ALL_GRADES,
    DISTRICT_PLACES,
    GRADE_SHIFT,
    HOURS_SHIFT,
    NONE_ASKED,
    SIGNS,
    OfferIndex,
    Rules,
)
from denghuo.matching.engines.kernels.bits import count_ones
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

# Below every score by more than any points make good, also when three limits are not met.
OUT = np.int32(-100_000)
ANYWHERE_BIT = np.uint64(1 << (ANYWHERE - 64))  # every seeker is visited with these offers
# A row of the buffer: the most it may score, what it scores without tags, where it stands.
MOST_SHIFT, FIXED_SHIFT = 42, 32
FIXED_BITS, PLACE_BITS = (1 << 10) - 1, (1 << 32) - 1
BUFFER = 2 * STRETCH
BIN_SHIFT, BINS = 3, 128
ROUNDING = np.float32(0.01)  # above what single precision may lose below 1,000 points

Ints = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]


class Fitting(NamedTuple):
    """Work space of one thread: the points of a stretch, and the rows that may come into a list."""

    most_tags: Ints
    rows: Int64s
    buffer: Int64s
    counts: Ints


@inlined
def _fitting_space() -> Fitting:
    return Fitting(
        np.empty(STRETCH, np.int32),
        np.empty(STRETCH, np.int64),
        np.empty(BUFFER, np.int64),
        np.empty(BINS, np.int32),
    )


@inlined
def _distance_points(
    rules: Rules, seekers: Seekers, row: int, index: OfferIndex, start: int, size: int,
    distances: int, fixed: Ints,
) -> None:  # fmt: skip
    """The limit of place and the points for distance, of rows that lie one behind the other.

    These loops read few columns each and look nothing up from afar: only such become vector
    instructions. A quotient is a product with the inverse: half a unit is added to the whole
    numerator, so that what is lost in double precision never crosses a whole number.
    """
    east, north = np.float64(seekers.east[row]), np.float64(seekers.north[row])
    reach = np.float64(seekers.reach[row])
    square_most, inverse = reach * reach, 1.0 / max(reach, 1.0)
    most, beyond = np.float64(rules.distance), distances == BEYOND
    for at in range(size):
        j = unsigned(start + at)
        to_east = np.float64(index.east[j]) - east
        to_north = np.float64(index.north[j]) - north
        square = to_east * to_east + to_north * to_north
        left = max(reach - np.floor(np.sqrt(square)), 0.0)
        points = np.int32((most * left + 0.5) * inverse)
        if index.district[j] == ANYWHERE:
            points = np.int32(rules.distance)
        fixed[at] = points if (square > square_most) == beyond else OUT


@inlined
def _pay_points(
    rules: Rules, seekers: Seekers, row: int, index: OfferIndex, start: int, size: int, fixed: Ints
) -> None:
    """All other limits and the points for pay, added."""
    least, lacking = seekers.pay_least[row], ~seekers.held[row]
    lacking_more = ~seekers.held_more[row]
    hours = np.uint32(seekers.hours[row]) << np.uint32(HOURS_SHIFT)
    grades = ALL_GRADES & ~((np.uint32(1) << np.uint32(seekers.grade[row])) - np.uint32(1))
    barred = np.uint32(seekers.barred[row]) | (grades << np.uint32(GRADE_SHIFT))
    floor = wide(least)
    if floor == 0:
        floor = wide(rules.pay_floor_if_none)
    span = np.float64(max(wide(1), floor * rules.pay_span_percent // 100))
    base, most, inverse = np.float64(floor), np.float64(rules.pay), 1.0 / span
    for at in range(size):
        j = unsigned(start + at)
        gain = min(max(np.float64(index.pay[j]) - base, 0.0), span)  # not said is -1
        lacks = (index.required[j] & lacking) | (index.required_more[j] & lacking_more)
        terms = index.terms[j]
        fits = (
            (index.pay_top[j] >= least)
            & (lacks == 0)
            & ((terms & hours) != 0)
            & ((terms & barred) == 0)
        )
        fixed[at] += np.int32((most * gain + 0.5) * inverse) if fits else OUT


@inlined
def _kind_points(
    index: OfferIndex, start: int, size: int, percents: Ints, years_points: Ints, fixed: Ints
) -> None:
    for at in range(size):
        j = unsigned(start + at)
        years = years_points[unsigned(index.years_wanted[j])]
        fixed[at] += percents[unsigned(index.kind[j])] + years


@inlined
def _most_tag_points(
    rules: Rules, index: OfferIndex, start: int, size: int, signs: np.uint64, largest: np.int32,
    most_tags: Ints,
) -> None:  # fmt: skip
    """The most that tags may make, were every common sign a common tag of the largest weight."""
    tags = np.float32(rules.tags)
    each = tags * np.float32(largest)
    for at in range(size):
        j = unsigned(start + at)
        common = np.float32(count_ones(index.tag_signs[j] & signs))
        most_tags[at] = np.int32(min(tags, each * common * index.tag_share[j] + ROUNDING))


@inlined
def _collect(start: int, size: int, least: int, work: Work, space: Fitting, count: int) -> int:
    """Rows that may still come into the list go into the buffer. Returns how many it has now."""
    for at in range(size):
        fixed = wide(work.fixed[at])
        most = fixed + wide(space.most_tags[at])
        low = ((fixed & FIXED_BITS) << FIXED_SHIFT) | wide(start + at)
        space.rows[at] = (most << MOST_SHIFT) | low
    bar = least << MOST_SHIFT
    for at in range(size):
        space.buffer[count] = space.rows[at]
        count += space.rows[at] >= bar
    return count


@inlined
def _least_for_list(space: Fitting, count: int, k: int) -> int:
    """Points that ``k`` rows of the buffer have even without tags, or somewhat less."""
    counts = space.counts
    counts[:] = 0
    for at in range(count):
        counts[unsigned((space.buffer[at] >> (FIXED_SHIFT + BIN_SHIFT)) & (BINS - 1))] += 1
    left, place = k, BINS - 1
    while place > 0:
        left -= counts[place]
        if left <= 0:
            break
        place -= 1
    return wide(place << BIN_SHIFT)


@inlined
def _keep_best(
    rules: Rules, index: OfferIndex, work: Work, space: Fitting, count: int, keys: Int64s,
    slots: Ints,
) -> None:  # fmt: skip
    """The whole score of what the buffer holds, and into the list. Tags are read only here."""
    last = len(keys) - 1
    bar = keys[last]
    least = max(bar >> TIE_BITS, 0)
    if count > last:
        sure = _least_for_list(space, count, last + 1)
        if sure > least:
            least = sure
            bar = (sure << TIE_BITS) - 1
    for at in range(count):
        row = space.buffer[at]
        most = row >> MOST_SHIFT
        if most < least:
            continue
        score = (row >> FIXED_SHIFT) & FIXED_BITS
        j = unsigned(row & PLACE_BITS)
        if most > score:
            score += tag_points(
                rules, wide(index.tag_total[j]), work.mine, index.tags,
                wide(index.tag_start[j]), wide(index.tag_start[j + np.uint64(1)]),
            )  # fmt: skip
        key = (score << TIE_BITS) | (ID_MAX - index.tie[j])
        if key > bar:
            insert(keys, slots, key, index.slot[j])
            bar = max(bar, keys[last])
            least = bar >> TIE_BITS


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


@inlined
def _signs_of(rules: Rules, seekers: Seekers, row: int) -> tuple[np.uint64, np.int32]:
    """The signs of all tags had, and their largest weight."""
    signs, largest = NONE_ASKED, np.int32(1)
    for at in range(seekers.tag_start[row], seekers.tag_start[row + 1]):
        signs |= np.uint64(1) << np.uint64(seekers.tags[at] % SIGNS)
        largest = max(largest, rules.tag_weights[seekers.tags[at]])
    return signs, largest


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
    space = _fitting_space()
    work.percents[:] = OUT
    last = keys.shape[1] - 1
    visited = 0
    for turn in range(len(order)):
        row = wide(order[turn])
        groups = _take_up_wishes(rules, seekers, row, turn, work)
        signs, largest = _signs_of(rules, seekers, row)
        years_points = rules.years_points[seekers.years[row]]
        segments = 0
        for number in range(groups):
            segments = _segments_of_group(seekers, row, index, work.groups[number], work, segments)
        least, count = max(keys[row, last] >> TIE_BITS, 0), 0
        for number in range(segments):
            start, end, distances = work.starts[number], work.ends[number], work.distances[number]
            visited += end - start
            while start < end:
                size = min(end - start, STRETCH)
                if count + size > BUFFER:
                    _keep_best(rules, index, work, space, count, keys[row], slots[row])
                    least, count = max(keys[row, last] >> TIE_BITS, 0), 0
                fixed = work.fixed
                _distance_points(rules, seekers, row, index, start, size, distances, fixed)
                _pay_points(rules, seekers, row, index, start, size, fixed)
                _kind_points(index, start, size, work.percents, years_points, fixed)
                _most_tag_points(rules, index, start, size, signs, largest, space.most_tags)
                count = _collect(start, size, least, work, space, count)
                start += size
        _keep_best(rules, index, work, space, count, keys[row], slots[row])
        _put_down_wishes(rules, seekers, row, work)
    return visited
