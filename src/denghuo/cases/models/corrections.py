"""What the applicant is asked for, all at once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from denghuo.platform.public import Record, SealedTextField


class CorrectionRound(Record):
    """One asking: everything that is missing, with a day to answer by.

    The first needs an officer; a second one a supervisor (administrative licence law, art. 32).
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    answer_by = models.DateField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="correction_round_once"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(answered_at__isnull=True), name="correction_one_open"
            ),
            models.CheckConstraint(condition=Q(round__gte=1), name="correction_round_counts"),
        ]

    def __str__(self) -> str:
        return f"correction_round:{self.case_id}:{self.round}"


class CorrectionItem(Record):
    """One thing asked for, and the answer."""

    KIND = [("missing", "缺少"), ("wrong", "有误"), ("outdated", "过期")]

    round = models.ForeignKey("cases.CorrectionRound", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    field = models.CharField(max_length=60, blank=True, default="")
    kind = models.CharField(max_length=10, choices=KIND)
    words = models.CharField(max_length=300)
    answer = SealedTextField(null=True)
    documents = models.JSONField(default=list)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "position"], name="correction_item_once"),
            models.CheckConstraint(condition=~Q(words=""), name="correction_item_says"),
        ]

    def __str__(self) -> str:
        return f"correction_item:{self.pk}"
