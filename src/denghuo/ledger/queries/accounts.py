"""Accounts with what stands on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from denghuo.kernel.region import Region
from denghuo.ledger.access import AccountNotFoundError, accounts_in_sight, may_see_area
from denghuo.ledger.logic.accounts import own_side
from denghuo.ledger.models import Account, Balance
from denghuo.platform.public import Actor

ACCOUNTS_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as of now. Sums are fen on the account's own side: a fund that holds money
    shows it above zero. ``available_fen`` is the balance less what live holds set aside."""

    code: str
    name: str
    kind: str
    area: str
    fund: str
    institution: str
    person: str
    floor_fen: int | None
    balance_fen: int
    held_fen: int
    opened_at: datetime
    closed_at: datetime | None

    @property
    def available_fen(self) -> int:
        return self.balance_fen - self.held_fen


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One page of accounts, by code."""

    entries: tuple[AccountView, ...]
    page: int
    pages: int
    total: int


def account_of(code: str) -> AccountView:
    """For the house's own use, without a reader. Raises ``AccountNotFoundError``."""
    found = Account.objects.filter(code=code).first()
    if found is None:
        raise AccountNotFoundError
    return views_of([found])[0]


balance = account_of


def accounts_of(codes: Iterable[str]) -> dict[str, AccountView]:
    """Many accounts by code; codes that are none are left out."""
    rows = views_of(Account.objects.filter(code__in=sorted(set(codes))))
    return {view.code: view for view in rows}


def account_seen(actor: Actor, code: str) -> AccountView:
    """Raises ``AccountNotFoundError`` also where it is not the actor's to see."""
    found = account_of(code)
    if not may_see_area(actor, found.area):
        raise AccountNotFoundError
    return found


def accounts_matching(
    actor: Actor, *, area: str = "", fund: str = "", kind: str = "", text: str = ""
) -> QuerySet[Account]:
    """Accounts in the actor's sight. ``area`` takes a division code with all below it."""
    rows = Account.objects.filter(accounts_in_sight(actor)).order_by("code")
    if area:
        rows = rows.filter(area__startswith=Region.read(area).prefix)
    if fund:
        rows = rows.filter(fund=fund)
    if kind:
        rows = rows.filter(kind=kind)
    if text:
        rows = rows.filter(Q(code__icontains=text) | Q(name__icontains=text))
    return rows


def list_accounts(
    actor: Actor,
    *,
    area: str = "",
    fund: str = "",
    kind: str = "",
    text: str = "",
    page: int = 1,
) -> AccountPage:
    """One page of the accounts in sight."""
    rows = accounts_matching(actor, area=area, fund=fund, kind=kind, text=text)
    total = rows.count()
    pages = max(1, -(-total // ACCOUNTS_PER_PAGE))
    page = min(max(1, page), pages)
    start = (page - 1) * ACCOUNTS_PER_PAGE
    return AccountPage(
        entries=tuple(views_of(rows[start : start + ACCOUNTS_PER_PAGE])),
        page=page,
        pages=pages,
        total=total,
    )


def funds_in_sight(actor: Actor) -> dict[str, str]:
    """The funds that accounts in sight name, each with its own account's name."""
    rows = Account.objects.filter(accounts_in_sight(actor)).exclude(fund="")
    codes = rows.order_by("fund").values_list("fund", flat=True).distinct()
    return fund_names(codes)


def fund_names(codes: Iterable[str]) -> dict[str, str]:
    """Funds as people call them: by the name of their own account; the code where there is none."""
    names = {code: code for code in codes}
    own = Account.objects.filter(kind="fund", fund__in=list(names)).order_by("-code")
    return names | dict(own.values_list("fund", "name"))


def views_of(accounts: Iterable[Account]) -> list[AccountView]:
    """Accounts with what stands on them."""
    accounts = list(accounts)
    balances = Balance.objects.in_bulk([account.pk for account in accounts])
    return [
        AccountView(
            code=one.code,
            name=one.name,
            kind=one.kind,
            area=one.area,
            fund=one.fund,
            institution=one.institution,
            person=one.person,
            floor_fen=one.floor_fen,
            balance_fen=own_side(one.kind, balances[one.pk].balance_fen),
            held_fen=balances[one.pk].held_fen,
            opened_at=one.opened_at,
            closed_at=one.closed_at,
        )
        for one in accounts
    ]
