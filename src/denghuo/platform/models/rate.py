"""How often something was done in the current window of time."""

from __future__ import annotations

from django.db import models


class RateWindow(models.Model):
    """One key's spending since its window began. The key is a digest: it may be a phone."""

    key = models.BinaryField(primary_key=True, max_length=32)
    # Whole milliseconds since 1970: one statement compares and sets it on both engines.
    ends_ms = models.BigIntegerField(db_index=True)
    spent = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.spent} until {self.ends_ms}"
