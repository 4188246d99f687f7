"""Post entries and reverse them.

One INSERT writes a whole entry: the database checks it, makes its postings and moves its
balances (``models/laws.py``). So posting is one INSERT and one audit row, for one entry as for
five hundred.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction

from denghuo.ledger.access import EntryNotFoundError
from denghuo.ledger.actions.refusals import (
    LedgerKeyReusedError,
    ReversalOfReversalError,
    ReversedTwiceError,
    explain,
)
from denghuo.ledger.logic.entries import (
    REVERSAL,
    Line,
    NewEntry,
    NewReversal,
    debits_first,
    demand_words,
    mirrored,
    write_lines,
)
from denghuo.ledger.queries.entries import EntryView, entries_by_id, entries_by_key
from denghuo.platform.public import Actor, record_audit, take_audit_turn

ENTRIES_MAX = 20_000
_CHUNK = 500
_COLUMNS = "key, kind, booked_on, posted_at, about, memo, lines, reverses_id, made_by"  # of _values
_ROW = "(" + ", ".join(["%s"] * 9) + ")"


@dataclass(slots=True)  # not frozen: that doubles the price of making one
class _Row:
    """An entry ready to be written."""

    key: str
    kind: str
    on: date
    about: str
    memo: str
    written: str
    lines: tuple[Line, ...]
    reverses: int | None = None

    def same_as(self, view: EntryView) -> bool:
        """Whether a posted entry says the same: then this is a retry."""
        return (self.kind, self.on, self.about, self.memo, self.reverses) == (
            view.kind,
            view.booked_on,
            view.about,
            view.memo,
            view.reverses,
        ) and self.written == write_lines(view.lines)


def post(
    *,
    actor: Actor,
    key: str,
    kind: str,
    lines: Sequence[Line],
    about: str,
    on: date,
    memo: str = "",
    now: datetime,
) -> EntryView:
    """Post one entry; the same key with the same content gives the first entry back.

    ``lines`` (2 to 200, each account once) are fen, debit above zero, credit below, and sum to
    zero. ``on`` is the day it counts for. Raises ``LedgerKeyReusedError`` for a key with other
    content, ``UnbalancedEntryError`` and its like for lines that are no entry,
    ``NoSuchAccountError``, ``AccountClosedError``, ``BelowFloorError``.
    """
    entry = NewEntry(key, kind, tuple(lines), about, on, memo)
    return _post_rows(actor, [_row(entry)], now, action="ledger.post")[0]


def post_many(*, actor: Actor, entries: Sequence[NewEntry], now: datetime) -> list[EntryView]:
    """Post up to 20,000 entries in one transaction with one audit row: all or none.

    Those whose key was posted with the same content before are given back as they stand.
    Raises what ``post`` raises.
    """
    return _post_rows(actor, [_row(entry) for entry in entries], now, action="ledger.post_many")


def reverse_entry(
    *, actor: Actor, entry_id: int, key: str, reason: str, on: date, now: datetime
) -> EntryView:
    """Post the mirror of an entry, about the same thing. An entry is reversed once, a reversal
    never. Raises ``EntryNotFoundError``, ``AlreadyReversedError``, ``ReversalOfReversalError``,
    ``BelowFloorError``; the same key and content gives the first mirror back."""
    return reverse_entries(
        actor=actor, reversals=[NewReversal(entry_id, key, reason, on)], now=now
    )[0]


def reverse_entries(
    *, actor: Actor, reversals: Sequence[NewReversal], now: datetime
) -> list[EntryView]:
    """Reverse many entries in one transaction with one audit row: all or none."""
    firsts = entries_by_id([one.entry_id for one in reversals])
    rows: dict[int, _Row] = {}
    for one in reversals:
        first = firsts.get(one.entry_id)
        if first is None:
            raise EntryNotFoundError
        if first.reverses is not None:
            raise ReversalOfReversalError(number=first.id)
        row = _row(
            NewEntry(one.key, REVERSAL, mirrored(first.lines), first.about, one.on, one.reason),
            reverses=first.id,
        )
        if rows.setdefault(first.id, row) != row:
            raise ReversedTwiceError(number=first.id)
    return _post_rows(
        actor, [rows[one.entry_id] for one in reversals], now, action="ledger.reverse"
    )


def _row(entry: NewEntry, *, reverses: int | None = None) -> _Row:
    demand_words(key=entry.key, kind=entry.kind, about=entry.about, memo=entry.memo)
    return _Row(
        key=entry.key,
        kind=entry.kind,
        on=entry.on,
        about=entry.about,
        memo=entry.memo,
        written=write_lines(entry.lines),
        lines=debits_first(entry.lines),
        reverses=reverses,
    )


def _post_rows(
    actor: Actor, rows: Sequence[_Row], now: datetime, *, action: str
) -> list[EntryView]:
    if len(rows) > ENTRIES_MAX:
        raise ValueError(f"at most {ENTRIES_MAX} entries at once")
    by_key: dict[str, _Row] = {}
    for row in rows:
        first = by_key.setdefault(row.key, row)
        if first is not row and first != row:
            raise LedgerKeyReusedError(key=row.key)
    found = _written(actor, list(by_key.values()), now, action=action)
    return [found[row.key] for row in rows]


def _written(actor: Actor, rows: list[_Row], now: datetime, *, action: str) -> dict[str, EntryView]:
    """Write them, or find them where they were posted before; a key is looked for only when
    the database says that it was used, for it seldom was."""
    if not rows:
        return {}
    try:
        return _write(actor, rows, now, action=action)
    except IntegrityError as refused:
        found = _found({row.key: row for row in rows})
        if not found:
            raise explain(refused, [(row.written, row.reverses) for row in rows]) from refused
        missing = [row for row in rows if row.key not in found]
        return found | _written(actor, missing, now, action=action)


def _found(rows: dict[str, _Row]) -> dict[str, EntryView]:
    """Entries posted before under these keys. Raises ``LedgerKeyReusedError`` where one says
    something else."""
    found = entries_by_key(list(rows))
    for key, view in found.items():
        if not rows[key].same_as(view):
            raise LedgerKeyReusedError(key=key)
    return found


@transaction.atomic
def _write(
    actor: Actor, rows: Sequence[_Row], now: datetime, *, action: str
) -> dict[str, EntryView]:
    take_audit_turn()
    numbers = _insert(rows, actor.label, now)
    if len(rows) == 1:
        entity, detail = f"ledger.Entry:{numbers[rows[0].key]}", {}
    else:
        entity = "ledger.Entry"
        ids = numbers.values()
        detail = {"entries": len(rows), "first": min(ids), "last": max(ids)}
    record_audit(actor=actor, action=action, entity=entity, detail=detail, at=now)
    return {
        row.key: EntryView(
            id=numbers[row.key],
            key=row.key,
            kind=row.kind,
            booked_on=row.on,
            posted_at=now,
            about=row.about,
            memo=row.memo,
            lines=row.lines,
            made_by=actor.label,
            reverses=row.reverses,
        )
        for row in rows
    }


def _insert(rows: Sequence[_Row], made_by: str, now: datetime) -> dict[str, int]:
    """The numbers of the new entries by key."""
    posted_at = connection.ops.adapt_datetimefield_value(now)
    adapt_on = connection.ops.adapt_datefield_value
    numbers: dict[str, int] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(rows), _CHUNK):
            some = rows[start : start + _CHUNK]
            values: list[str | int | datetime | date | None] = []
            for row in some:
                values += (
                    *(row.key, row.kind, adapt_on(row.on), posted_at, row.about, row.memo),
                    *(row.written, row.reverses, made_by),
                )
            marks = ", ".join([_ROW] * len(some))
            cursor.execute(
                f"INSERT INTO ledger_entry ({_COLUMNS}) VALUES {marks} RETURNING key, id",  # noqa: S608
                values,
            )
            numbers.update(cursor.fetchall())
    return numbers
