"""Codes sent to phones; the digits are derived, never stored (decision 0020)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from denghuo.people.logic.phone_code import TRIES_MAX
from denghuo.platform.public import Record, SealedTextField


class PhoneCode(Record):
    """One code for one purpose, good for five minutes, five tries and one use."""

    phone = SealedTextField()
    phone_digest = models.BinaryField(max_length=32)
    purpose = models.CharField(max_length=20)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    last_try_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=TRIES_MAX), name="phone_code_tries"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="phone_code_period"
            ),
        ]
        indexes = [models.Index(fields=["phone_digest", "-created_at"], name="phone_code_by_phone")]

    def __str__(self) -> str:
        return f"phone_code:{self.pk}"
