"""Kinds as codes of a hierarchy, and how near one kind is to another, in percent.

A code has up to four levels (``6-18-01-02``); trailing zeros mean a broader group, which is what
an offer gets when nobody could say more. The relation is a sparse table, so that exceptions
between branches are data: a list of pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from denghuo.matching.logic.refusals import DoubledError, OutOfRangeError, UnknownWordError

LEVELS = 4
GROUP_LEVEL = 2
PERCENT = 100
Int32s = npt.NDArray[np.int32]


class RelatedKind(NamedTuple):
    """Who wants ``wanted`` may be offered ``offered``, at ``percent`` of the points."""

    wanted: str
    offered: str
    percent: int


def parts_of(code: str) -> tuple[str, ...]:
    """The significant levels of a code: ``6-18-00-00`` is ``("6", "18")``."""
    parts = code.split("-")
    while len(parts) > 1 and not parts[-1].strip("0"):
        parts.pop()
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class KindTable:
    """All kinds, by place in ``codes``, and their nearness.

    ``near_start``/``near_kind``/``near_percent``: for each wanted kind the offered kinds that are
    near enough, in rows one after the other. ``from_*`` is the same table turned round.
    ``group`` puts every kind into a block that is mostly visited together; it never decides.
    """

    codes: tuple[str, ...]
    group: Int32s
    near_start: Int32s
    near_kind: Int32s
    near_percent: Int32s
    from_start: Int32s
    from_kind: Int32s
    from_percent: Int32s
    place: Mapping[str, int] = field(repr=False)

    @property
    def groups(self) -> int:
        """How many blocks there are."""
        return int(self.group.max(initial=-1)) + 1

    def find(self, code: str) -> int:
        """The place of a code. Raises ``UnknownWordError``."""
        found = self.place.get(code)
        if found is None:
            raise UnknownWordError(word=code, listed="类别")
        return found

    def percent(self, wanted: int, offered: int) -> int:
        """How near ``offered`` is to ``wanted``; 0 means not related."""
        start, end = int(self.near_start[wanted]), int(self.near_start[wanted + 1])
        at = start + int(np.searchsorted(self.near_kind[start:end], offered))
        if at < end and int(self.near_kind[at]) == offered:
            return int(self.near_percent[at])
        return 0


def kind_table(
    codes: Sequence[str],
    shared_percent: Mapping[int, int],
    related: Iterable[RelatedKind] = (),
) -> KindTable:
    """The table of a hierarchy.

    ``shared_percent`` says how near two codes are that share so many leading levels. A wish for a
    group is met in full by everything inside it; an offer known only as a group is as near as the
    levels it shares, even to a wish for the same group. A pair of ``related`` raises, never lowers.
    """
    place = {code: at for at, code in enumerate(codes)}
    if len(place) != len(codes):
        doubled = next(code for code in codes if codes.count(code) > 1)
        raise DoubledError(name="类别", value=doubled)
    parts = [parts_of(code) for code in codes]
    near: list[dict[int, int]] = [{} for _ in codes]
    _shared(parts, shared_percent, near)
    for pair in related:
        if not 0 < pair.percent <= PERCENT:
            raise OutOfRangeError(name="相近程度", value=pair.percent, low=1, high=PERCENT)
        for code in (pair.wanted, pair.offered):
            if code not in place:
                raise UnknownWordError(word=code, listed="类别")
        row, offered = near[place[pair.wanted]], place[pair.offered]
        row[offered] = max(row.get(offered, 0), pair.percent)
    turned: list[dict[int, int]] = [{} for _ in codes]
    for wanted, row in enumerate(near):
        for offered, percent in row.items():
            turned[offered][wanted] = percent
    groups = {one: at for at, one in enumerate(sorted({part[:GROUP_LEVEL] for part in parts}))}
    group = np.array([groups[part[:GROUP_LEVEL]] for part in parts], np.int32)
    return KindTable(tuple(codes), group, *_rows(near), *_rows(turned), place)


def _shared(
    parts: Sequence[tuple[str, ...]],
    shared_percent: Mapping[int, int],
    near: Sequence[dict[int, int]],
) -> None:
    # Deeper levels come last and overwrite: two codes are as near as the deepest group they share.
    for level in sorted(level for level, percent in shared_percent.items() if percent > 0):
        members: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for at, part in enumerate(parts):
            if len(part) >= level:
                members[part[:level]].append(at)
        for inside in members.values():
            for wanted in inside:
                near[wanted].update(dict.fromkeys(inside, shared_percent[level]))
    inner = {part[:level] for part in parts for level in range(1, len(part))}
    below: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, part in enumerate(parts):
        for level in range(1, len(part) + 1):
            below[part[:level]].append(at)
    for at, part in enumerate(parts):
        for one in below[part]:
            if one != at or part not in inner:  # itself in full only when it is no group
                near[at][one] = PERCENT


def _rows(table: Sequence[Mapping[int, int]]) -> tuple[Int32s, Int32s, Int32s]:
    start = np.zeros(len(table) + 1, np.int32)
    start[1:] = np.cumsum([len(row) for row in table])
    ordered = [pair for row in table for pair in sorted(row.items())]
    flat = np.array(ordered, np.int32).reshape(-1, 2)
    return start, np.ascontiguousarray(flat[:, 0]), np.ascontiguousarray(flat[:, 1])
