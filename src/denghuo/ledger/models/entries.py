"""Entries, the lines they are made of, and requests to reverse them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Q

from denghuo.ledger.logic.entries import AMOUNT_FEN_MAX, LINES_MAX
from denghuo.platform.public import Record

# Postings of an entry are numbered inside the entry's own stretch of identifiers.
LINES_PER_ENTRY = 256


class RowNumberField(models.BigIntegerField):  # type: ignore[type-arg]
    """A whole-number key that the embedded engine uses as the row's own place.

    ``bigint PRIMARY KEY`` would there be a second tree beside the table.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)

    def rel_db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().rel_db_type(connection)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _, args, kwargs = super().deconstruct()
        return name, "denghuo.ledger.models.entries.RowNumberField", args, kwargs


class Entry(models.Model):
    """One balanced journal entry, whole in one row; never changed or deleted.

    ``lines`` is the voucher as written: JSON ``[["account code", fen], ...]`` sorted by code,
    debit above zero, credit below. The database makes the postings from it and refuses an
    entry whose lines do not sum to zero. ``key`` is the caller's idempotency key, ``about``
    what it is about (``cases.Case:<uuid>``).
    """

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    booked_on = models.DateField()
    posted_at = models.DateTimeField()
    about = models.CharField(max_length=120)
    memo = models.CharField(max_length=200, blank=True, default="")
    lines = models.TextField()
    reverses = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    made_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(reverses__isnull=False),
                name="ledger_entry_reversed_once",
            ),
            models.CheckConstraint(
                condition=~Q(key="") & ~Q(kind="") & ~Q(about=""), name="ledger_entry_named"
            ),
        ]
        indexes = [
            models.Index(fields=["about", "id"], name="ledger_entry_about"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"


class Posting(models.Model):
    """One line of an entry on its account; made by the database from the entry.

    ``id`` is ``entry * 256 + n``, so an entry's lines lie together and need no index. The two
    keys have no constraint of their own: what makes a posting has just read both rows, neither
    is ever deleted, and two more look-ups a line are a fifth of the price of posting.
    """

    id = RowNumberField(primary_key=True)
    entry = models.ForeignKey(
        "ledger.Entry",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    n = models.SmallIntegerField()
    account = models.ForeignKey(
        "ledger.Account",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    booked_on = models.DateField()
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(amount_fen=0)
                & Q(
                    amount_fen__range=(-AMOUNT_FEN_MAX, AMOUNT_FEN_MAX), n__range=(0, LINES_MAX - 1)
                )
                & Q(id=F("entry_id") * LINES_PER_ENTRY + F("n")),
                name="ledger_posting_sound",
            ),
        ]
        indexes = [
            # Covers the sums of statements and trial balances.
            models.Index(
                fields=["account", "booked_on", "id", "amount_fen"], name="ledger_posting_account"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}.{self.n}: {self.amount_fen}"


class ReversalRequest(Record):
    """One person asks that an entry be reversed; another confirms or declines."""

    STATES = {"asked": "待复核", "confirmed": "已冲正", "declined": "未同意", "withdrawn": "已撤回"}

    entry = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    asked_by = models.CharField(max_length=60)
    asked_name = models.CharField(max_length=60, blank=True, default="")
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="asked")
    decided_by = models.CharField(max_length=60, blank=True, default="")
    decided_name = models.CharField(max_length=60, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state="asked"), name="ledger_reversal_asked_once"
            ),
            models.CheckConstraint(
                # Maker and checker are two persons, also for somebody with a SQL prompt.
                condition=~Q(state__in=["confirmed", "declined"])
                | (~Q(decided_by="") & ~Q(decided_by=F("asked_by"))),
                name="ledger_reversal_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.state}"
