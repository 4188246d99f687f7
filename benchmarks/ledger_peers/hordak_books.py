"""django-hordak as its manual says, and in bulk as Django allows.

Its database checks are written for PostgreSQL and MySQL. On SQLite its tables stand without
them (on our durable backend): there it checks nothing, which flatters it. Neither way keeps a
running balance, a unique key, a floor or an audit row. Imported when Django stands (``worker``).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.db.models import Sum
from hordak.models import Account, AccountType, Leg, Transaction
from moneyed import Money

from benchmarks.ledger_peers.transfers import CODES, CURRENCY, FUND, GIVEN_FEN, Transfer


class Hordak:
    """On a PostgreSQL with its own checks, or on SQLite without, as Django was told."""

    def __init__(self) -> None:
        call_command("migrate", verbosity=0, run_syncdb=True, skip_checks=True, stdout=StringIO())
        self.accounts = {}
        for number, code in enumerate(["bank", *CODES]):
            kind = AccountType.asset if code == "bank" else AccountType.liability
            self.accounts[code] = Account.objects.create(
                name=code, code=str(number), type=kind, currencies=[CURRENCY]
            )
        self._transfer(self.accounts[FUND], self.accounts["bank"], GIVEN_FEN)

    def one(self, transfer: Transfer) -> None:
        """Booked and on the disk when this returns."""
        self._transfer(self.accounts[transfer.institution], self.accounts[FUND], transfer.fen)

    def many(self, batch: Sequence[Transfer]) -> None:
        """All of them in one transaction, by two bulk inserts."""
        fund = self.accounts[FUND]
        with transaction.atomic():
            booked = Transaction.objects.bulk_create([Transaction() for _ in batch])
            legs = []
            for row, one in zip(booked, batch, strict=True):
                account, money = self.accounts[one.institution], _money(one.fen)
                legs.append(Leg(transaction=row, account=account, credit=money))
                legs.append(Leg(transaction=row, account=fund, debit=money))
            Leg.objects.bulk_create(legs)

    def report(self) -> dict[str, Any]:
        """How many stand, and whether they sum to zero."""
        sums = Leg.objects.aggregate(debit=Sum("debit"), credit=Sum("credit"))
        off = sums["debit"] - sums["credit"]
        faults = [f"sum {off}"] if off else []
        return {"entries": Transaction.objects.count() - 1, "faults": faults}

    def _transfer(self, source: Account, target: Account, fen: int) -> None:
        with transaction.atomic():
            source.transfer_to(target, _money(fen))


def _money(fen: int) -> Money:
    return Money(Decimal(fen) / 100, CURRENCY)
