"""The arithmetic of the audit chain: what is hashed, and where a chain is broken.

Each row's hash covers its own content and the hash of the row before it, so that no row can
be edited, left out, put in or moved without every later hash changing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

JsonValue = (
    str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"] | tuple[str, ...]
)
FIRST_PREVIOUS = "0" * 64
FIRST_SEQ = 1


@dataclass(frozen=True, slots=True)
class ChainRow:
    """One audit row as it is hashed. ``detail`` is canonical JSON text."""

    seq: int
    at: datetime
    actor: str
    acting_for: str
    mandate: str
    action: str
    subject: str
    entity: str
    detail: str
    previous: str


BreakKind = Literal["edited", "missing", "relinked", "head_differs", "truncated"]


@dataclass(frozen=True, slots=True)
class Break:
    """The first row at which the chain does not hold, and how."""

    seq: int
    kind: BreakKind


def canonical_json(value: object) -> str:
    """One text for one value: sorted keys, no blanks, characters as they are."""
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def hash_of(row: ChainRow) -> str:
    """SHA-256 over the canonical JSON of the row, hex."""
    content: Mapping[str, object] = {
        "seq": row.seq,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": row.actor,
        "acting_for": row.acting_for,
        "mandate": row.mandate,
        "action": row.action,
        "subject": row.subject,
        "entity": row.entity,
        "detail": row.detail,
        "previous": row.previous,
    }
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def first_break(rows: Iterable[tuple[ChainRow, str]], *, heads: Mapping[int, str]) -> Break | None:
    """Walk rows in order of ``seq`` (each with its stored hash) and name the first break.

    ``heads`` are hashes kept outside the database, by ``seq``: they betray a chain that was
    cut short or rewritten whole, which no look at the chain alone can.
    """
    last = 0
    for outcome in _walk(rows, heads):
        if isinstance(outcome, Break):
            return outcome
        last = outcome
    beyond = [seq for seq in heads if seq > last]
    return Break(last + 1, "truncated") if beyond else None


def _walk(rows: Iterable[tuple[ChainRow, str]], heads: Mapping[int, str]) -> Iterator[int | Break]:
    previous = FIRST_PREVIOUS
    expected = FIRST_SEQ
    for row, stored in rows:
        if row.seq != expected:
            yield Break(expected, "missing")
            return
        if row.previous != previous:
            yield Break(row.seq, "relinked")
            return
        if hash_of(row) != stored:
            yield Break(row.seq, "edited")
            return
        if heads.get(row.seq, stored) != stored:
            yield Break(row.seq, "head_differs")
            return
        previous = stored
        expected += 1
        yield row.seq
