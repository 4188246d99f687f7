"""Post entries and reverse them.

One INSERT writes a whole entry: the database checks it, makes its postings and moves its
balances (``models/laws.py``). So posting is one INSERT and one audit row, for one entry as for
five hundred.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction

from denghuo.ledger.access import EntryNotFoundError
from denghuo.ledger.actions.refusals import (
    LedgerKeyReusedError,
    PaymentEntryError,
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
from denghuo.ledger.logic.pay_states import PAYMENT_KINDS
from denghuo.ledger.queries.entries import EntryView, entries_by_id, entries_by_key
from denghuo.platform.public import Actor, publish, record_audit, take_audit_turn

ENTRIES_MAX = 20_000
_CHUNK = 2_000
# Two thousand entries as one JSON value: eighteen thousand values of their own would cost both
# sides more to write and to read than all that the database then does with them.
_INSERT = {
    "sqlite": "INSERT INTO ledger_entry"
    " (key, kind, booked_on, about, memo, lines, reverses_id, posted_at, made_by)"
    " SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,"
    " value ->> 6, %s, %s FROM json_each(%s) RETURNING key, id",
    "postgresql": "INSERT INTO ledger_entry"
    " (key, kind, booked_on, about, memo, lines, reverses_id, posted_at, made_by)"
    " SELECT row ->> 0, row ->> 1, (row ->> 2)::date, row ->> 3, row ->> 4, row ->> 5,"
    " (row ->> 6)::bigint, %s, %s FROM json_array_elements(%s::json)"
    " WITH ORDINALITY AS given(row, place) ORDER BY place RETURNING key, id",
}


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
    ``PaymentEntryError`` for an entry that a payment order posted, ``BelowFloorError``; the same
    key and content gives the first mirror back."""
    return reverse_entries(
        actor=actor, reversals=[NewReversal(entry_id, key, reason, on)], now=now
    )[0]


def reverse_entries(
    *, actor: Actor, reversals: Sequence[NewReversal], now: datetime
) -> list[EntryView]:
    """Reverse many entries in one transaction with one audit row: all or none.

    Whoever rests on an entry hears of it: ``ledger.entry_reversed`` ``{"entry", "about"}``.
    """
    with transaction.atomic():
        mirrors = _reverse(actor, reversals, now, orders=False)
        for mirror in mirrors:
            publish(
                "ledger.entry_reversed",
                {"entry": mirror.reverses, "about": mirror.about},
                key=f"ledger.entry_reversed:{mirror.reverses}",
            )
    return mirrors


def reverse_orders(
    *, actor: Actor, reversals: Sequence[NewReversal], now: datetime
) -> list[EntryView]:
    """The same for entries of payment orders, by what happened to the orders: inside this room."""
    return _reverse(actor, reversals, now, orders=True)


def _reverse(
    actor: Actor, reversals: Sequence[NewReversal], now: datetime, *, orders: bool
) -> list[EntryView]:
    firsts = entries_by_id([one.entry_id for one in reversals])
    rows: dict[int, _Row] = {}
    for one in reversals:
        first = firsts.get(one.entry_id)
        if first is None:
            raise EntryNotFoundError
        if first.kind in PAYMENT_KINDS and not orders:
            raise PaymentEntryError(number=first.id)
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
    sql = _INSERT[connection.vendor]
    numbers: dict[str, int] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(rows), _CHUNK):
            given = [
                (
                    *(row.key, row.kind, row.on.isoformat(), row.about, row.memo),
                    *(row.written, row.reverses),
                )
                for row in rows[start : start + _CHUNK]
            ]
            cursor.execute(sql, [posted_at, made_by, json.dumps(given)])
            numbers.update(cursor.fetchall())
    return numbers
