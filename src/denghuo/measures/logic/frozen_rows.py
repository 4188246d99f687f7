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

from denghuo.kernel.counted import CountedRow
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
    return _digest(json.dumps(said, sort_keys=True, ensure_ascii=False))


def rows_digest(rows: Iterable[CountedRow]) -> str:
    """One digest over what the rows say, in any order; labels are left out."""
    lines = sorted(json.dumps(_stored(row), ensure_ascii=False) for row in rows)
    return _digest("\n".join(lines))


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


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
