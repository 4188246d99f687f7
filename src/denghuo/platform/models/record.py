"""What every row of every room has."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone


class Record(models.Model):
    """A row with an identifier nobody can guess and the instant it was written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True
