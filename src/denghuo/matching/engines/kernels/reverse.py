"""The best seekers for each of some offers; and offers that arrive, put into seekers' lists."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from denghuo.matching.engines.compiled import compiled, inlined
from denghuo.matching.engines.index import DISTRICT_PLACES, SIGNS, OfferIndex, Rules, SeekerIndex
from denghuo.matching.engines.kernels.bits import count_ones
from denghuo.matching.engines.kernels.scoring import (
    ALL,
    BEYOND,
    NEAR,
    SLACK,
    SLACK_METRES,
    STRETCH,
    Work,
    add_segment,
    fixed_points,
    insert,
    quotient,
    tag_points,
    unsigned,
    wide,
    work_space,
)
from denghuo.matching.logic.ties import ID_MAX, TIE_BITS
from denghuo.matching.logic.values import WANTS_MAX
from denghuo.matching.logic.vocabulary import ANYWHERE

Ints = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]


@inlined
def _score_seekers(
    rules: Rules, index: OfferIndex, j: int, entries: SeekerIndex, work: Work, count: int,
    distances: int, arriving: bool, turn: int, most_tags: Int64s, keys: Int64s, slots: Ints,
) -> int:  # fmt: skip
    """Score the seekers that passed the filter (entries in ``work.found``), keep the best.

    ``arriving``: the offer is put into each seeker's list; otherwise seekers into the offer's.
    """
    people = entries.people
    edits = 0
    east, north = wide(index.east[j]), wide(index.north[j])
    pay, total = wide(index.pay[j]), wide(index.tag_total[j])
    years_wanted = wide(index.years_wanted[j])
    signs = index.tag_signs[j]
    last = keys.shape[1] - 1
    for at in range(count):
        entry = work.found[at]
        to_east, to_north = wide(people.east[entry]) - east, wide(people.north[entry]) - north
        square = to_east * to_east + to_north * to_north
        reach = wide(people.reach[entry])
        if distances != ALL and (square > reach * reach) != (distances == BEYOND):
            continue
        percent = wide(0)
        for want in range(WANTS_MAX):
            wanted = people.wants[entry, want]
            if wanted >= 0:
                percent = max(percent, wide(work.percents[unsigned(wanted)]))
        if percent == 0 or index.required_more[j] & ~people.held_more[entry] != 0:
            continue
        floor = wide(people.pay_least[entry])
        if floor == 0:
            floor = wide(rules.pay_floor_if_none)
        score = fixed_points(
            rules, percent, pay, floor, square, reach, index.district[j],
            wide(people.years[entry]), years_wanted,
        )  # fmt: skip
        place = wide(entries.row[entry]) if arriving else wide(turn)
        bar = keys[place, last]
        most = most_tags[unsigned(count_ones(signs & entries.tag_signs[entry]))]
        if (score + most + 1) << TIE_BITS <= bar:
            continue
        if most > 0:
            score += tag_points(
                rules, total, work.mine, people.tags,
                wide(people.tag_start[entry]), wide(people.tag_start[entry + np.uint32(1)]),
            )  # fmt: skip
        tie = index.tie[j] if arriving else entries.tie[entry]
        key = (score << TIE_BITS) | (ID_MAX - tie)
        if key > bar:
            slot = index.slot[j] if arriving else entries.slot[entry]
            insert(keys[place], slots[place], key, slot)
            edits += 1
    return edits


@inlined
def _most_tag_points(rules: Rules, index: OfferIndex, j: int, most_tags: Int64s) -> None:
    """The most that tags may make by the number of common signs, each of the largest weight."""
    total = wide(index.tag_total[j])
    if total == 0:
        most_tags[:] = rules.tags_none_listed
        return
    largest = wide(0)
    for at in range(index.tag_start[j], index.tag_start[j + 1]):
        largest = max(largest, wide(rules.tag_weights[index.tags[at]]))
    for common in range(len(most_tags)):
        most_tags[common] = quotient(rules.tags * min(common * largest, total), total)


@inlined
def _filter_seekers(
    index: OfferIndex, j: int, entries: SeekerIndex, start: int, size: int, distances: int,
    work: Work,
) -> int:  # fmt: skip
    """Entries that pass, into ``work.found``; by district when about those beyond reach."""
    people = entries.people
    east, north = np.float32(index.east[j]), np.float32(index.north[j])
    pay_top, required = index.pay_top[j], index.required[j]
    hours, grade, bars = index.hours[j], index.grade_least[j], index.bars[j]
    count = 0
    if distances == BEYOND:
        for at in range(start, start + size):
            entry = unsigned(entries.by_district[unsigned(at)])
            work.found[count] = entry
            count += (
                (people.pay_least[entry] <= pay_top)
                & ((required & ~people.held[entry]) == 0)
                & ((hours & people.hours[entry]) != 0)
                & (people.grade[entry] >= grade)
                & ((bars & people.barred[entry]) == 0)
            )
        return count
    anywhere = distances == ALL
    passed = work.passed
    for at in range(size):
        entry = unsigned(start + at)
        to_east = np.float32(people.east[entry]) - east
        to_north = np.float32(people.north[entry]) - north
        reach = np.float32(people.reach[entry])
        near = to_east * to_east + to_north * to_north <= reach * reach * SLACK + SLACK_METRES
        passed[at] = (
            (near | anywhere)
            & (people.pay_least[entry] <= pay_top)
            & ((required & ~people.held[entry]) == 0)
            & ((hours & people.hours[entry]) != 0)
            & (people.grade[entry] >= grade)
            & ((bars & people.barred[entry]) == 0)
        )
    for at in range(size):
        work.found[count] = start + at
        count += passed[at]
    return count


@inlined
def _segments_of_offer(
    rules: Rules, index: OfferIndex, j: int, entries: SeekerIndex, work: Work
) -> int:
    """By class of reach the rows of cells from which it is in reach, then who accepts its district.

    An offer not bound to a place is for everybody in its group.
    """
    grid = entries.grid
    group = wide(rules.group[index.kind[j]])
    if index.district[j] == ANYWHERE:
        start, end = entries.group_start[group], entries.group_start[group + 1]
        return add_segment(work, 0, wide(start), wide(end), ALL)
    east, north = wide(index.east[j]), wide(index.north[j])
    classes = len(entries.reach_classes)
    count = 0
    for size in range(classes):
        reach = wide(entries.reach_classes[size])
        west_at = max((east - reach - grid.west) // grid.cell, 0)
        east_at = min((east + reach - grid.west) // grid.cell, grid.columns - 1)
        south_at = max((north - reach - grid.south) // grid.cell, 0)
        north_at = min((north + reach - grid.south) // grid.cell, grid.rows - 1)
        if west_at > east_at:
            continue
        for line in range(south_at, north_at + 1):
            base = ((group * classes + size) * grid.rows + line) * grid.columns
            count = add_segment(
                work,
                count,
                wide(entries.cell_start[base + west_at]),
                wide(entries.cell_start[base + east_at + 1]),
                NEAR,
            )
    base = group * DISTRICT_PLACES + wide(index.district[j])
    start, end = entries.district_start[base], entries.district_start[base + 1]
    return add_segment(work, count, wide(start), wide(end), BEYOND)


@compiled
def best_seekers(
    positions: Ints, index: OfferIndex, entries: SeekerIndex, rules: Rules, arriving: bool,
    keys: Int64s, slots: Ints,
) -> int:  # fmt: skip
    """Put the best seekers into the lists of some offers, or the offers into seekers' lists.

    ``positions`` are places in the index. With ``arriving`` the lists are the seekers' (a row
    each) and take offer slots; otherwise they are the offers' (a row for each of ``positions``)
    and take seeker slots. Returns how many entries were put in.
    """
    segments = len(entries.reach_classes) * entries.grid.rows + 1
    work = work_space(len(rules.group), len(rules.tag_weights), 1, segments)
    most_tags = np.empty(SIGNS + 2, np.int64)
    edits = 0
    for turn in range(len(positions)):
        j = wide(positions[turn])
        kind = index.kind[j]
        for at in range(rules.from_start[kind], rules.from_start[kind + 1]):
            work.percents[rules.from_kind[at]] = rules.from_percent[at]
        for at in range(index.tag_start[j], index.tag_start[j + 1]):
            work.mine[index.tags[at]] = rules.tag_weights[index.tags[at]]
        _most_tag_points(rules, index, j, most_tags)
        segments = _segments_of_offer(rules, index, j, entries, work)
        for number in range(segments):
            start, end, distances = work.starts[number], work.ends[number], work.distances[number]
            while start < end:
                size = min(end - start, STRETCH)
                count = _filter_seekers(index, j, entries, start, size, distances, work)
                edits += _score_seekers(
                    rules, index, j, entries, work, count, distances, arriving, turn,
                    most_tags, keys, slots,
                )  # fmt: skip
                start += size
        for at in range(rules.from_start[kind], rules.from_start[kind + 1]):
            work.percents[rules.from_kind[at]] = 0
        for at in range(index.tag_start[j], index.tag_start[j + 1]):
            work.mine[index.tags[at]] = 0
    return edits
