"""Both lists in the order they are visited: by group of kinds, then by cell of a grid.

A seeker reads only the groups near to what is wanted and only the rows of cells within reach, each
row of cells one stretch of memory. Orders and pointers decide nothing: they say where to look.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from denghuo.matching.logic.columns import Offers, Seekers, take
from denghuo.matching.logic.kinds import KindTable
from denghuo.matching.logic.text import Weights
from denghuo.matching.logic.ties import tie_places
from denghuo.matching.logic.values import GRADE_MAX, METRES_MAX, WANTS_MAX, YEARS_MAX
from denghuo.matching.logic.vocabulary import ANYWHERE, Vocabulary

CELL_METRES = 32_000
CELLS_PER_ROW_MAX = 4  # pointers are not to outweigh what they point at
CELLS_LEAST = 1 << 12
DISTRICT_PLACES = ANYWHERE + 1
SIGNS = 63
NONE_ASKED = np.uint64(1 << SIGNS)
# Where the small limits of an offer stand in one word: bars, hours, schooling asked for (a bit for
# each grade below it).
HOURS_SHIFT, GRADE_SHIFT = 8, 16
ALL_GRADES = np.uint32((1 << GRADE_MAX) - 1)
# Seekers of like reach lie together, so that one who would go anywhere does not make all be read.
REACH_CLASSES = np.array([20_000, 40_000, 80_000, 160_000, 2 * METRES_MAX], np.int32)

Ints = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]


class Rules(NamedTuple):
    """Weights and relations as the kernels read them."""

    kind: int
    tags: int
    pay: int
    distance: int
    years: int
    tags_none_listed: int
    pay_span_percent: int
    pay_floor_if_none: int
    group: Ints
    near_start: Ints
    near_kind: Ints
    near_percent: Ints
    from_start: Ints
    from_kind: Ints
    from_percent: Ints
    tag_weights: Ints
    years_points: Ints  # by years had, then by years wanted


class Grid(NamedTuple):
    """Square cells over a stretch of the plane."""

    west: int
    south: int
    cell: int
    columns: int
    rows: int


class OfferIndex(NamedTuple):
    """Offers in visiting order. ``slot`` is an offer's number outside the index.

    Every offer stands here twice, first by cell, then by district: whichever way it is visited,
    rows lie one behind the other, and the processor never waits for one from afar.
    """

    slot: Ints
    kind: Ints
    east: Ints
    north: Ints
    district: npt.NDArray[np.uint8]
    pay: Ints
    pay_top: Ints
    required: npt.NDArray[np.uint64]
    required_more: npt.NDArray[np.uint64]
    grade_least: npt.NDArray[np.int8]
    years_wanted: npt.NDArray[np.int8]
    hours: npt.NDArray[np.uint8]
    bars: npt.NDArray[np.uint8]
    tag_start: Ints
    tags: npt.NDArray[np.uint16]
    tag_total: Ints
    tag_signs: npt.NDArray[np.uint64]
    tag_share: npt.NDArray[np.float32]
    terms: npt.NDArray[np.uint32]
    tie: Int64s
    grid: Grid
    cell_start: Ints
    district_start: Ints


class SeekerIndex(NamedTuple):
    """Entries of seekers in visiting order: one per seeker and group of kinds near a wish.

    ``people`` are the seekers once for each entry; ``row`` is a seeker's place in the table that
    was indexed, ``slot`` the number outside.
    """

    slot: Ints
    row: Ints
    people: Seekers
    tag_signs: npt.NDArray[np.uint64]
    tie: Int64s
    reach_classes: Ints
    grid: Grid
    group_start: Ints
    cell_start: Ints
    by_district: Ints
    district_start: Ints


def rules_for(words: Vocabulary, weights: Weights) -> Rules:
    """The figures of one text version and one vocabulary."""
    kinds = words.kinds
    return Rules(
        weights.kind,
        weights.tags,
        weights.pay,
        weights.distance,
        weights.years,
        weights.tags * weights.tags_none_listed_percent // 100,
        weights.pay_span_percent,
        weights.pay_floor_if_none_fen,
        kinds.group,
        kinds.near_start,
        kinds.near_kind,
        kinds.near_percent,
        kinds.from_start,
        kinds.from_kind,
        kinds.from_percent,
        words.tag_weights,
        _years_points(weights.years),
    )


def _years_points(most: int) -> Ints:
    had, wanted = np.arange(YEARS_MAX + 1)[:, None], np.arange(YEARS_MAX + 1)
    return np.where(had >= wanted, most, most * had // np.maximum(wanted, 1)).astype(np.int32)


def index_offers(
    offers: Offers, kinds: KindTable, tag_weights: Ints, *, seed: str | None, first_slot: int = 0
) -> OfferIndex:
    """Offers in visiting order. ``seed`` draws the lot among equals (``ties.py``)."""
    grid = _grid(offers.east, offers.north, kinds.groups)
    group = kinds.group[offers.kind]
    cell = _cells(offers.east, offers.north, grid)
    count = len(offers.ids)
    by_cell = np.lexsort((offers.kind, cell, group))
    by_district = np.lexsort((offers.kind, offers.district, group))
    order = np.concatenate([by_cell, by_district])
    sorted_offers = take(offers, order)
    wide_group = group.astype(np.int64)
    key = (wide_group * (grid.columns * grid.rows) + cell)[by_cell]
    district_key = (wide_group * DISTRICT_PLACES + offers.district)[by_district]
    weight_sum = np.zeros(len(sorted_offers.tags) + 1, np.int64)
    np.cumsum(tag_weights[sorted_offers.tags], out=weight_sum[1:])
    starts = sorted_offers.tag_start
    fields = {name: value for name, value in sorted_offers._asdict().items() if name != "ids"}
    tag_total = (weight_sum[starts[1:]] - weight_sum[starts[:-1]]).astype(np.int32)
    return OfferIndex(
        **fields,
        slot=(order + first_slot).astype(np.int32),
        tag_total=tag_total,
        tag_signs=_signs_or_none(sorted_offers),
        tag_share=np.float32(1) / np.maximum(tag_total, 1).astype(np.float32),
        terms=_terms(sorted_offers),
        tie=tie_places(sorted_offers.ids, seed),
        grid=grid,
        cell_start=_starts(key, kinds.groups * grid.columns * grid.rows),
        district_start=_starts(district_key, kinds.groups * DISTRICT_PLACES) + np.int32(count),
    )


def _terms(offers: Offers) -> npt.NDArray[np.uint32]:
    """The small limits in one word a row: fewer columns to read for every row visited."""
    grades = (np.uint32(1) << offers.grade_least.astype(np.uint32)) - np.uint32(1)
    hours = offers.hours.astype(np.uint32) << np.uint32(HOURS_SHIFT)
    terms: npt.NDArray[np.uint32] = offers.bars | hours | (grades << np.uint32(GRADE_SHIFT))
    return terms


def _tag_signs(table: Offers | Seekers) -> npt.NDArray[np.uint64]:
    """A bit for each tag, some sharing one: without a common bit there is no common tag."""
    rows = np.repeat(np.arange(len(table.ids)), np.diff(table.tag_start))
    signs = np.zeros(len(table.ids), np.uint64)
    np.bitwise_or.at(signs, rows, np.uint64(1) << (table.tags % SIGNS).astype(np.uint64))
    return signs


def _signs_or_none(offers: Offers) -> npt.NDArray[np.uint64]:
    """The last bit says that none is asked for."""
    signs = _tag_signs(offers)
    signs[np.diff(offers.tag_start) == 0] = NONE_ASKED
    return signs


def index_seekers(
    seekers: Seekers, kinds: KindTable, *, seed: str | None, first_slot: int = 0
) -> SeekerIndex:
    """Entries of seekers in visiting order, for finding who an offer is for."""
    row, group = _entries(seekers, kinds)
    classes = len(REACH_CLASSES)
    grid = _grid(seekers.east, seekers.north, kinds.groups * classes)
    size = np.searchsorted(REACH_CLASSES, seekers.reach)[row]
    cells = _cells(seekers.east, seekers.north, grid)[row]
    key = (group.astype(np.int64) * classes + size) * (grid.columns * grid.rows) + cells
    order = np.argsort(key, kind="stable")
    row, group, key = row[order], group[order], key[order]
    by_district, district_key = _accepted(seekers, row, group)
    return SeekerIndex(
        slot=(row + first_slot).astype(np.int32),
        row=row.astype(np.int32),
        people=take(seekers, row),
        tag_signs=_tag_signs(seekers)[row],
        tie=tie_places(seekers.ids, seed)[row],
        reach_classes=REACH_CLASSES,
        grid=grid,
        group_start=_starts(group.astype(np.int64), kinds.groups),
        cell_start=_starts(key, kinds.groups * classes * grid.columns * grid.rows),
        by_district=by_district.astype(np.int32),
        district_start=_starts(district_key, kinds.groups * DISTRICT_PLACES),
    )


def places_in(index: OfferIndex, first_slot: int) -> Ints:
    """Where each offer stands, a row each: by cell, then by district."""
    count = len(index.slot) // 2
    places = np.empty((count, 2), np.int32)
    places[index.slot[:count] - first_slot, 0] = np.arange(count)
    places[index.slot[count:] - first_slot, 1] = np.arange(count, 2 * count)
    return places


def shut_offers(index: OfferIndex, places: Ints) -> None:
    """Without hours nobody fits; the rows stay where the pointers expect them."""
    index.hours[places] = 0
    index.terms[places] &= ~np.uint32(0xFF << HOURS_SHIFT)


def visiting_order(seekers: Seekers, group: Ints) -> Ints:
    """Rows of seekers so that neighbours in the order read the same offers; ``group`` by kind."""
    grid = _grid(seekers.east, seekers.north, 1)
    cells = _cells(seekers.east, seekers.north, grid)
    return np.lexsort((seekers.wants[:, 0], cells, group[seekers.wants[:, 0]])).astype(np.int32)


def _entries(seekers: Seekers, kinds: KindTable) -> tuple[Int64s, Int64s]:
    """Rows and groups: each seeker once in each group that holds a kind near to a wish."""
    count = len(kinds.codes)
    wanted = np.repeat(np.arange(count), np.diff(kinds.near_start))
    pairs = np.unique(wanted.astype(np.int64) * kinds.groups + kinds.group[kinds.near_kind])
    near_groups = np.zeros(count + 1, np.int64)
    near_groups[1:] = np.cumsum(np.bincount(pairs // kinds.groups, minlength=count))
    keys = []
    for place in range(WANTS_MAX):
        rows = np.flatnonzero(seekers.wants[:, place] >= 0)
        kind = seekers.wants[rows, place]
        each = near_groups[kind + 1] - near_groups[kind]
        ends = np.cumsum(each)
        within = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - each, each)
        groups = pairs[np.repeat(near_groups[kind], each) + within] % kinds.groups
        keys.append(np.repeat(rows, each).astype(np.int64) * kinds.groups + groups)
    found = np.unique(np.concatenate(keys))
    return found // kinds.groups, found % kinds.groups


def _accepted(seekers: Seekers, row: Int64s, group: Int64s) -> tuple[Int64s, Int64s]:
    """Entries by group and accepted district, and their keys."""
    entries, keys = [], []
    for district in range(ANYWHERE):
        masks = seekers.districts if district < 64 else seekers.districts_more
        has = (masks >> np.uint64(district % 64)) & np.uint64(1) != 0
        if has.any():
            found = np.flatnonzero(has[row])
            entries.append(found)
            keys.append(group[found] * DISTRICT_PLACES + district)
    if not entries:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    entry, key = np.concatenate(entries), np.concatenate(keys)
    order = np.argsort(key, kind="stable")
    return entry[order], key[order]


def _grid(east: Ints, north: Ints, layers: int) -> Grid:
    if not len(east):
        return Grid(0, 0, CELL_METRES, 1, 1)
    west, south = int(east.min()), int(north.min())
    wide, high = int(east.max()) - west, int(north.max()) - south
    cell = CELL_METRES
    cells_max = max(CELLS_LEAST, CELLS_PER_ROW_MAX * len(east))
    while layers * (wide // cell + 1) * (high // cell + 1) > cells_max and cell < 4 * METRES_MAX:
        cell *= 2
    return Grid(west, south, cell, wide // cell + 1, high // cell + 1)


def _cells(east: Ints, north: Ints, grid: Grid) -> Int64s:
    column = (east.astype(np.int64) - grid.west) // grid.cell
    row = (north.astype(np.int64) - grid.south) // grid.cell
    return row * grid.columns + column


def _starts(sorted_keys: Int64s, count: int) -> Ints:
    return np.searchsorted(sorted_keys, np.arange(count + 1)).astype(np.int32)
