"""Both lists as columns: what the kernels read, and nothing else.

Whole numbers of fixed width throughout. An offer or seeker is a row; ``ids`` are the caller's.
``OFFER_COLUMNS`` and ``SEEKER_COLUMNS`` are closed: what is not named there is not in a match.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from denghuo.matching.logic.refusals import (
    DoubledError,
    NothingWantedError,
    OutOfRangeError,
    TooManyError,
)
from denghuo.matching.logic.ties import ID_MAX
from denghuo.matching.logic.values import (
    GRADE_MAX,
    METRES_MAX,
    PAY_MAX_FEN,
    WANTS_MAX,
    YEARS_MAX,
    Offer,
    Seeker,
)
from denghuo.matching.logic.vocabulary import ANYWHERE, Vocabulary

PAY_NOT_SAID = -1
PAY_TOP_NOT_SAID = np.iinfo(np.int32).max
_WORD = 64
TAGS_PER_ROW_MAX = 64

Ints = npt.NDArray[np.int32]
Smalls = npt.NDArray[np.int8]
Bits = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]


class Offers(NamedTuple):
    """Columns of offers; ``tag_start`` has one entry more than there are rows."""

    ids: npt.NDArray[np.int64]
    kind: Ints
    east: Ints
    north: Ints
    district: Bits
    pay: Ints
    pay_top: Ints
    required: Words
    required_more: Words
    grade_least: Smalls
    years_wanted: Smalls
    hours: Bits
    bars: Bits
    tag_start: Ints
    tags: npt.NDArray[np.uint16]


class Seekers(NamedTuple):
    """Columns of seekers; ``wants`` has three places a row, -1 where there is none."""

    ids: npt.NDArray[np.int64]
    wants: Ints
    east: Ints
    north: Ints
    reach: Ints
    districts: Words
    districts_more: Words
    pay_least: Ints
    held: Words
    held_more: Words
    grade: Smalls
    years: Smalls
    hours: Bits
    barred: Bits
    tag_start: Ints
    tags: npt.NDArray[np.uint16]


OFFER_COLUMNS = Offers._fields
SEEKER_COLUMNS = Seekers._fields
Table = TypeVar("Table", Offers, Seekers)


def offer_columns(offers: Sequence[Offer], words: Vocabulary) -> Offers:
    """Offers as columns. Raises a refusal for the first value that does not fit."""
    _check_ids([one.id for one in offers])
    for one in offers:
        _check_offer(one)
    tag_start, tags = _tags([words.tags.places(one.tags) for one in offers])
    required = [_mask(words.certificates.places(one.required)) for one in offers]
    return Offers(
        np.array([one.id for one in offers], np.int64),
        np.array([words.kinds.find(one.kind) for one in offers], np.int32),
        np.array([one.east_metres for one in offers], np.int32),
        np.array([one.north_metres for one in offers], np.int32),
        np.array(
            [
                ANYWHERE if one.district is None else words.districts.find(one.district)
                for one in offers
            ],
            np.uint8,
        ),
        np.array(
            [PAY_NOT_SAID if one.pay_fen is None else one.pay_fen for one in offers], np.int32
        ),
        np.array(
            [PAY_TOP_NOT_SAID if one.pay_top_fen is None else one.pay_top_fen for one in offers],
            np.int32,
        ),
        *_two_words(required),
        np.array([one.grade_least for one in offers], np.int8),
        np.array([one.years_wanted for one in offers], np.int8),
        np.array([_mask(words.hours.places(one.hours)) for one in offers], np.uint8),
        np.array([_mask(words.bars.places(one.bars)) for one in offers], np.uint8),
        tag_start,
        tags,
    )


def seeker_columns(seekers: Sequence[Seeker], words: Vocabulary) -> Seekers:
    """Seekers as columns. Raises a refusal for the first value that does not fit."""
    _check_ids([one.id for one in seekers])
    for one in seekers:
        _check_seeker(one)
    tag_start, tags = _tags([words.tags.places(one.tags) for one in seekers])
    wants = np.full((len(seekers), WANTS_MAX), -1, np.int32)
    for row, one in enumerate(seekers):
        found = list(dict.fromkeys(words.kinds.find(code) for code in one.wants))
        wants[row, : len(found)] = found
    return Seekers(
        np.array([one.id for one in seekers], np.int64),
        wants,
        np.array([one.east_metres for one in seekers], np.int32),
        np.array([one.north_metres for one in seekers], np.int32),
        np.array([one.reach_metres for one in seekers], np.int32),
        *_two_words([_mask(words.districts.places(one.districts)) for one in seekers]),
        np.array([one.pay_least_fen for one in seekers], np.int32),
        *_two_words([_mask(words.certificates.places(one.held)) for one in seekers]),
        np.array([one.grade for one in seekers], np.int8),
        np.array([one.years for one in seekers], np.int8),
        np.array([_mask(words.hours.places(one.hours)) for one in seekers], np.uint8),
        np.array([_mask(words.bars.places(one.barred)) for one in seekers], np.uint8),
        tag_start,
        tags,
    )


def take(table: Table, rows: npt.NDArray[np.int64]) -> Table:
    """Some rows, in the order given."""
    begin = table.tag_start[rows].astype(np.int64)
    counts = table.tag_start[rows + 1] - begin
    tag_start = np.zeros(len(rows) + 1, np.int32)
    tag_start[1:] = np.cumsum(counts)
    within = np.arange(int(tag_start[-1])) - np.repeat(tag_start[:-1].astype(np.int64), counts)
    tags = table.tags[np.repeat(begin, counts) + within]
    plain = {
        name: column[rows]
        for name, column in table._asdict().items()
        if name not in {"tag_start", "tags"}
    }
    return type(table)(**plain, tag_start=tag_start, tags=tags)


def join(tables: Sequence[Table]) -> Table:
    """Several tables one after the other."""
    first = tables[0]
    ends = np.cumsum([0, *(int(one.tag_start[-1]) for one in tables)])
    starts: list[Ints] = [
        one.tag_start[:-1] + end for one, end in zip(tables, ends[:-1].tolist(), strict=True)
    ]
    plain = {
        name: np.concatenate([getattr(one, name) for one in tables])
        for name in first._fields
        if name != "tag_start"
    }
    tag_start = np.concatenate([*starts, ends[-1:]]).astype(np.int32)
    return type(first)(**plain, tag_start=tag_start)


def digest(table: Offers | Seekers) -> str:
    """SHA-256 of every column: equal digests are equal input, byte for byte."""
    whole = hashlib.sha256()
    for name, column in table._asdict().items():
        whole.update(f"{name}:{column.dtype.str}:{column.shape}\n".encode())
        whole.update(np.ascontiguousarray(column).tobytes())
    return whole.hexdigest()


def _mask(places: Iterable[int]) -> int:
    return sum(1 << place for place in places)


def _two_words(masks: Sequence[int]) -> tuple[Words, Words]:
    low = (1 << _WORD) - 1
    return (
        np.array([mask & low for mask in masks], np.uint64),
        np.array([mask >> _WORD for mask in masks], np.uint64),
    )


def _tags(rows: Sequence[Sequence[int]]) -> tuple[Ints, npt.NDArray[np.uint16]]:
    for row in rows:
        if len(row) > TAGS_PER_ROW_MAX:
            raise TooManyError(name="技能", most=TAGS_PER_ROW_MAX, count=len(row))
    start = np.zeros(len(rows) + 1, np.int32)
    start[1:] = np.cumsum([len(row) for row in rows])
    return start, np.array([tag for row in rows for tag in row], np.uint16)


def _check_ids(ids: Sequence[int]) -> None:
    seen: set[int] = set()
    for one in ids:
        _check("编号", one, 0, ID_MAX)
        if one in seen:
            raise DoubledError(name="编号", value=one)
        seen.add(one)


def _check(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise OutOfRangeError(name=name, value=value, low=low, high=high)


def _check_offer(one: Offer) -> None:
    _check("东向坐标", one.east_metres, -METRES_MAX, METRES_MAX)
    _check("北向坐标", one.north_metres, -METRES_MAX, METRES_MAX)
    _check("学历要求", one.grade_least, 0, GRADE_MAX)
    _check("要求年限", one.years_wanted, 0, YEARS_MAX)
    if one.pay_fen is not None:
        _check("待遇", one.pay_fen, 0, PAY_MAX_FEN)
    if one.pay_top_fen is not None:
        _check("最高待遇", one.pay_top_fen, one.pay_fen or 0, PAY_MAX_FEN)


def _check_seeker(one: Seeker) -> None:
    if not one.wants:
        raise NothingWantedError
    if len(set(one.wants)) > WANTS_MAX:
        raise TooManyError(name="想找的", most=WANTS_MAX, count=len(set(one.wants)))
    _check("东向坐标", one.east_metres, -METRES_MAX, METRES_MAX)
    _check("北向坐标", one.north_metres, -METRES_MAX, METRES_MAX)
    _check("可接受的距离", one.reach_metres, 1, 2 * METRES_MAX)
    _check("最低待遇", one.pay_least_fen, 0, PAY_MAX_FEN)
    _check("学历", one.grade, 0, GRADE_MAX)
    _check("年限", one.years, 0, YEARS_MAX)
