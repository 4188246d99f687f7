"""Accounts and their balances."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from denghuo.ledger.logic.accounts import KINDS


class Account(models.Model):
    """One account with its dimensions. Only its name and its end may ever change.

    ``area`` is a full division code or empty for the whole region; ``fund``, ``institution``
    and ``person`` are empty where they say nothing. ``floor_fen`` is the least that may be
    available on the account's own side (0 for a fund that cannot go below nothing); ``None``
    sets no floor.
    """

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=list(KINDS.items()))
    area = models.CharField(max_length=12, blank=True, default="")
    fund = models.CharField(max_length=40, blank=True, default="")
    institution = models.CharField(max_length=80, blank=True, default="")
    person = models.CharField(max_length=50, blank=True, default="")
    floor_fen = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(KINDS)),
                name="ledger_account_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "code"], name="ledger_account_area"),
            models.Index(fields=["fund", "area"], name="ledger_account_fund"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Balance(models.Model):
    """What stands on an account now. Written by the database alone (``laws``).

    ``balance_fen`` is debits less credits; ``side`` (1 or -1) turns it to the account's own
    side; ``held_fen`` is promised to live holds. ``last_entry`` is the entry that moved it
    last: a balance moves only by what that entry says.
    """

    account = models.OneToOneField(
        "ledger.Account", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    side = models.SmallIntegerField()
    floor_fen = models.BigIntegerField(null=True)
    balance_fen = models.BigIntegerField(default=0)
    held_fen = models.BigIntegerField(default=0)
    last_entry = models.BigIntegerField(default=0)
    closed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(floor_fen__isnull=True)
                | Q(floor_fen__lte=F("side") * F("balance_fen") - F("held_fen")),
                name="ledger_balance_floor",
            ),
            models.CheckConstraint(
                condition=Q(closed=False) | Q(balance_fen=0, held_fen=0),
                name="ledger_balance_closed",
            ),
            models.CheckConstraint(
                # The embedded engine would turn a sum past 63 bits into a float.
                condition=Q(balance_fen__range=(-(10**18), 10**18), held_fen__range=(0, 10**18)),
                name="ledger_balance_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.balance_fen}"
