"""Numbers without gaps."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class NumberCounter(models.Model):
    """The last serial given for an item in a year.

    Raised by one ``UPDATE … RETURNING`` inside the transaction that uses the number: the row
    is locked until that commits, and a rollback gives the number back. A sequence would not.
    """

    item = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "year"], name="case_counter_once"),
            models.CheckConstraint(condition=Q(last__lte=9_999_999), name="case_counter_fits"),
        ]

    def __str__(self) -> str:
        return f"counter:{self.item}:{self.year}"


class JobMark(models.Model):
    """Where a daily job stopped looking; its next run goes on behind it and begins again at the
    end, so that what cannot move keeps nobody else waiting."""

    job = models.CharField(max_length=40, primary_key=True)
    after = models.UUIDField(null=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"job_mark:{self.job}"
