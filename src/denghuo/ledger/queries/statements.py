"""What happened on one account between two days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum

from denghuo.ledger.logic.accounts import SIDES
from denghuo.ledger.models import Account, Entry, Posting
from denghuo.ledger.queries.accounts import AccountView, account_seen
from denghuo.platform.public import Actor

LINES_PER_PAGE = 50
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One posting with its entry's words; ``balance_fen`` is what stood after it."""

    entry_id: int
    booked_on: date
    kind: str
    about: str
    memo: str
    reverses: int | None
    amount_fen: int
    balance_fen: int

    @property
    def debit_fen(self) -> int:
        return max(self.amount_fen, 0)

    @property
    def credit_fen(self) -> int:
        return max(-self.amount_fen, 0)


@dataclass(frozen=True, slots=True)
class Statement:
    """One page of an account's statement, the oldest line first.

    ``since`` and ``until`` are days, the second not included; balances are fen on the
    account's own side, ``debit_fen`` and ``credit_fen`` the sums of the whole stretch.
    """

    account: AccountView
    since: date
    until: date
    opening_fen: int
    debit_fen: int
    credit_fen: int
    closing_fen: int
    lines: tuple[StatementLine, ...]
    page: int
    pages: int
    total: int


def statement(actor: Actor, code: str, *, since: date, until: date, page: int = 1) -> Statement:
    """Raises ``AccountNotFoundError`` where the account is not the actor's to see."""
    account = account_seen(actor, code)
    side = SIDES[account.kind]
    rows = _postings(code, since=since, until=until)
    opening = side * _sum(Posting.objects.filter(account__code=code, booked_on__lt=since))
    sums = rows.aggregate(
        debit=Sum("amount_fen", filter=Q(amount_fen__gt=0), default=0),
        credit=Sum("amount_fen", filter=Q(amount_fen__lt=0), default=0),
    )
    total = rows.count()
    pages = max(1, -(-total // LINES_PER_PAGE))
    page = min(max(1, page), pages)
    start = (page - 1) * LINES_PER_PAGE
    before = side * _sum(rows[:start]) if start else 0
    return Statement(
        account=account,
        since=since,
        until=until,
        opening_fen=opening,
        debit_fen=sums["debit"],
        credit_fen=-sums["credit"],
        closing_fen=opening + side * (sums["debit"] + sums["credit"]),
        lines=tuple(_lines(rows[start : start + LINES_PER_PAGE], opening + before, side)),
        page=page,
        pages=pages,
        total=total,
    )


def statement_lines(
    actor: Actor, code: str, *, since: date, until: date
) -> Iterator[StatementLine]:
    """All lines of a stretch, read in pieces. The account is looked for at once."""
    account = account_seen(actor, code)
    side = SIDES[account.kind]
    opening = side * _sum(Posting.objects.filter(account__code=code, booked_on__lt=since))
    rows = _postings(code, since=since, until=until)

    def read() -> Iterator[StatementLine]:
        standing, last = opening, (since, 0)
        while True:
            on, posting = last
            some = rows.filter(Q(booked_on__gt=on) | Q(booked_on=on, pk__gt=posting))[:_CHUNK]
            lines = _lines(some, standing, side)
            if not lines:
                return
            yield from lines
            standing = lines[-1].balance_fen
            final = some[len(lines) - 1]
            last = (final.booked_on, final.pk)

    return read()


def _postings(code: str, *, since: date, until: date) -> QuerySet[Posting]:
    # The account's number first: the covering index begins with it.
    number = Account.objects.values_list("pk", flat=True).get(code=code)
    return Posting.objects.filter(
        account=number, booked_on__gte=since, booked_on__lt=until
    ).order_by("booked_on", "pk")


def _sum(rows: QuerySet[Posting]) -> int:
    return int(rows.aggregate(sum=Sum("amount_fen", default=0))["sum"])


def _lines(rows: QuerySet[Posting], standing_fen: int, side: int) -> list[StatementLine]:
    postings = list(rows)
    entries = Entry.objects.in_bulk([one.entry_id for one in postings])
    lines = []
    for one in postings:
        entry = entries[one.entry_id]
        standing_fen += side * one.amount_fen
        lines.append(
            StatementLine(
                entry_id=entry.pk,
                booked_on=one.booked_on,
                kind=entry.kind,
                about=entry.about,
                memo=entry.memo,
                reverses=entry.reverses_id,
                amount_fen=one.amount_fen,
                balance_fen=standing_fen,
            )
        )
    return lines
