"""Entries as a reader sees them, and the way from what they are about to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q

from denghuo.ledger.access import EntryNotFoundError, accounts_in_sight
from denghuo.ledger.logic.entries import Line, read_lines
from denghuo.ledger.models import Account, Entry, Posting
from denghuo.ledger.models.entries import LINES_PER_ENTRY
from denghuo.platform.public import Actor

ENTRY_ID_LIMIT = 2**63 // LINES_PER_ENTRY
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry. ``reverses`` is the entry it mirrors, ``reversed_by`` the one that mirrors it."""

    id: int
    key: str
    kind: str
    booked_on: date
    posted_at: datetime
    about: str
    memo: str
    lines: tuple[Line, ...]
    made_by: str
    reverses: int | None = None
    reversed_by: int | None = None

    @property
    def total_fen(self) -> int:
        """What the entry moves: the sum of its debits."""
        return sum(line.amount_fen for line in self.lines if line.amount_fen > 0)


def entries_by_key(keys: Sequence[str]) -> dict[str, EntryView]:
    """Those of the keys that were posted."""
    found: dict[str, EntryView] = {}
    for start in range(0, len(keys), _CHUNK):
        rows = Entry.objects.filter(key__in=keys[start : start + _CHUNK])
        found.update((view.key, view) for view in views_of(rows))
    return found


def entries_by_id(ids: Sequence[int]) -> dict[int, EntryView]:
    """Those of the entries that exist."""
    # An address may name any number; the database knows none so long.
    ids = [number for number in ids if 0 < number < ENTRY_ID_LIMIT]
    found: dict[int, EntryView] = {}
    for start in range(0, len(ids), _CHUNK):
        rows = Entry.objects.filter(pk__in=ids[start : start + _CHUNK])
        found.update((view.id, view) for view in views_of(rows))
    return found


def entry_of(entry_id: int) -> EntryView:
    """For the house's own use, without a reader. Raises ``EntryNotFoundError``."""
    found = entries_by_id([entry_id])
    if entry_id not in found:
        raise EntryNotFoundError
    return found[entry_id]


def entry_seen(actor: Actor, entry_id: int) -> EntryView:
    """An entry that touches an account in the actor's sight. Raises ``EntryNotFoundError``."""
    view = entry_of(entry_id)
    codes = [line.account for line in view.lines]
    if not Account.objects.filter(accounts_in_sight(actor), code__in=codes).exists():
        raise EntryNotFoundError
    return view


def entries_in_sight(actor: Actor, *, entry: str = "pk", postings: Q | None = None) -> Exists:
    """Condition: the entry in the column ``entry`` has a line on an account in the actor's
    sight, and one that fits ``postings`` too where that is given."""
    first = OuterRef(entry) * LINES_PER_ENTRY
    return Exists(
        Posting.objects.filter(
            accounts_in_sight(actor, prefix="account__"),
            postings or Q(),
            pk__gte=first,
            pk__lt=first + LINES_PER_ENTRY,
        )
    )


def entries_about(about: str, *, most: int | None = None) -> tuple[EntryView, ...]:
    """All entries about something (the first ``most``), in the order they were posted.

    Who may see what they are about is the caller's to decide.
    """
    return tuple(views_of(Entry.objects.filter(about=about).order_by("pk")[:most]))


def views_of(rows: Iterable[Entry]) -> list[EntryView]:
    """Entries with their mirrors."""
    rows = list(rows)
    mirrors: dict[int, int] = {}
    ids = [row.pk for row in rows]
    for start in range(0, len(ids), _CHUNK):
        mirrors.update(
            Entry.objects.filter(reverses__in=ids[start : start + _CHUNK])
            .annotate(first=F("reverses_id"))
            .values_list("first", "pk")
        )
    return [
        EntryView(
            id=row.pk,
            key=row.key,
            kind=row.kind,
            booked_on=row.booked_on,
            posted_at=row.posted_at,
            about=row.about,
            memo=row.memo,
            lines=read_lines(row.lines),
            made_by=row.made_by,
            reverses=row.reverses_id,
            reversed_by=mirrors.get(row.pk),
        )
        for row in rows
    ]
