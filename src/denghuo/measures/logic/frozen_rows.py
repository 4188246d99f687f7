"""The rows behind a frozen figure: packed, digested, compared with today's."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from typing import Any

from denghuo.kernel.counted import Counted, CountedRow
from denghuo.measures.logic.definition import MeasureDefinition

ROWS_PER_BLOCK = 5_000


@dataclass(frozen=True, slots=True)
class FrozenBlock:
    """A piece of the rows, packed for the database."""

    number: int
    rows: int
    packed: bytes


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of a frozen figure's rows: those that came since, those that went, those that
    say another amount or another answer now."""

    came: tuple[CountedRow, ...]
    went: tuple[CountedRow, ...]
    changed: tuple[tuple[CountedRow, CountedRow], ...]

    def __bool__(self) -> bool:
        return bool(self.came or self.went or self.changed)


def query_digest(definition: MeasureDefinition, version: int) -> str:
    """What the figure was counted by: unit, query, its parameters, its version."""
    said = {
        "unit": definition.unit.code,
        "query": definition.query,
        "params": dict(definition.params),
        "version": version,
    }
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


class RowsTally:
    """Counts and digests rows as they pass, so that a season's million need no list."""

    def __init__(self) -> None:
        self._rows = self._amount_fen = self._met = 0
        self._subjects: set[str] = set()
        self._hash = hashlib.sha256()

    def passing(self, rows: Iterable[CountedRow]) -> Iterator[CountedRow]:
        """The same rows, counted on their way."""
        for row in rows:
            self._rows += 1
            self._amount_fen += row.amount_fen or 0
            self._met += bool(row.met)
            if row.subject:
                self._subjects.add(row.subject)
            self._hash.update(json.dumps(_stored(row), ensure_ascii=False).encode() + b"\n")
            yield row

    @property
    def counted(self) -> Counted:
        """The figure of what has passed."""
        return Counted(self._rows, len(self._subjects), self._amount_fen, self._met)

    @property
    def digest(self) -> str:
        """One digest over what has passed, in its order; labels are left out."""
        return self._hash.hexdigest()


def rows_digest(rows: Iterable[CountedRow]) -> str:
    """The digest of rows in their order."""
    tally = RowsTally()
    for _row_passed in tally.passing(rows):
        pass
    return tally.digest


def pack(rows: Iterable[CountedRow]) -> Iterator[FrozenBlock]:
    """The rows in pieces. Labels are not kept: a name may be corrected or forgotten, a
    reference stays."""
    source, number = iter(rows), 0
    while block := [_stored(row) for row in islice(source, ROWS_PER_BLOCK)]:
        text = json.dumps(block, ensure_ascii=False, separators=(",", ":"))
        yield FrozenBlock(number, len(block), zlib.compress(text.encode()))
        number += 1


def unpack(packed: bytes) -> tuple[CountedRow, ...]:
    """The rows of one piece."""
    return tuple(_row(one) for one in json.loads(zlib.decompress(packed)))


def difference(then: Iterable[CountedRow], now: Iterable[CountedRow]) -> Difference:
    """What changed between the frozen rows and today's."""
    before, after = {row.key: row for row in then}, {row.key: row for row in now}
    return Difference(
        came=tuple(row for key, row in after.items() if key not in before),
        went=tuple(row for key, row in before.items() if key not in after),
        changed=tuple(
            (row, after[key])
            for key, row in before.items()
            if key in after and _stored(row) != _stored(after[key])
        ),
    )


def _stored(row: CountedRow) -> list[Any]:
    said = asdict(row)
    return [
        said["key"], said["subject"], said["area"], row.day.isoformat(), said["amount_fen"],
        said["met"],
    ]  # fmt: skip


def _row(one: list[Any]) -> CountedRow:
    key, subject, area, day, amount_fen, met = one
    return CountedRow(key, subject, area, date.fromisoformat(day), amount_fen, met)
