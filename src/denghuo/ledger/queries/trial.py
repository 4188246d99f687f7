"""The trial balance: every account's opening, debits, credits and closing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from django.db.models import Count, Q, QuerySet, Sum

from denghuo.ledger.logic.accounts import KINDS
from denghuo.ledger.models import Account, Posting
from denghuo.ledger.queries.accounts import accounts_matching
from denghuo.platform.public import Actor

Grouping = Literal["account", "fund", "area", "institution"]
GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)
ROWS_MAX = 2_000


@dataclass(frozen=True, slots=True)
class TrialRow:
    """Sums of one account, or of one kind of account within a fund, area or institution.

    ``area`` is an account's own: accounts of one name are told apart by it.

    ``opening_fen`` and ``closing_fen`` are debits less credits: below zero is a credit.
    """

    group: str
    name: str
    area: str
    kind: str
    accounts: int
    opening_fen: int
    debit_fen: int
    credit_fen: int

    @property
    def closing_fen(self) -> int:
        return self.opening_fen + self.debit_fen - self.credit_fen


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """All rows with their sums. ``whole`` says that every account of the books is in it: then
    debits equal credits, else an entry may reach over the edge. ``cut`` counts the rows left
    out of a list longer than ``ROWS_MAX``; the sums hold them all."""

    since: date
    until: date
    rows: tuple[TrialRow, ...]
    opening_fen: int
    debit_fen: int
    credit_fen: int
    whole: bool
    cut: int

    @property
    def closing_fen(self) -> int:
        return self.opening_fen + self.debit_fen - self.credit_fen

    @property
    def balances(self) -> bool:
        return self.opening_fen == 0 and self.debit_fen == self.credit_fen


def trial_balance(
    actor: Actor,
    *,
    since: date,
    until: date,
    area: str = "",
    fund: str = "",
    kind: str = "",
    by: Grouping = "account",
) -> TrialBalance:
    """Sums of the accounts in the actor's sight over ``[since, until)``, as ``by`` groups them.

    ``area`` takes a division code with all below it. Accounts that nothing was ever posted to
    are left out.
    """
    accounts = accounts_matching(actor, area=area, fund=fund, kind=kind).order_by()
    own = ["account__code", "account__name", "account__area"]
    columns = ["account__kind", *(own if by == "account" else [f"account__{by}"])]
    within = Q(booked_on__gte=since)
    sums = (
        Posting.objects.filter(account__in=accounts.values("pk"), booked_on__lt=until)
        .values(*columns)
        .annotate(
            opening=Sum("amount_fen", filter=Q(booked_on__lt=since), default=0),
            debit=Sum("amount_fen", filter=within & Q(amount_fen__gt=0), default=0),
            credit=Sum("amount_fen", filter=within & Q(amount_fen__lt=0), default=0),
        )
        .order_by(*columns[1:], "account__kind")
    )
    counted = _counted(accounts, by)
    rows = []
    for one in sums:
        group = one["account__code"] if by == "account" else one[f"account__{by}"]
        rows.append(
            TrialRow(
                group=group,
                name=one["account__name"] if by == "account" else "",
                area=one["account__area"] if by == "account" else "",
                kind=one["account__kind"],
                accounts=counted.get((group, one["account__kind"]), 1),
                opening_fen=one["opening"],
                debit_fen=one["debit"],
                credit_fen=-one["credit"],
            )
        )
    if by == "account":
        order = list(KINDS)
        rows.sort(key=lambda row: (order.index(row.kind), row.group))
    return TrialBalance(
        since=since,
        until=until,
        rows=tuple(rows[:ROWS_MAX]),
        opening_fen=sum(row.opening_fen for row in rows),
        debit_fen=sum(row.debit_fen for row in rows),
        credit_fen=sum(row.credit_fen for row in rows),
        whole=accounts.count() == Account.objects.count(),
        cut=max(0, len(rows) - ROWS_MAX),
    )


def _counted(accounts: QuerySet[Account], by: Grouping) -> dict[tuple[str, str], int]:
    """How many accounts stand behind a row."""
    if by == "account":
        return {}
    found = accounts.values(by, "kind").annotate(count=Count("pk")).order_by()
    return {(one[by], one["kind"]): one["count"] for one in found}
