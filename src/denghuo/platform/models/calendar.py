"""The work-calendar table: years and the days that differ from Monday-to-Friday."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class CalendarYear(models.Model):
    """One year of the calendar and where it is known from.

    ``published`` stands on the State Council's notice; ``provisional`` on a guess of ours that
    somebody entered. A year without a row is reckoned from the days the law names.
    ``content`` is a digest of the year's days: a reader that kept a copy sees that it changed.
    """

    PUBLISHED = "published"
    PROVISIONAL = "provisional"

    year = models.PositiveSmallIntegerField(primary_key=True)
    status = models.CharField(max_length=11)
    source = models.CharField(max_length=200)
    content = models.CharField(max_length=16)
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["published", "provisional"]),
                name="calendar_year_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.status}"


class CalendarDay(models.Model):
    """A holiday, or a weekend day that is worked in return."""

    day = models.DateField(primary_key=True)
    year = models.ForeignKey("platform.CalendarYear", models.CASCADE, related_name="+")
    is_working = models.BooleanField()
    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
