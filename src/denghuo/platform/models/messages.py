"""Messages to persons and firms, and each attempt to bring one by a channel."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from denghuo.platform.fields import SealedTextField
from denghuo.platform.models.record import Record


class Message(Record):
    """One message in somebody's inbox.

    The title names the matter and never a person or a number, for it also goes out by SMS and
    as the subject of an e-mail; what is personal stands in the body, which is sealed. ``key``
    makes sending idempotent: the same event sends one message however often it is told.
    """

    to = models.CharField(max_length=50)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=100)
    body = SealedTextField()
    link = models.CharField(max_length=300, blank=True, default="")
    key = models.CharField(max_length=200, unique=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["to", "-created_at"], name="message_by_reader"),
            models.Index(fields=["to"], name="message_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Delivery(Record):
    """One message on its way by one channel.

    ``queued`` → ``sent`` (the carrier took it) → ``delivered`` (its receipt says so), or
    ``failed`` (tried and given up) or ``refused`` (never tried: we must not). A sign-in code
    has a delivery and no message. The address and the words are sealed, and a code's words are
    wiped as soon as its fate is known.
    """

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    REFUSED = "refused"

    message = models.ForeignKey(
        "platform.Message", models.CASCADE, null=True, related_name="+", db_index=True
    )
    channel = models.CharField(max_length=10)
    template = models.CharField(max_length=40, blank=True, default="")
    address = SealedTextField(null=True)
    values = SealedTextField(null=True)
    key = models.CharField(max_length=220, unique=True)
    state = models.CharField(max_length=10, default=QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    provider_ref = models.CharField(max_length=80, blank=True, default="", db_index=True)
    failure = models.CharField(max_length=60, blank=True, default="")
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=["inbox", "email", "sms"]), name="delivery_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sent", "delivered", "failed", "refused"]),
                name="delivery_state_known",
            ),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="delivery_by_state")]

    def __str__(self) -> str:
        return f"{self.channel} {self.state} {self.id}"


class ReceiptCursor(models.Model):
    """How far the carrier's delivery reports have been read; one row a carrier."""

    carrier = models.CharField(primary_key=True, max_length=40)
    position = models.CharField(max_length=80, default="")

    def __str__(self) -> str:
        return f"{self.carrier} {self.position}"
