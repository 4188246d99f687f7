"""What the API answered to a write, kept for the retry."""

from __future__ import annotations

from django.db import models

from denghuo.platform.fields import SealedTextField
from denghuo.platform.models.record import Record


class ApiAnswer(Record):
    """One write under one ``Idempotency-Key`` of one caller.

    The id is a digest of caller and key, so the primary key itself lets one of two requests in.
    ``sent`` is a digest of what was asked, ``answer`` the JSON that was answered (sealed: it may
    tell of a person). ``claimed_at`` is set while a file is worked on outside a transaction.
    """

    sent = models.BinaryField(max_length=32)
    answer = SealedTextField(null=True)
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="api_answer_by_age")]

    def __str__(self) -> str:
        return f"api_answer:{self.pk}"
