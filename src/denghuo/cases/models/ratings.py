"""How the applicant found it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from denghuo.platform.public import Record

LEVELS = [(5, "非常满意"), (4, "满意"), (3, "基本满意"), (2, "不满意"), (1, "非常不满意")]
NEGATIVE_MAX = 2


class Rating(Record):
    """One of five levels, given once after the case is closed; a negative one is followed up."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(choices=LEVELS)
    words = models.CharField(max_length=500, blank=True, default="")
    rated_by = models.CharField(max_length=60)
    follow_up_due_on = models.DateField(null=True)
    follow_up_provisional = models.BooleanField(default=False)
    answer = models.CharField(max_length=500, blank=True, default="")
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], name="rating_once"),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=5), name="rating_five_levels"
            ),
            models.CheckConstraint(
                condition=Q(level__gt=NEGATIVE_MAX) | Q(follow_up_due_on__isnull=False),
                name="rating_negative_followed_up",
            ),
        ]

    def __str__(self) -> str:
        return f"rating:{self.case_id}:{self.level}"
