"""Members of staff: what they may do, where, and how they sign in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from denghuo.platform.public import Record, SealedTextField


class Staff(Record):
    """A staff account: password and one-time code, roles, and the area they answer for."""

    login = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=50)
    office = models.CharField(max_length=120)
    password = models.CharField(max_length=256)
    password_temporary = models.BooleanField(default=True)
    totp_secret = SealedTextField(null=True)
    totp_confirmed_at = models.DateTimeField(null=True)
    # The last 30-second step that was accepted: a step opens the door once.
    totp_last_step = models.BigIntegerField(default=0)
    roles = models.JSONField(default=list)
    area = models.CharField(max_length=12)
    active = models.BooleanField(default=True)
    # Raised when the password or the second factor changes: older sessions end.
    session_version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(login=""), name="staff_has_login"),
            models.CheckConstraint(
                condition=Q(totp_confirmed_at__isnull=True) | Q(totp_secret__isnull=False),
                name="staff_confirmed_has_secret",
            ),
        ]

    def __str__(self) -> str:
        return f"staff:{self.pk}"


class RecoveryCode(Record):
    """One of ten codes on paper for the day the phone is lost; kept as a keyed digest."""

    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "digest"], name="recovery_code_once")
        ]

    def __str__(self) -> str:
        return f"recovery_code:{self.pk}"
