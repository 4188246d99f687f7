"""Sums set aside on an account before they are spent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from denghuo.platform.public import Record


class Hold(Record):
    """A sum set aside: it lowers what is available until released, settled or expired.

    A hold ends once and never lives again; the database moves ``Balance.held_fen`` with it. A
    settled one names the entry that spent it by its key, because the room must be free before
    the entry takes it.
    """

    STATES = {"live": "冻结中", "released": "已解冻", "settled": "已支用", "expired": "已到期"}

    key = models.CharField(max_length=120, unique=True)
    account = models.ForeignKey(
        "ledger.Account", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    amount_fen = models.BigIntegerField()
    about = models.CharField(max_length=120)
    memo = models.CharField(max_length=200, blank=True, default="")
    expires_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="live")
    ended_at = models.DateTimeField(null=True)
    entry = models.ForeignKey(
        "ledger.Entry",
        to_field="key",
        db_column="entry_key",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    made_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__range=(1, 10**15)) & ~Q(key="") & ~Q(about=""),
                name="ledger_hold_sound",
            ),
            models.CheckConstraint(
                condition=Q(state="live", ended_at__isnull=True, entry__isnull=True)
                | Q(state__in=["released", "expired"], ended_at__isnull=False, entry__isnull=True)
                | Q(state="settled", ended_at__isnull=False, entry__isnull=False),
                name="ledger_hold_state",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "state", "expires_at"], name="ledger_hold_account"),
            models.Index(fields=["about"], name="ledger_hold_about"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_fen} {self.state}"
