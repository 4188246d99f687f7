"""From any figure to its entries, and from an entry to what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from denghuo.kernel.region import Region
from denghuo.ledger.models import Account, Entry
from denghuo.ledger.queries.entries import (
    EntryView,
    entries_about,
    entries_in_sight,
    entry_seen,
    views_of,
)
from denghuo.platform.public import Actor

ENTRIES_PER_PAGE = 50
SIBLINGS_MAX = 100


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One page of entries, the oldest first."""

    entries: tuple[EntryView, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class EntryTrace:
    """An entry, what it reverses or what reverses it, and all else about the same thing."""

    entry: EntryView
    chain: tuple[EntryView, ...]
    siblings: tuple[EntryView, ...]


def trace(
    actor: Actor,
    *,
    account: str = "",
    area: str = "",
    fund: str = "",
    kind: str = "",
    institution: str = "",
    about: str = "",
    since: date | None = None,
    until: date | None = None,
    page: int = 1,
) -> EntryPage:
    """The entries behind a figure: with a line on an account that fits every word given.

    The words are those of ``trial_balance`` and ``statement``, so a figure's own words lead to
    its entries; days are ``[since, until)``. Only what the actor may see.
    """
    wanted = Q()
    if account:
        # The number, so that the posting alone decides.
        number = Account.objects.filter(code=account).values_list("pk", flat=True).first()
        wanted &= Q(account=number or 0)
    if area:
        wanted &= Q(account__area__startswith=Region.read(area).prefix)
    if fund:
        wanted &= Q(account__fund=fund)
    if kind:
        wanted &= Q(account__kind=kind)
    if institution:
        wanted &= Q(account__institution=institution)
    rows = Entry.objects.filter(entries_in_sight(actor, postings=wanted))
    if about:
        rows = rows.filter(about=about)
    if since:
        rows = rows.filter(booked_on__gte=since)
    if until:
        rows = rows.filter(booked_on__lt=until)
    total = rows.count()
    pages = max(1, -(-total // ENTRIES_PER_PAGE))
    page = min(max(1, page), pages)
    start = (page - 1) * ENTRIES_PER_PAGE
    some = rows.order_by("booked_on", "pk")[start : start + ENTRIES_PER_PAGE]
    return EntryPage(tuple(views_of(some)), page, pages, total)


def trace_entry(actor: Actor, entry_id: int) -> EntryTrace:
    """Raises ``EntryNotFoundError`` where the entry is not the actor's to see.

    Entries about the same thing are shown whole: whoever answers for one part of a matter
    sees where its money went.
    """
    entry = entry_seen(actor, entry_id)
    about = entries_about(entry.about, most=SIBLINGS_MAX)
    ends = {entry.id, entry.reverses, entry.reversed_by}
    return EntryTrace(
        entry=entry,
        chain=tuple(one for one in about if one.id in ends),
        siblings=tuple(one for one in about if one.id not in ends),
    )
