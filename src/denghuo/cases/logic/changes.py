"""What is new of a subject's cases since a program last asked: nothing lost, nothing twice.

A mark that were only an instant would lose steps: one that began earlier may be written later.
So the mark says of each case how far it was told, and forgets the cases again once no step of
that age can still be written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

# No step is written later than this after the instant it carries.
LATEST = timedelta(days=1)


class NotChangesMarkError(ValueError):
    """Not what ``Mark.as_json`` gave."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the reader was told. Steps dated before ``since`` were all told; of the others,
    those up to ``told[case]``. Without ``since`` nothing was told yet."""

    since: datetime | None = None
    told: Mapping[UUID, int] = field(default_factory=dict)

    def as_json(self) -> list[Any]:
        """As it travels."""
        since = self.since.isoformat() if self.since else None
        return [since, {case.hex: seq for case, seq in self.told.items()}]

    @classmethod
    def from_json(cls, value: object) -> Mark:
        """Back. Raises ``NotChangesMarkError``."""
        if not isinstance(value, list) or len(value) != 2:
            raise NotChangesMarkError
        try:
            moment = None if value[0] is None else datetime.fromisoformat(value[0])
            found = {UUID(case): seq for case, seq in value[1].items()}
        except (TypeError, ValueError, AttributeError):
            raise NotChangesMarkError from None
        if moment is not None and moment.tzinfo is None:
            raise NotChangesMarkError
        if not all(type(seq) is int and 0 <= seq < 2**31 for seq in found.values()):
            raise NotChangesMarkError
        return cls(moment, found)


@dataclass(frozen=True, slots=True)
class Dated:
    """One step: its case, its place in it, the instant it carries."""

    case: UUID
    seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class News:
    """The steps to tell, by case in their order, the mark to come back with, and whether there
    is more now."""

    steps: tuple[Dated, ...]
    mark: Mark
    more: bool


def news(steps: Sequence[Dated], mark: Mark, *, limit: int, now: datetime) -> News:
    """``steps``: those dated at or after ``mark.since``, all of them, in any order."""
    fresh = sorted(
        (one for one in steps if one.seq > mark.told.get(one.case, 0)),
        key=lambda one: (one.case, one.seq),
    )
    ranks = _ranks(fresh)
    fresh.sort(key=lambda one: (ranks[one.case, one.seq], one.case, one.seq))
    some = fresh[:limit]
    told = dict(mark.told)
    for one in some:
        told[one.case] = max(one.seq, told.get(one.case, 0))
    if len(some) < len(fresh):
        return News(tuple(some), Mark(mark.since, told), more=True)
    since = max(now - LATEST, mark.since) if mark.since else now - LATEST
    live = {one.case for one in steps if one.at >= since}
    kept = {case: seq for case, seq in told.items() if case in live}
    return News(tuple(some), Mark(since, kept), more=False)


def _ranks(ordered: Sequence[Dated]) -> dict[tuple[UUID, int], datetime]:
    """When each may be told: not before what came before it in its own case."""
    latest: dict[UUID, datetime] = {}
    found = {}
    for one in ordered:
        latest[one.case] = max(one.at, latest.get(one.case, one.at))
        found[one.case, one.seq] = latest[one.case]
    return found
